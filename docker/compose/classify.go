package compose

import (
	"regexp"
	"strings"
)

var (
	startsBroker = regexp.MustCompile(`kafka-server-start|redpanda start|confluent/docker/run|start-kafka|` +
		`bitnami/scripts/kafka/(run|entrypoint)|kafka/docker/run`)
	startsZooKeeper = regexp.MustCompile(`zookeeper-server-start|zkServer\.sh`)
	startsConnect   = regexp.MustCompile(`connect-(distributed|standalone|mirror-maker)|kafka-mirror-maker`)
	createsTopics   = regexp.MustCompile(`kafka-topics(\.sh)?\b|rpk\b[^\n]*\btopic\b`)
	brokerVariable  = regexp.MustCompile(`^KAFKA_(CFG_)?(PROCESS_ROLES|ADVERTISED_.*|LISTENERS|ZOOKEEPER_CONNECT|` +
		`NODE_ID|BROKER_ID|CONTROLLER_QUORUM_VOTERS)$`)
	toolName = regexp.MustCompile(`(?i)(init|setup|create|topics?|tools?|cli|client|ready)([-_]|$)`)
)

// classify says what a service is: by what it runs, then by its environment, then by its image, then by its name.
func classify(s *Service) (Role, image) {
	ref := s.Image
	if ref == "" && s.Build != nil {
		ref = s.Build.From
	}
	img, inTable := known(ref)
	line := strings.Join(s.Entrypoint, " ") + " " + strings.Join(s.Command, " ")
	kafkaImage := img.role == Broker
	unknown := ref == "" || !inTable && strings.Contains(imageName(ref), "kafka") || s.Build != nil
	switch {
	case startsZooKeeper.MatchString(line):
		return ZooKeeper, img
	case startsBroker.MatchString(line) && !startsConnect.MatchString(line):
		return roleOf(s), guess(s, img)
	case startsConnect.MatchString(line):
		return Other, img
	case createsTopics.MatchString(line):
		return Helper, img
	case img.role == ZooKeeper:
		return ZooKeeper, img
	case kafkaImage && len(s.Command)+len(s.Entrypoint) > 0 && !configured(s, brokerVariable) && img.family != redpanda:
		return Helper, img
	case kafkaImage:
		return roleOf(s), guess(s, img)
	case unknown && configured(s, brokerVariable):
		return roleOf(s), guess(s, img)
	}
	return Other, img
}

// roleOf tells a broker from a controller that serves no client.
func roleOf(s *Service) Role {
	for _, k := range []string{"KAFKA_PROCESS_ROLES", "KAFKA_CFG_PROCESS_ROLES"} {
		if strings.TrimSpace(s.Environment[k]) == "controller" {
			return Controller
		}
	}
	return Broker
}

// configured reports whether a service itself sets a variable of that name to a real value.
func configured(s *Service, name *regexp.Regexp) bool {
	for k, v := range s.Environment {
		if name.MatchString(k) && v != "ignored" {
			return true
		}
	}
	return false
}

// guess is the image's family where its name does not tell: by the style of its variables.
func guess(s *Service, img image) image {
	if img.name != "" && img.name != "kafka" {
		return img
	}
	for k := range s.Environment {
		if strings.HasPrefix(k, "KAFKA_CFG_") {
			img.family, img.listeners = bitnami, "PLAINTEXT://:9092"
			return img
		}
	}
	return img
}
