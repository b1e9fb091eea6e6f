package kafka

// KeepsOnDisk is false: the embedded broker cannot keep its data in a folder: it renames files that it still has open,
// which Windows refuses.
const KeepsOnDisk = false
