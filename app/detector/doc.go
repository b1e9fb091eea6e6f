// Package detector runs the detection app and everything it starts, reads what it prints, and tells whether its
// Kafka producer is up. That Flask answers says nothing about Kafka: only the app's own log does.
//
// On Unix the app is started through a keeper when the Launch names one; see package procgroup. On Windows a Job Object does a
// keeper's work, and none is needed.
package detector
