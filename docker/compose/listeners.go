package compose

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// Listener is one door of a broker, and what it tells clients to come back to.
type Listener struct {
	Name     string
	Protocol string // PLAINTEXT, SASL_PLAINTEXT, SSL or SASL_SSL
	Bind     string // address it listens on in the container; empty: every one
	Port     int    // in the container
	Host     string // advertised; empty: the container's host name
	HostPort int    // advertised
	Line     int

	keys []string // where the advertised address stands in the service
}

// Address is what a program on this host connects to; loopback is written localhost.
func (l Listener) Address() string {
	host := l.Host
	if loopback(host) {
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
}

// endpoints parses a listeners property. Items that are none are left out.
func endpoints(text string) []endpoint {
	var out []endpoint
	for item := range strings.SplitSeq(text, ",") {
		item = strings.Trim(strings.TrimSpace(item), `"'`)
		name, rest, ok := strings.Cut(item, "://")
		if !ok {
			name, rest = "PLAINTEXT", item
		}
		i := strings.LastIndexByte(rest, ':')
		if i < 0 {
			continue
		}
		port, err := strconv.Atoi(strings.TrimRight(rest[i+1:], "/ "))
		if err != nil {
			continue
		}
		host := strings.TrimSuffix(strings.TrimPrefix(rest[:i], "["), "]")
		out = append(out, endpoint{name: strings.ToUpper(strings.TrimSpace(name)), host: host, port: port})
	}
	return out
}

// listeners are a broker's doors for clients; those of the controllers are left out.
func listeners(c settings, img image) []Listener {
	advertised := c["advertised.listeners"]
	if advertised.value == "" && !configuredListeners(c) {
		advertised.value = img.advertised
	}
	bound := endpoints(c.get("listeners"))
	if c.get("listeners") == "" && advertised.value == "" {
		bound = endpoints(img.listeners)
	}
	told := endpoints(advertised.value)
	if advertised.value == "" {
		told = bound
	}
	controllers := strings.Split(strings.ToUpper(strings.ReplaceAll(c.get("controller.listener.names"), " ", "")), ",")
	var out []Listener
	for _, e := range told {
		if slices.Contains(controllers, e.name) {
			continue
		}
		l := Listener{
			Name: e.name, Host: e.host, HostPort: e.port, Port: e.port, Protocol: protocol(c, e.name),
			Line: advertised.line, keys: advertised.keys,
		}
		for _, b := range bound {
			if b.name == e.name {
				l.Bind, l.Port = b.host, b.port
			}
		}
		out = append(out, l)
	}
	return out
}

func configuredListeners(c settings) bool {
	for k := range c {
		if k != "heap.opts" && k != "jmx.opts" && k != "opts" {
			return true
		}
	}
	return false
}

// protocol is a listener's security: by the map, else by its own name.
func protocol(c settings, name string) string {
	for pair := range strings.SplitSeq(c.get("listener.security.protocol.map"), ",") {
		k, v, _ := strings.Cut(strings.TrimSpace(pair), ":")
		if strings.EqualFold(strings.TrimSpace(k), name) {
			return strings.ToUpper(strings.TrimSpace(v))
		}
	}
	if slices.Contains(protocols, name) {
		return name
	}
	return "PLAINTEXT"
}

// protocols in the order a program prefers them.
var protocols = []string{"PLAINTEXT", "SASL_PLAINTEXT", "SSL", "SASL_SSL"}

func loopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}
