package rig

// Situation is what an app does, or what happens to it, beside a real broker, and the phase that the product must be in
// within five seconds. The tests go through this list in its order and docs/evidence.md shows it.
type Situation struct {
	Name  string // of the situation in the tests
	What  string
	Phase string // as it stands in --json
	True  bool   // the app really is connected; else a green headline would be false
	Says  string // a part of what is said of it; empty: the phase says it all
}

// Situations are all that are gone through, in their order: each begins where the one before has ended.
func Situations() []Situation {
	return []Situation{
		{"port-taken", "another program has the app's port", "failed", false, "is already used by"},
		{"said", "the port is free again: the app runs, prints its ready line and connects to nothing", "starting", false, ""},
		{"wrong", "it connects to an address where nothing listens", "degraded", false, "The app connects to Kafka at 127.0.0.1:19199"},
		{"late", "it gets the right address (confluent_kafka)", "connected", true, ""},
		{"another-kafka", "it gets the address of another Kafka", "degraded", false, "The app connects to Kafka at 127.0.0.1:29092"},
		{"kafka-python", "it gets the right address (kafka-python)", "connected", true, ""},
		{"dropped", "it closes its connection", "degraded", false, "has lost its connection"},
		{"reads", "it only reads (a consumer of confluent_kafka)", "connected", true, ""},
		{"aiokafka", "it sends records (aiokafka)", "streaming", true, ""},
		{"hangs", "it is stopped (SIGSTOP)", "degraded", false, "does not answer any more"},
		{"woken", "it continues (SIGCONT)", "streaming", true, ""},
		{"refused", "it is connected, and its records are too large for the broker", "degraded", false, "reports a failure"},
		{"each", "it opens a connection for each record (kafka-python)", "streaming", true, ""},
		{"broker-killed", "the broker is killed", "degraded", false, ""},
		{"broker-back", "the broker is started again", "streaming", true, ""},
		{"quiet", "it has nothing more to send and stays connected", "streaming", true, "last record"},
		{"others", "an app connects to nothing, and another program sends records to its topic", "starting", false, ""},
		{"network", "it sends records (in a network of its own)", "streaming", true, ""},
		{"network-cut", "the network between it and the broker is cut", "degraded", false, "is not acknowledged"},
		{"network-back", "the network is back", "streaming", true, ""},
		{"silenced", "a firewall's rule keeps whatever it sends on this computer", "degraded", false, "is not acknowledged"},
		{"heard-again", "the rule is removed", "streaming", true, ""},
		{"not-started", "an app that is started manually is not started yet", "ready", false, "start the app"},
		{"by-hand", "it is started manually in the project's folder", "connected", true, "started elsewhere"},
		{"by-hand-ended", "they end it", "ready", false, "start the app"},
		{"login-wrong", "it logs in with a wrong password (SASL)", "degraded", false, "reports a failure"},
		{"login", "it logs in with the right one", "connected", true, ""},
	}
}
