package compose

import "strings"

// Role is what a service is to Kafka.
type Role string

// The roles of issue 5. A helper is a one-shot tool or a shell on a Kafka image.
const (
	Broker     Role = "broker"
	ZooKeeper  Role = "zookeeper"
	Controller Role = "controller"
	Helper     Role = "helper"
	Other      Role = "other"
)

// image is what is known of a public image before it runs.
type image struct {
	name       string // the end of the repository's path: "cp-kafka", or with an owner "bitnami/kafka"
	role       Role
	family     family
	advertised string // advertised.listeners when nothing configures any; empty: the container's host name
	listeners  string // listeners when nothing configures any
	mode       string // mode when no variable tells
	source     string // where that is written
}

// family is how an image takes its configuration.
type family int

const (
	plainKafka   family = iota // KAFKA_X_Y is x.y; listeners follow advertised.listeners
	bitnami                    // KAFKA_CFG_X_Y is x.y, KAFKA_X_Y an older alias
	wurstmeister               // as plainKafka, and KAFKA_ADVERTISED_HOST_NAME, HOSTNAME_COMMAND, KAFKA_CREATE_TOPICS
	spotify                    // ADVERTISED_HOST and ADVERTISED_PORT
	fastData                   // ADV_HOST
	redpanda                   // command line flags and redpanda.yaml
)

// images is searched for the longest name that ends an image's path.
var images = []image{
	{name: "cp-kafka", role: Broker, source: "confluentinc/kafka-images kafka/include/etc/confluent/docker/configure"},
	{name: "cp-server", role: Broker, source: "confluentinc/kafka-images server/include/etc/confluent/docker/configure"},
	{name: "cp-enterprise-kafka", role: Broker, source: "confluentinc/cp-docker-images debian/enterprise-kafka"},
	{
		name: "confluent-local", role: Broker, mode: "kraft", source: "confluentinc/kafka-images local/Dockerfile",
		advertised: "PLAINTEXT://localhost:29092,PLAINTEXT_HOST://localhost:9092",
		listeners:  "PLAINTEXT://localhost:29092,PLAINTEXT_HOST://0.0.0.0:9092",
	},
	{
		name: "apache/kafka", role: Broker, mode: "kraft", source: "apache/kafka docker/server.properties",
		advertised: "PLAINTEXT://localhost:9092", listeners: "PLAINTEXT://:9092",
	},
	{
		name: "kafka-native", role: Broker, mode: "kraft", source: "apache/kafka docker/server.properties",
		advertised: "PLAINTEXT://localhost:9092", listeners: "PLAINTEXT://:9092",
	},
	{
		name: "bitnami/kafka", role: Broker, family: bitnami, source: "bitnami/containers bitnami/kafka libkafka.sh",
		listeners: "PLAINTEXT://:9092",
	},
	{
		name: "bitnamilegacy/kafka", role: Broker, family: bitnami, source: "as bitnami/kafka",
		listeners: "PLAINTEXT://:9092",
	},
	{
		name: "bitnamisecure/kafka", role: Broker, family: bitnami, source: "as bitnami/kafka",
		listeners: "PLAINTEXT://:9092",
	},
	{
		name: "wurstmeister/kafka", role: Broker, family: wurstmeister, mode: "zookeeper",
		source: "wurstmeister/kafka-docker start-kafka.sh",
	},
	{
		name: "spotify/kafka", role: Broker, family: spotify, mode: "zookeeper",
		source: "spotify/docker-kafka kafka/scripts/start-kafka.sh", listeners: "PLAINTEXT://:9092",
	},
	{
		name: "fast-data-dev", role: Broker, family: fastData, mode: "zookeeper",
		source: "lensesio/fast-data-dev filesystem/usr/local/bin/setup-and-run.sh", listeners: "PLAINTEXT://:9092",
	},
	{
		name: "zipkin-kafka", role: Broker, mode: "zookeeper", source: "openzipkin/zipkin docker/test-images/zipkin-kafka",
		advertised: "PLAINTEXT://kafka-zookeeper:9092,PLAINTEXT_HOST://localhost:19092",
		listeners:  "PLAINTEXT://:9092,PLAINTEXT_HOST://:19092",
	},
	{
		name: "debezium/kafka", role: Broker, source: "debezium/container-images kafka/docker-entrypoint.sh",
		listeners: "PLAINTEXT://:9092",
	},
	{name: "strimzi/kafka", role: Broker, source: "strimzi/strimzi-kafka-operator docker-images"},
	{
		name: "fabric-kafka", role: Broker, mode: "zookeeper", source: "hyperledger/fabric-baseimage images/kafka",
		listeners: "PLAINTEXT://:9092",
	},
	{name: "kafka", role: Broker, source: "the name alone"},
	{name: "redpanda", role: Broker, family: redpanda, mode: "redpanda", source: "redpanda-data/redpanda rpk start"},
	{name: "zookeeper", role: ZooKeeper, source: "the name alone"},
	{name: "cp-zookeeper", role: ZooKeeper, source: "confluentinc/kafka-images zookeeper"},
	{name: "fabric-zookeeper", role: ZooKeeper, source: "hyperledger/fabric-baseimage"},
}

// imageName is an image reference's path: no tag and no digest.
func imageName(ref string) string {
	name, _, _ := strings.Cut(ref, "@")
	if i := strings.LastIndexByte(name, ':'); i > strings.LastIndexByte(name, '/') {
		name = name[:i]
	}
	return strings.ToLower(name)
}

// tagOf is an image reference's tag, or "".
func tagOf(ref string) string {
	name, _, _ := strings.Cut(ref, "@")
	if i := strings.LastIndexByte(name, ':'); i > strings.LastIndexByte(name, '/') {
		return name[i+1:]
	}
	return ""
}

// known is what the table says of an image reference; the mirror it is pulled from does not matter.
func known(ref string) (image, bool) {
	path := "/" + imageName(ref)
	best := image{}
	for _, i := range images {
		if strings.HasSuffix(path, "/"+i.name) && len(i.name) > len(best.name) {
			best = i
		}
	}
	return best, best.name != ""
}
