package compose

import (
	"strings"

	"streamtray/internal/lazyregexp"
)

// What a command line says about the program it starts.
var (
	startsZooKeeper = lazyregexp.New(`zookeeper-server-start|zkServer\.sh\s+start`)
	startsBroker    = lazyregexp.New(`kafka-server-start|\bredpanda start\b|start-kafka|` +
		`bitnami/scripts/kafka/(run|entrypoint)|/etc/kafka/docker/(run|launch)|kafka_run\.sh`)
	imageScript  = lazyregexp.New(`/etc/kafka/docker/(run|launch)|bitnami/scripts/kafka/(run|entrypoint)|start-kafka|kafka_run\.sh`)
	startsImage  = lazyregexp.New(`/etc/confluent/docker/(run|launch)|/docker-entrypoint\.sh|/entrypoint\.sh|(^|\s)/run\.sh`)
	startsWorker = lazyregexp.New(`connect-(distributed|standalone|mirror-maker)|kafka-mirror-maker|schema-registry-start`)
	usesTool     = lazyregexp.New(`\bkafka-(topics|configs|acls|storage|console-\w+|ready|broker-api-versions|` +
		`get-offsets|consumer-groups|(producer|consumer)-perf-test|verifiable-\w+|run-class)\b|\brpk\b|\bcub\b|\bkeytool\b|` +
		`\bsleep\b|\btail -f\b|\bexit\b`)
)

var (
	brokerVariable = lazyregexp.New(`^KAFKA_(CFG_)?(PROCESS_ROLES|ADVERTISED_(LISTENERS|HOST_NAME|PORT)|LISTENERS|` +
		`ZOOKEEPER_CONNECT|NODE_ID|BROKER_ID|CONTROLLER_QUORUM_VOTERS)$`)
	strongVariable = lazyregexp.New(`^KAFKA_(CFG_)?(PROCESS_ROLES|ADVERTISED_(LISTENERS|HOST_NAME)|LISTENERS|` +
		`CONTROLLER_QUORUM_VOTERS)$`)
	zooKeeperVariable = lazyregexp.New(`^(ZOOKEEPER_(CLIENT_PORT|SERVER_ID|SERVERS|TICK_TIME)|ZOO_(MY_ID|SERVERS|TICK_TIME|PORT))$`)
	brokerName        = lazyregexp.New(`(?i)^(kafka|broker|redpanda)([-_]?(broker|server|node|kraft))?[-_]?\d*$`)
	zooKeeperName     = lazyregexp.New(`(?i)(^|[-_.])(zookeeper|zoo|zk)[-_]?\d*$`)
	zooKeeperImage    = lazyregexp.New(`(^|[-_/])(zookeeper|zk)([-_]|$)`)
	// aroundToken is a word in an image's own name that makes it a tool around Kafka or ZooKeeper.
	aroundToken = lazyregexp.New(`(^|[-_/])(ui|connect|connector|rest|mqtt|ksql\w*|registry|exporter|manager|admin|navigator|console|` +
		`shell|web|monitor\w*|browser|operator|client|cli|cat|kcat|kafkacat|init|topics|proxy|bridge|backup|lag|test|tools?)([-_]|$)`)
	toolName = lazyregexp.New(`(?i)(init|setup|create|topics?|tools?|cli|client|ready|config)([-_]?\d*$|[-_])`)
	// otherImage are images around Kafka whose names could be taken for it.
	otherImage = lazyregexp.New(`(ui|connect(or)?|registry|rest|ksql(db)?[\w-]*|exporter|manager|cmak|console|kafdrop|akhq|` +
		`mirror[\w-]*|proxy|bridge|cat|kcat|kaf|cruise-control|control-center|magic|map|monitor|lag|eagle|client|cli|topics|init|` +
		`python|node|golang|jdk|jre|openjdk|maven|gradle|nginx|alpine|busybox|ubuntu|debian)$`)
)

