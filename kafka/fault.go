package kafka

import "streamtray/internal/usererr"

// Error is a fault told in the user's terms.
type Error = usererr.Error

// Note is something worth telling a user that is not an error: a proof, a change, a deed.
type Note struct {
	ID   string         // names the text in assets/text
	Args map[string]any // values for the text's placeholders
}

// Message names the sentence for the reader and the values that go into it.
func (n Note) Message() (id string, args map[string]any) { return n.ID, n.Args }

// The faults, by ID. Each has a sentence and a hint in both languages.
const (
	BadBootstrap    = "kafka.bad_bootstrap"    // Addr: not host:port, or none at all
	BadProtocol     = "kafka.bad_protocol"     // Protocol
	BadMechanism    = "kafka.bad_mechanism"    // Mechanism
	NoCredentials   = "kafka.no_credentials"   // Protocol: user or password is missing
	BadCAFile       = "kafka.bad_ca_file"      // File: unreadable, or no certificate in it
	UnknownHost     = "kafka.unknown_host"     // Host
	Refused         = "kafka.refused"          // Addr: nothing listens
	Unreachable     = "kafka.unreachable"      // Addr: no connection, for another reason
	ConnectTimeout  = "kafka.connect_timeout"  // Addr
	Closed          = "kafka.closed"           // Addr: accepts and hangs up
	Silent          = "kafka.silent"           // Addr: accepts and says nothing
	NotKafka        = "kafka.not_kafka"        // Addr, Said: another protocol
	NotKafkaHTTP    = "kafka.not_kafka_http"   // Addr: a web server
	IsZooKeeper     = "kafka.is_zookeeper"     // Addr
	IsController    = "kafka.is_controller"    // Addr: a KRaft controller's own listener
	TLSNeeded       = "kafka.tls_needed"       // Addr: the listener speaks TLS, we do not
	TLSNotSpoken    = "kafka.tls_not_spoken"   // Addr: we speak TLS, the listener does not
	TLSUntrusted    = "kafka.tls_untrusted"    // Addr: unknown authority
	TLSWrongName    = "kafka.tls_wrong_name"   // Addr, Name: the certificate is for others
	TLSExpired      = "kafka.tls_expired"      // Addr: or not yet valid
	TLSFailed       = "kafka.tls_failed"       // Addr: any other handshake failure
	SASLNeeded      = "kafka.sasl_needed"      // Addr, Offered: the listener wants a login
	SASLNotExpected = "kafka.sasl_unexpected"  // Addr: the listener knows no login
	SASLMechanism   = "kafka.sasl_mechanism"   // Addr, Mechanism, Offered
	SASLFailed      = "kafka.sasl_failed"      // Addr, User: wrong user or password
	NoController    = "kafka.no_controller"    // Addr: brokers are there, a controller is not
	NoBrokers       = "kafka.no_brokers"       // Addr: the answer names no broker
	Advertised      = "kafka.advertised"       // Addr, Broker, Bootstrap: does not answer from here
	AdvertisedName  = "kafka.advertised_name"  // Addr, Broker, Bootstrap, Host: cannot be resolved here
	NoCoordinator   = "kafka.no_coordinator"   // Addr
	Lost            = "kafka.lost"             // Addr: the connection broke during a request
	Unanswered      = "kafka.unanswered"       // Addr: a request got no answer in time
	Forbidden       = "kafka.forbidden"        // User: no right to do this
	Answered        = "kafka.answered"         // Addr, Answer: the broker refused for a reason of its own
	TopicMissing    = "kafka.topic_missing"    // Topic
	TopicNoLeader   = "kafka.topic_no_leader"  // Topic, Partition
	TopicTooFew     = "kafka.topic_too_few"    // Topic, Have, Want: partitions
	NoPartition     = "kafka.no_partition"     // Topic, Partition, Count: it has only so many
	BadFilter       = "kafka.bad_filter"       // Filter, Rest: what of it is not understood
	TopicName       = "kafka.topic_name"       // Topic: Kafka accepts no such name
	TopicCollides   = "kafka.topic_collides"   // Topic, Other: differ in "." and "_" only
	TopicReserved   = "kafka.topic_reserved"   // Topic: one of Kafka's own
	TopicTwice      = "kafka.topic_twice"      // Topic
	TopicReplicas   = "kafka.topic_replicas"   // Topic, Want, Brokers
	TopicPartitions = "kafka.topic_partitions" // Topic, Want, Answer
	TopicConfig     = "kafka.topic_config"     // Topic, Answer: an option Kafka does not accept
	TopicPolicy     = "kafka.topic_policy"     // Topic, Answer
	TopicForbidden  = "kafka.topic_forbidden"  // Topic, User
	TopicRefused    = "kafka.topic_refused"    // Topic, Answer: any other reason
	PortTaken       = "kafka.port_taken"       // Addr, Port: the embedded broker cannot listen
	PortReserved    = "kafka.port_reserved"    // Addr, Port: the system keeps the port for itself
	BadDataDir      = "kafka.bad_data_dir"     // Dir
	DataDirInUse    = "kafka.data_dir_in_use"  // Dir: another embedded broker holds it
	CanaryLost      = "kafka.canary_lost"      // Topic: written, not read back
	RecordTooLarge  = "kafka.record_too_large" // Topic
	GroupBusy       = "kafka.group_busy"       // Group: programs read as members of it
)

// args are the values of a text.
type args = map[string]any

// fault is a fault that may pass by itself.
func fault(id string, a args, cause error) *Error { return usererr.New(id, a, cause) }

// final is a fault that stays until somebody acts.
func final(id string, a args, cause error) *Error { return fault(id, a, cause).Terminal() }
