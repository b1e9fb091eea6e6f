package compose

import (
	"slices"
	"strconv"
	"strings"

	"streamtray/internal/loopback"
)

// Listener is one door of a broker, and what it tells clients to come back to.
type Listener struct {
	Name     string
	Protocol string // PLAINTEXT, SASL_PLAINTEXT, SSL or SASL_SSL
	Bind     string // address it listens on in the container; empty: every one
	Port     int    // in the container
	Host     string // advertised; empty: the container's host name
	HostPort int    // advertised; 0: known only when it runs
	Line     int

	mapped bool     // its protocol is written, not guessed from the end of its name
	keys   []string // where the advertised address stands in the service; nil: nowhere
}

// Address is what a program on this host connects to; loopback is written localhost.
func (l Listener) Address() string {
	host := l.Host
	if host == "" || loopback.Is(host) {
		host = "localhost"
	}
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	return host + ":" + strconv.Itoa(l.HostPort)
}

// endpoint is one item of a listeners property: NAME://host:port.
type endpoint struct {
	name, host string
	port       int
	auth       string // Redpanda's authentication method
}

// endpoints parses a listeners property. Items that are none are left out.
func endpoints(text string) []endpoint {
	var out []endpoint
	for item := range strings.SplitSeq(text, ",") {
		item = strings.Trim(strings.TrimSpace(item), `"'`)
		name, rest, ok := strings.Cut(item, "://")
		i := strings.LastIndexByte(rest, ':')
		if !ok || i < 0 {
			continue
		}
		number := strings.TrimRight(rest[i+1:], "/ ")
		port, err := strconv.Atoi(number)
		if err != nil && number != "" && !dynamic(number) {
			continue
		}
		host := strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(rest[:i]), "["), "]")
		out = append(out, endpoint{name: strings.ToUpper(strings.TrimSpace(name)), host: host, port: port})
	}
	return out
}

// dynamic reports whether a value is worked out only when the container starts: a command's output, or a variable
// of a shell.
func dynamic(text string) bool {
	return strings.ContainsAny(text, "$`{") || strings.Contains(text, "_COMMAND")
}

// findListeners are a broker's doors for clients; those of the controllers are left out.
func findListeners(s *Service, c settings, img image) []Listener {
	if img.redpanda {
		return redpandaListeners(s)
	}
	told, bound, at := said(s, c, img)
	names := controllers(c)
	var out []Listener
	for _, e := range told {
		if slices.Contains(names, e.name) {
			continue
		}
		l := Listener{Name: e.name, Host: e.host, HostPort: e.port, Port: e.port, Line: at.line, keys: at.keys}
		l.Protocol, l.mapped = protocol(c, e.name)
		for _, b := range bound {
			if b.name == e.name {
				l.Bind, l.Port = b.host, b.port
			}
		}
		out = append(out, l)
	}
	return out
}

// said is what a broker advertises, where it listens, and the setting that says the former.
func said(s *Service, c settings, img image) (told, bound []endpoint, at setting) {
	bound, told = endpoints(c.get("listeners")), endpoints(c.get("advertised.listeners"))
	at = c["advertised.listeners"]
	for i := range told {
		if told[i].host == "_{HOSTNAME_COMMAND}" {
			told[i].host = commandValue(s.Environment["HOSTNAME_COMMAND"])
		}
	}
	apart := c.get("advertised.host.name") + c.get("advertised.port") + s.Environment["HOSTNAME_COMMAND"]
	if v := major(img, s.Image); img.fileRules && (v == 0 || v > 2) {
		apart = "" // Kafka 3 knows these properties no more
	}
	switch {
	case len(told) > 0:
		if len(bound) == 0 && !img.derives {
			bound = []endpoint{{name: told[0].name, port: number(c, "port", 9092)}}
		}
	case img.advertise:
	case apart != "":
		return hostName(s, c, img, bound)
	case img.ownAddress && len(bound) == 0:
		told = []endpoint{{name: "PLAINTEXT", host: ownAddress, port: number(c, "port", 9092)}}
	default:
		if len(bound) == 0 {
			bound = []endpoint{{name: "PLAINTEXT", host: c.get("host.name"), port: number(c, "port", 9092)}}
		}
		told, at = unsaid(bound), c["listeners"]
		if slices.ContainsFunc(told, func(e endpoint) bool { return e.host == "" }) {
			at.keys = nil
		}
	}
	return told, bound, at
}