// classify says what a service is: by what it runs, then by its environment, then by its image, then by its name.
func classify(s *Service) (Role, image) {
	img, inTable := identify(s)
	run := runLine(s)
	kafkaImage := img.role == Broker
	overridden := len(s.Command)+len(s.Entrypoint) > 0
	switch {
	case startsZooKeeper.MatchString(run) && !startsBroker.MatchString(run):
		return ZooKeeper, img
	case startsWorker.MatchString(run):
		return Other, img
	case startsBroker.MatchString(run), kafkaImage && startsImage.MatchString(run):
		return roleOf(s, img), img
	case topicCommand.MatchString(run):
		return Helper, img
	case kafkaImage && overridden && usesTool.MatchString(run):
		return Helper, img
	case kafkaImage && overridden && !img.redpanda && !configured(s, brokerVariable) && !hasConfig(s):
		return Helper, img
	case img.role == ZooKeeper:
		return ZooKeeper, img
	case kafkaImage && toolName.MatchString(s.Name) && !img.redpanda && (overridden || !configured(s, brokerVariable)):
		return Helper, img
	case kafkaImage:
		return roleOf(s, img), img
	}
	return byHabit(s, img, inTable), img
}

// identify is what the table says of a service's image, or of the one its Dockerfile starts from. An image that the
// table does not know, or knows by the bare name kafka, is taken for the family whose variables it is given.
func identify(s *Service) (image, bool) {
	img, ok := known(s.Image)
	if from := s.Build; from != nil && (!ok && !otherImage.MatchString(imageName(s.Image)) || img.name == "kafka") {
		if base, known := known(from.From); known {
			img, ok = base, true
		}
	}
	if ok && img.name != "kafka" {
		return img, true
	}
	style := generic
	if !ok {
		style.role = ""
	}
	for k := range s.Environment {
		switch {
		case strings.HasPrefix(k, "KAFKA_CFG_"):
			style = withRole(bitnamiKafka, style.role)
		case k == "KAFKA_CREATE_TOPICS" || k == "KAFKA_ADVERTISED_HOST_NAME" || k == "HOSTNAME_COMMAND":
			if !strings.HasPrefix(style.source, "bitnami") {
				style = withRole(wurst, style.role)
			}
		}
	}
	style.name = img.name
	return style, ok
}

func withRole(i image, r Role) image {
	i.role, i.mode = r, ""
	return i
}

// byHabit classifies a service whose image is not known.
func byHabit(s *Service, img image, inTable bool) Role {
	ref := imageName(s.Image)
	if inTable || otherImage.MatchString(ref) && s.Build == nil {
		return Other
	}
	named := brokerName.MatchString(s.Name) || strings.Contains(ref, "kafka")
	switch {
	case saysItself(s, strongVariable):
		return roleOf(s, img)
	case named && configured(s, brokerVariable):
		return roleOf(s, img)
	case saysItself(s, zooKeeperVariable) && !named, zooKeeperImage.MatchString(ref) && !aroundToken.MatchString(ownName(ref)):
		return ZooKeeper
	case zooKeeperName.MatchString(s.Name) && !aroundToken.MatchString(ownName(ref)):
		return ZooKeeper
	case brokerName.MatchString(s.Name) && (ref == "" || hasConfig(s) || strings.Contains(ref, "kafka")):
		return roleOf(s, img)
	}
	return Other
}

// ownName is the last part of an image's path.
func ownName(ref string) string { return ref[strings.LastIndexByte(ref, '/')+1:] }

// roleOf tells a broker from a controller that serves no client.
func roleOf(s *Service, img image) Role {
	roles := strings.Fields(strings.ReplaceAll(effective(s, img).get("process.roles"), ",", " "))
	if len(roles) == 1 && roles[0] == "controller" || s.Environment["NODE_ROLE"] == "controller" && img.ownAddress {
		return Controller
	}
	return Broker
}

// configured reports whether a service has a variable of that name with a real value.
func configured(s *Service, name *lazyregexp.Regexp) bool {
	for k, v := range s.Environment {
		if name.MatchString(k) && v != "ignored" {
			return true
		}
	}
	return false
}

// saysItself is configured without what a file of variables says, for many services share one.
func saysItself(s *Service, name *lazyregexp.Regexp) bool {
	for k, v := range s.Environment {
		if name.MatchString(k) && v != "ignored" && (s.source.at("environment", k) != nil || s.baked[k]) {
			return true
		}
	}
	return false
}

func hasConfig(s *Service) bool {
	for place := range s.files {
		if configFile.MatchString(place) {
			return true
		}
	}
	return false
}

// runLine is all that a service runs: its command, and the scripts that the command calls.
func runLine(s *Service) string {
	line := commandLine(s)
	for place, text := range s.files {
		if scriptFile.MatchString(place) {
			line += "\n" + text
		}
	}
	return line
}
