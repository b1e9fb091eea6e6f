package compose

import (
	"maps"
	"net"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"streamtray/internal/lazyregexp"
)

// redpandaListeners are a Redpanda broker's doors: rpk's flags over its variables over redpanda.yaml.
func redpandaListeners(s *Service) []Listener {
	flags := rpkFlags(s)
	file, set := redpandaFile(s), setByFlags(flags)
	maps.Copy(file.tls, set.tls)
	file.sasl = file.sasl || set.sasl
	bound := firstOf(parseAddresses(flags["kafka-addr"]), parseAddresses(s.Environment["REDPANDA_KAFKA_ADDRESS"]),
		set.bound, file.bound, []endpoint{{host: "0.0.0.0", port: 9092}})
	told := firstOf(parseAddresses(flags["advertise-kafka-addr"]),
		parseAddresses(s.Environment["REDPANDA_ADVERTISE_KAFKA_ADDRESS"]), set.told, file.told)
	keys, line := []string{"command"}, s.lineOf("command")
	if len(told) == 0 {
		keys = nil
		for _, b := range bound {
			if unspecified(b.host) {
				b.host = ""
			}
			told = append(told, b)
		}
	}
	var out []Listener
	for _, t := range told {
		l := Listener{
			Name: t.name, Host: t.host, HostPort: t.port, Port: t.port, Protocol: file.protocol(t.name, bound), Line: line, keys: keys,
			mapped: true,
		}
		for _, b := range bound {
			if b.name == t.name || len(bound) == 1 && len(told) == 1 {
				l.Bind, l.Port = b.host, b.port
			}
		}
		out = append(out, l)
	}
	return out
}

func firstOf(lists ...[]endpoint) []endpoint {
	for _, l := range lists {
		if len(l) > 0 {
			return l
		}
	}
	return nil
}

// rpkFlags are the flags of `rpk redpanda start`, given as one word or two, with or without "=". --set flags stand
// under the property they set.
func rpkFlags(s *Service) map[string]string {
	flags := map[string]string{}
	for _, c := range s.script().commands {
		var words []string
		for _, w := range c {
			if name, value, apart := strings.Cut(w, " "); apart && strings.HasPrefix(name, "--") {
				words = append(words, name, value)
			} else {
				words = append(words, w)
			}
		}
		rpkFlagsOf(flags, words)
	}
	return flags
}

