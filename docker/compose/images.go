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

// image is what is known of a public image before it runs. Everything is data; the code knows no image by name.
type image struct {
	name       string            // the end of the repository's path: "cp-kafka", or with an owner "bitnami/kafka"
	role       Role              // of a service that runs the image's own command
	redpanda   bool              // configured by rpk's flags and redpanda.yaml
	prefixes   []string          // of variables: PREFIX_A_B is the property a.b; later ones outrank
	fileRules  bool              // a mounted server.properties outranks every variable
	alias      map[string]string // further variables and the property each sets
	defaults   map[string]string // properties set when no variable and no file configures Kafka
	always     bool              // defaults hold one by one, whatever else is configured
	derives    bool              // listeners follow advertised.listeners, hosts replaced by every address
	advertise  bool              // does not start without advertised.listeners
	refuses    []string          // variables on which it exits
	needBoth   bool              // does not start with advertised.listeners but neither listeners nor a host name
	ownAddress bool              // without a host it advertises the container's IP address
	sock       bool              // asks a mounted Docker socket for its published port
	topics     string            // variable that lists topics to create
	partitions string            // variable that says how many partitions those get
	mode       string            // mode when no property tells
	data       string            // the folder that data is kept in when no property tells; empty: not known, or one for each container
	stranger   bool              // nothing is known of it but what the file gives it
	source     string            // where all this is written
}

// kafkaVariables is how nearly all images name properties.
var kafkaVariables = []string{"KAFKA_"}

// confluent is common to Confluent's images; the same script configures them.
var confluent = image{
	role: Broker, prefixes: kafkaVariables, derives: true, advertise: true, data: "/var/lib/kafka/data",
	refuses: []string{"KAFKA_ADVERTISED_PORT", "KAFKA_ADVERTISED_HOST", "KAFKA_HOST", "KAFKA_PORT"},
	source:  "confluentinc/kafka-images kafka/include/etc/confluent/docker/configure",
}

// apache is common to apache/kafka and its native twin: defaults only when nothing at all is configured.
var apache = image{
	role: Broker, prefixes: kafkaVariables, derives: true, mode: "kraft",
	defaults: map[string]string{
		"listeners":                 "PLAINTEXT://:9092,CONTROLLER://:9093",
		"advertised.listeners":      "PLAINTEXT://localhost:9092",
		"controller.listener.names": "CONTROLLER",
		"controller.quorum.voters":  "1@localhost:9093",
		"process.roles":             "broker,controller",
	},
	source: "apache/kafka docker/jvm/launch, config/kraft/server.properties",
}

// bitnamiKafka is common to Bitnami's image and its copies.
var bitnamiKafka = image{
	role: Broker, prefixes: []string{"KAFKA_", "KAFKA_CFG_"}, fileRules: true, mode: "kraft", always: true, data: "/bitnami/kafka/data",
	defaults: map[string]string{"listeners": "PLAINTEXT://:9092"},
	source:   "bitnami/containers bitnami/kafka rootfs/opt/bitnami/scripts/libkafka.sh",
}

// wurst is wurstmeister's image and its many descendants.
var wurst = image{
	role: Broker, prefixes: kafkaVariables, mode: "zookeeper", needBoth: true, sock: true, topics: "KAFKA_CREATE_TOPICS",
	source: "wurstmeister/kafka-docker start-kafka.sh",
}

// spotifyKafka holds ZooKeeper too.
var spotifyKafka = image{
	role: Broker, mode: "zookeeper",
	alias:  map[string]string{"ADVERTISED_HOST": "advertised.host.name", "ADVERTISED_PORT": "advertised.port"},
	source: "spotify/docker-kafka kafka/scripts/start-kafka.sh",
}

// krisgeus continues it with listeners.
var krisgeus = image{
	role: Broker, mode: "zookeeper",
	alias: map[string]string{
		"ADVERTISED_LISTENERS": "advertised.listeners", "LISTENERS": "listeners",
		"SECURITY_PROTOCOL_MAP": "listener.security.protocol.map",
	},
	source: "krisgeus/docker-kafka scripts/start-kafka.sh",
}

// kraftAlone is bashj79's image: Kafka's own KRaft configuration, some lines replaced.
var kraftAlone = image{
	role: Broker, prefixes: kafkaVariables, mode: "kraft", always: true, defaults: apache.defaults,
	source: "bashj79/kafka-kraft-docker start_kafka.sh",
}

// moeenz knows one variable for the name inside; outside it is localhost:9093.
var moeenz = image{
	role: Broker, mode: "kraft", always: true, topics: "KRAFT_CREATE_TOPICS", partitions: "KRAFT_PARTITIONS_PER_TOPIC",
	alias: map[string]string{"KRAFT_CONTAINER_HOST_NAME": "host.inside"},
	defaults: map[string]string{
		"host.inside":               "",
		"listeners":                 "CONTROLLER://:19092,INTERNAL://:9092,EXTERNAL://:9093",
		"advertised.listeners":      "INTERNAL://{host.inside}:9092,EXTERNAL://localhost:9093",
		"controller.listener.names": "CONTROLLER",
		"process.roles":             "broker,controller",
	},
	source: "moeenz/docker-kafka-kraft docker-entrypoint.sh",
}

