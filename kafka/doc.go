// Package kafka answers three questions about a Kafka cluster: is it there, are the topics there, is data flowing.
// It can also be the cluster: an embedded broker for trying things out without Docker.
//
// Every call looks once, or does one thing, and returns. It does not wait for a cluster to appear, and it does not log;
// patience belongs to whoever calls. Only Apply waits, for the leaders of the partitions that it made. A call opens its
// connections, uses them and closes them before it returns, and ends soon after its context does. The one thing that
// lives longer is a Producer.
//
//	c := &kafka.Cluster{Bootstrap: []string{"127.0.0.1:9092"}}
//	err := c.Ready(ctx)               // nil, or why the first check failed
//	changes, err := c.Plan(ctx, want) // what is missing or differs
//	outcomes, err := c.Apply(ctx, want, false)
//
// What a user may read comes as data: errors are *Error, everything else is a Note. Both name their sentence in
// assets/text/kafka.<language>.json.
//
// # What a stranger on the port cannot do
//
// Anything may own port 9092. sarama trusts the length that starts an answer and would allocate what a web server's
// "HTTP" amounts to, 1.2 GB. So no connection reaches sarama unguarded: a raw, bounded ApiVersions exchange comes
// first (probe.go), and every connection that sarama reads is a line (line.go), which ends when a frame claims
// to be larger than it may be. The line also gives sarama what it lacks, an end when the context ends.
//
// sarama's process-wide knobs (Logger, PanicHandler) are left alone. With a PanicHandler, a panic in one of its
// goroutines would be swallowed and the call that waits for that goroutine would hang for good; a crash is the
// lesser evil and can be reported.
package kafka