func rpkFlagsOf(flags map[string]string, words []string) {
	for i, w := range words {
		name, ok := strings.CutPrefix(w, "--")
		if !ok {
			continue
		}
		name, val, assigned := strings.Cut(name, "=")
		if !assigned && i+1 < len(words) && !strings.HasPrefix(words[i+1], "--") {
			val = words[i+1]
		}
		val = strings.Trim(strings.TrimSpace(val), `"\`)
		if name == "set" {
			name, val, _ = strings.Cut(val, "=")
		} else if old := flags[name]; old != "" {
			val = old + "," + val
		}
		flags[name] = strings.Trim(val, `"'`)
	}
}

var setAddress = lazyregexp.New(`^redpanda\.(kafka_api|advertised_kafka_api|kafka_api_tls)(?:\[(\d{1,2})\])?(?:\.(\w+))?$`)

// setByFlags is the part of redpanda.yaml that --set flags write: a property of one address each, or a whole list.
func setByFlags(flags map[string]string) redpandaYAML {
	out := redpandaYAML{tls: map[string]bool{}, sasl: flags["redpanda.enable_sasl"] == "true"}
	lists := map[string]map[string]redpandaAddress{"kafka_api": {}, "advertised_kafka_api": {}, "kafka_api_tls": {}}
	for _, name := range slices.Sorted(maps.Keys(flags)) {
		m := setAddress.FindStringSubmatch(name)
		switch {
		case m == nil:
		case m[3] != "":
			a := lists[m[1]][m[2]]
			_ = decodeInto(m[3]+": "+flags[name], &a) // what is none stays unset
			lists[m[1]][m[2]] = a
		default:
			var n yaml.Node
			if decodeInto(flags[name], &n) == nil {
				for i, a := range redpandaAddresses(&n) {
					lists[m[1]][m[2]+strconv.Itoa(i)] = a
				}
			}
		}
	}
	for _, i := range slices.Sorted(maps.Keys(lists["kafka_api"])) {
		out.bound = append(out.bound, lists["kafka_api"][i].endpoint())
	}
	for _, i := range slices.Sorted(maps.Keys(lists["advertised_kafka_api"])) {
		out.told = append(out.told, lists["advertised_kafka_api"][i].endpoint())
	}
	for _, a := range lists["kafka_api_tls"] {
		out.tls[a.Name] = a.Enabled
	}
	return out
}

func (a redpandaAddress) endpoint() endpoint {
	if a.Port == 0 {
		a.Port = 9092
	}
	return endpoint{name: a.Name, host: a.Address, port: a.Port, auth: a.Auth}
}

// parseAddresses parses rpk's scheme://host:port|authentication lists.
func parseAddresses(text string) []endpoint {
	var out []endpoint
	for item := range strings.SplitSeq(text, ",") {
		item, auth, _ := strings.Cut(strings.TrimSpace(item), "|")
		name, rest, named := strings.Cut(item, "://")
		if !named {
			name, rest = "", item
		}
		if rest == "" {
			continue
		}
		e := endpoint{name: name, host: rest, port: 9092, auth: auth}
		if h, p, err := net.SplitHostPort(rest); err == nil {
			e.host = h
			if e.port, err = strconv.Atoi(p); err != nil {
				continue
			}
		}
		out = append(out, e)
	}
	return out
}

// redpandaYAML is the part of redpanda.yaml that concerns clients.
type redpandaYAML struct {
	bound, told []endpoint
	sasl        bool
	tls         map[string]bool
}

type redpandaAddress struct {
	Name    string `yaml:"name"`
	Address string `yaml:"address"`
	Port    int    `yaml:"port"`
	Auth    string `yaml:"authentication_method"`
	Enabled bool   `yaml:"enabled"`
}

// redpandaFile reads redpanda.yaml and the bootstrap file beside it, if the service mounts them.
func redpandaFile(s *Service) redpandaYAML {
	out := redpandaYAML{tls: map[string]bool{}}
	for _, text := range s.files {
		var f struct {
			Sasl     bool `yaml:"enable_sasl"`
			Redpanda struct {
				Kafka      yaml.Node `yaml:"kafka_api"`
				Advertised yaml.Node `yaml:"advertised_kafka_api"`
				TLS        yaml.Node `yaml:"kafka_api_tls"`
				Sasl       bool      `yaml:"enable_sasl"`
			} `yaml:"redpanda"`
		}
		if decodeInto(text, &f) != nil {
			continue
		}
		out.sasl = out.sasl || f.Sasl || f.Redpanda.Sasl
		out.bound = append(out.bound, redpandaEndpoints(&f.Redpanda.Kafka)...)
		out.told = append(out.told, redpandaEndpoints(&f.Redpanda.Advertised)...)
		for _, a := range redpandaAddresses(&f.Redpanda.TLS) {
			out.tls[a.Name] = a.Enabled
		}
	}
	return out
}

// decodeInto is YAML decoding that never panics and takes no aliases, of which this file has no need.
func decodeInto(text string, into any) error {
	nodes, err := decode([]byte(text))
	if err != nil || len(nodes) == 0 || strings.Contains(text, "*") {
		return errNoMapping
	}
	return nodes[0].Decode(into)
}

// redpandaAddresses is a list of addresses, or one.
func redpandaAddresses(n *yaml.Node) []redpandaAddress {
	var many []redpandaAddress
	if n.Decode(&many) == nil {
		return many
	}
	var one redpandaAddress
	if n.Decode(&one) == nil {
		return []redpandaAddress{one}
	}
	return nil
}

func redpandaEndpoints(n *yaml.Node) []endpoint {
	var out []endpoint
	if n.Kind == 0 {
		return nil
	}
	for _, a := range redpandaAddresses(n) {
		out = append(out, a.endpoint())
	}
	return out
}

// protocol is a Redpanda listener's security.
func (f redpandaYAML) protocol(name string, bound []endpoint) string {
	sasl := f.sasl
	for _, b := range bound {
		if b.name == name && b.auth != "" {
			sasl = b.auth == "sasl"
		}
	}
	switch {
	case sasl && f.tls[name]:
		return "SASL_SSL"
	case f.tls[name]:
		return "SSL"
	case sasl:
		return "SASL_PLAINTEXT"
	}
	return "PLAINTEXT"
}
