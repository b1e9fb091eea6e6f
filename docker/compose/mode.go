package compose

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// mode is how a cluster keeps its metadata.
func mode(p *Project, group []*broker) string {
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
	case b.image.mode == "kraft" && !hasZooKeeper(p):
		return "kraft"
	}
	return "zookeeper"
}

func hasZooKeeper(p *Project) bool {
	return slices.ContainsFunc(p.Services, func(s Service) bool {
		role, _ := classify(&s)
		return role == ZooKeeper && s.Active && len(s.Profiles) == 0
	})
}

var leadingNumber = regexp.MustCompile(`^\d+`)

// major is the Kafka major version that an image's tag means, 0 when it tells none.
func major(img image, ref string) int {
	n, _ := strconv.Atoi(leadingNumber.FindString(tagOf(ref)))
	if strings.HasPrefix(img.name, "cp-") {
		n -= 4 // Confluent Platform 8 is Kafka 4
	}
	return n
}
