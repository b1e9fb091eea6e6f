package compose

import (
	"strconv"
	"strings"

	"streamtray/internal/lazyregexp"
)

// mode is how a cluster keeps its metadata; zooKeeper: the project has one that runs in any case.
func mode(group []*broker, zooKeeper bool) string {
	b := group[0]
	switch {
	case b.image.redpanda:
		return "redpanda"
	case b.settings.get("process.roles") != "" || b.settings.get("controller.quorum.voters") != "":
		return "kraft"
	case strings.Contains(runLine(b.service), "kafka-storage"):
		return "kraft"
	case b.settings.get("zookeeper.connect") != "":
		return "zookeeper"
	case b.settings.get("cluster.id") != "":
		return "kraft"
	case major(b.image, b.service.Image) >= 4:
		return "kraft"
	case b.image.mode == "kraft" && !zooKeeper:
		return "kraft"
	case b.image.stranger && !speaksOfZooKeeper(b.service) && !zooKeeper && !oldKafka.MatchString(tagOf(b.service.Image)):
		return "unknown"
	}
	return "zookeeper"
}

// oldKafka is a tag with a version of Kafka that knows no other way.
var oldKafka = lazyregexp.New(`(^|-)(0\.\d+|1\.[01]|2\.[0-7])\.\d`)

var zooKeeperWord = lazyregexp.New(`(?i)(^|_)(ZK|ZOO|ZOOKEEPER)(_|$)`)

// speaksOfZooKeeper reports whether a service is given a variable that by its name is about ZooKeeper.
func speaksOfZooKeeper(s *Service) bool {
	for k, v := range s.Environment {
		if v != "" && zooKeeperWord.MatchString(k) {
			return true
		}
	}
	return false
}

var leadingNumber = lazyregexp.New(`^\d+`)

// major is the Kafka major version that an image's tag means, 0 when it tells none.
func major(img image, ref string) int {
	n, _ := strconv.Atoi(leadingNumber.FindString(tagOf(ref)))
	if strings.HasPrefix(img.name, "cp-") {
		n -= 4 // Confluent Platform 8 is Kafka 4
	}
	return n
}