// controllers are the names of the listeners that only controllers speak on.
func controllers(c settings) []string {
	names := c.get("controller.listener.names")
	if names == "" && c.get("controller.quorum.voters") != "" {
		names = "CONTROLLER"
	}
	return strings.Split(strings.ToUpper(strings.ReplaceAll(names, " ", "")), ",")
}

// ownAddress stands for the address that Docker gives the container.
const ownAddress = "{container}"

// unsaid is what Kafka advertises when told nothing: where it listens, "every address" meaning the host name.
func unsaid(bound []endpoint) []endpoint {
	told := slices.Clone(bound)
	for i := range told {
		if unspecified(told[i].host) {
			told[i].host = ""
		}
	}
	return told
}

// hostName is the older way to advertise: one listener, host and port apart.
func hostName(s *Service, c settings, img image, bound []endpoint) (told, listens []endpoint, at setting) {
	at = c["advertised.host.name"]
	if at.value == "" {
		at = c["advertised.port"]
	}
	e := endpoint{name: "PLAINTEXT", host: c.get("advertised.host.name"), port: number(c, "port", 9092)}
	if e.host == "" && s.Environment["HOSTNAME_COMMAND"] != "" {
		e.host = commandValue(s.Environment["HOSTNAME_COMMAND"])
		at = variable(s, "HOSTNAME_COMMAND", "")
	}
	if len(bound) > 0 {
		e.name, e.port = bound[0].name, bound[0].port
	}
	listens = bound
	if len(listens) == 0 {
		listens = []endpoint{{name: e.name, port: e.port}}
	}
	asks := img.sock && c.get("advertised.port") == "" && len(bound) == 0 && mountsSocket(s)
	if open := hostPorts(s, e.port); asks && len(open) > 0 {
		e.port = open[0]
	} else {
		e.port = number(c, "advertised.port", e.port)
	}
	return []endpoint{e}, listens, at
}

// commandValue is what a HOSTNAME_COMMAND gives, where that can be told without running it.
func commandValue(command string) string {
	if words := strings.Fields(strings.Trim(command, `"'`)); len(words) == 2 && words[0] == "echo" && !dynamic(words[1]) {
		return strings.Trim(words[1], `"'`)
	}
	return "_{HOSTNAME_COMMAND}"
}

func mountsSocket(s *Service) bool {
	return slices.ContainsFunc(s.Volumes, func(v Volume) bool { return strings.HasSuffix(v.Target, "/docker.sock") })
}

func number(c settings, name string, unset int) int {
	n, err := strconv.Atoi(c.get(name))
	if err != nil {
		return unset
	}
	return n
}

// protocol is a listener's security: by the map, else by its own name. A name that is in no map Kafka refuses; where an
// image completes the map by itself, the end of the name most likely tells.
func protocol(c settings, name string) (protocol string, mapped bool) {
	for pair := range strings.SplitSeq(c.get("listener.security.protocol.map"), ",") {
		k, v, _ := strings.Cut(strings.Trim(strings.TrimSpace(pair), `"'`), ":")
		if v = strings.ToUpper(strings.TrimSpace(v)); strings.EqualFold(strings.TrimSpace(k), name) && slices.Contains(protocols, v) {
			return v, true
		}
	}
	if slices.Contains(protocols, name) {
		return name, true
	}
	for _, p := range slices.Backward(protocols) { // SASL_SSL before SSL
		if strings.HasSuffix(name, "_"+p) {
			return p, false
		}
	}
	return protocols[0], false
}

// protocols in the order a program prefers them.
var protocols = []string{"PLAINTEXT", "SASL_PLAINTEXT", "SSL", "SASL_SSL"}
