package diagnose

import (
	"regexp"
	"slices"
	"strings"
)

// cues tell where a text comes from, by words that are in lower case there.
var cues = []struct{ place, word string }{
	{Broker, "kafka.server"},
	{Broker, "kafkaserver"},
	{Broker, "kafka.log"},
	{Broker, "kafka.zk"},
	{Broker, "(kafka."},
	{Broker, "kafka.controller"},
	{Broker, "/etc/kafka"},
	{Broker, "kafka_"},
	{Broker, "===> "},
	{Broker, "kafka.kafka$"},
	{Zookeeper, "zookeeper.server"},
	{Zookeeper, "quorumpeer"},
	{Zookeeper, "nioservercnxn"},
	{Zookeeper, "zoo.cfg"},
	{Client, "rdkafka#"},
	{Client, "kafkaerror{"},
	{Client, "clientid="},
	{Client, "kafka.errors."},
	{Client, "kafka.clients"},
	{Client, "bootstrap"},
	{Client, "kafka: "},
	{Client, "%3|"},
	{Compose, "compose"},
	{Compose, "container "},
	{Compose, "services."},
	{Compose, "warn[0"},
	{Compose, "pulling "},
	{Engine, "daemon"},
	{Engine, "docker_engine"},
	{Engine, "dockerdesktop"},
	{Engine, "docker api"},
	{Engine, "wsl"},
	{Engine, "docker.sock"},
	{Engine, "registry"},
	{App, "traceback ("},
	{App, "werkzeug"},
	{App, " | info "},
	{App, " | error "},
	{App, " | warning "},
	{App, ".py\""},
	{App, "pip "},
	{App, "routes.ws"},
	{App, "flask"},
	{App, "modulenotfound"},
	{App, "python"},
}

// Where works out which place a text comes from; "" when nothing in it tells.
func Where(text string) string {
	text = strings.ToLower(text)
	votes := map[string]int{}
	for _, c := range cues {
		votes[c.place] += strings.Count(text, c.word)
	}
	best, most := "", 0
	for _, p := range Places() {
		if votes[p] > most {
			best, most = p, votes[p]
		}
	}
	return best
}

// place says where a rule's line was read: the given place, else what the container's name or the rule itself tells.
func (s *Scanner) place(r *rule, src *source) string {
	if s.where != "" {
		return s.where
	}
	if slices.Contains(r.Where, src.place) {
		return src.place
	}
	return r.Where[0]
}

// nearby are the places whose rules may speak of a text of a place: compose shows the logs of all containers.
var nearby = map[string][]string{
	App: {App, Client}, Client: {Client, App}, Broker: {Broker, Zookeeper}, Zookeeper: {Zookeeper, Broker},
	Engine: {Engine, Compose}, Compose: {Compose, Engine, Broker, Zookeeper, App}, // and what a build prints
}

// concerns reports whether a rule may speak of a line, as far as the place was given.
func (s *Scanner) concerns(rule int, src *source) bool {
	if s.where == "" {
		return true
	}
	places := nearby[s.where]
	if src.name != "" {
		if src.place != "" {
			places = append(nearby[src.place], s.where)
		} else if s.where == Compose || s.where == Engine {
			return true
		}
	}
	return slices.ContainsFunc(s.book.rules[rule].Where, func(w string) bool { return slices.Contains(places, w) })
}

// guess says where a line that no rule knows was read.
func (s *Scanner) guess(line string, src *source) string {
	for _, p := range []string{s.where, src.place, Where(line)} {
		if p != "" {
			return p
		}
	}
	return App
}

// placeOf reads a container's name. What is named after Kafka and says what else it is only talks to Kafka.
func placeOf(container string) string {
	name := strings.ToLower(container)
	switch {
	case strings.Contains(name, "zoo") || strings.HasPrefix(name, "zk"):
		return Zookeeper
	case besideKafka.MatchString(name):
		return ""
	case strings.Contains(name, "kafka") || strings.Contains(name, "broker"):
		return Broker
	}
	return ""
}

// besideKafka is the name of a container that looks at Kafka, sets it up, or sends and reads records.
var besideKafka = regexp.MustCompile(`(?:^|[_.-])(?:ui|web|console|manager|exporter|connect|rest|bridge|mirror|init|setup|topics?|create|producer|consumer|streams?|worker|client|sink|source)(?:[_.-]|\d*$)`)