// fastData is Lenses' image with everything in it.
var fastData = image{
	role: Broker, prefixes: kafkaVariables, mode: "zookeeper",
	alias:  map[string]string{"ADV_HOST": "advertised.host.name", "BROKER_PORT": "port"},
	source: "lensesio/fast-data-dev setup-and-run.sh",
}

// zipkin is Zipkin's test image with ZooKeeper in it.
var zipkin = image{
	role: Broker, mode: "zookeeper", always: true,
	alias: map[string]string{"KAFKA_ADVERTISED_HOST_NAME": "zipkin.host"},
	defaults: map[string]string{
		"zipkin.host":          "localhost",
		"listeners":            "PLAINTEXT://:9092,PLAINTEXT_HOST://:19092",
		"advertised.listeners": "PLAINTEXT://:9092,PLAINTEXT_HOST://{zipkin.host}:19092",
	},
	source: "openzipkin/zipkin docker/test-images/zipkin-kafka",
}

// debezium advertises the container's own address when told no host.
var debezium = image{
	role: Broker, prefixes: kafkaVariables, ownAddress: true, topics: "CREATE_TOPICS",
	alias: map[string]string{
		"ADVERTISED_HOST_NAME": "advertised.host.name", "ADVERTISED_PORT": "advertised.port", "HOST_NAME": "host.name",
		"PORT": "port", "ZOOKEEPER_CONNECT": "zookeeper.connect", "CLUSTER_ID": "cluster.id",
		"KAFKA_CONTROLLER_QUORUM_VOTERS": "controller.quorum.voters",
	},
	source: "debezium/container-images kafka/2.7/docker-entrypoint.sh",
}

// strimzi starts nothing by itself: the command says all.
var strimzi = image{role: Broker, source: "strimzi/strimzi-kafka-operator docker-images"}

// local is Confluent's image for trying things out.
var local = image{
	role: Broker, prefixes: kafkaVariables, always: true, mode: "kraft", data: "/var/lib/kafka/data",
	defaults: map[string]string{
		"listeners":                      "PLAINTEXT://localhost:29092,CONTROLLER://localhost:29093,PLAINTEXT_HOST://0.0.0.0:9092",
		"advertised.listeners":           "PLAINTEXT://localhost:29092,PLAINTEXT_HOST://localhost:9092",
		"listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,PLAINTEXT_HOST:PLAINTEXT",
		"controller.listener.names":      "CONTROLLER",
		"controller.quorum.voters":       "1@localhost:29093",
		"process.roles":                  "broker,controller",
	},
	source: "confluentinc/kafka-images local/include/etc/confluent/docker/configureDefaults",
}

// rpk is Redpanda.
var rpk = image{
	role: Broker, redpanda: true, mode: "redpanda", data: "/var/lib/redpanda/data",
	source: "redpanda-data/redpanda src/go/rpk/pkg/cli/redpanda/start.go",
}

// generic is an image nobody has heard of: properties by the usual names.
var generic = image{role: Broker, prefixes: kafkaVariables, derives: true, stranger: true, source: "convention"}

// fabric is Hyperledger's.
var fabric = image{role: Broker, prefixes: kafkaVariables, derives: true, source: "hyperledger/fabric images/kafka/docker-entrypoint.sh"}

var zooKeeperAlone = image{role: ZooKeeper, source: "its name"}

// images is searched for the longest name that ends an image's path, so the mirror it is pulled from does not matter.
var images = map[string]image{
	"cp-kafka": confluent, "cp-server": confluent, "cp-enterprise-kafka": confluent, "confluent-local": local,
	"cp-kafka-kraft": confluent,
	"apache/kafka":   apache, "kafka-native": apache,
	"bitnami/kafka": bitnamiKafka, "bitnamilegacy/kafka": bitnamiKafka, "bitnamisecure/kafka": bitnamiKafka,
	"soldevelo/kafka": bitnamiKafka, "bitnami-kafka": bitnamiKafka,
	"wurstmeister/kafka": wurst, "wurstmeister-kafka": wurst,
	"blacktop/kafka": wurst, "ches/kafka": wurst,
	"spotify/kafka": spotifyKafka, "krisgeus/docker-kafka": krisgeus, "kafka-zookeeper": spotifyKafka,
	"kafka-kraft": kraftAlone, "docker-kafka-kraft": moeenz,
	"fast-data-dev": fastData, "lensesio/box": fastData, "kafka-lenses-dev": fastData,
	"zipkin-kafka": zipkin, "debezium/kafka": debezium, "strimzi/kafka": strimzi, "fabric-kafka": fabric,
	"kafka": generic, "redpanda": rpk, "redpanda-nightly": rpk, "redpanda-unstable": rpk,
	"zookeeper": zooKeeperAlone, "cp-zookeeper": zooKeeperAlone, "fabric-zookeeper": zooKeeperAlone,
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

// known is what the table says of an image reference.
func known(ref string) (image, bool) {
	path, longest := "/"+imageName(ref), ""
	own, changed := ownName(path), false
	for name := range images {
		// Confluent's images are rebuilt under their names with something behind.
		rebuilt := strings.HasPrefix(name, "cp-") && strings.HasPrefix(own, name+"-") && !aroundToken.MatchString(own)
		if (strings.HasSuffix(path, "/"+name) || rebuilt) && len(name) > len(longest) {
			longest, changed = name, rebuilt
		}
	}
	img := images[longest]
	img.name, img.stranger = longest, img.stranger || changed
	return img, longest != ""
}
