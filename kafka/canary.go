package kafka

// CanaryTopic is the topic that Canary writes to, the only one that this package ever writes to unasked by name.
const CanaryTopic = "streamtray-canary"
