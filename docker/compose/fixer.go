package compose

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// fixer thinks of changes that could make one broker reachable, the smallest first.
type fixer struct {
	n      network
	b      *broker
	report *Report
	nth    int // of the problem, to give every broker a port of its own
}

// candidates are the changes worth trying, in order.
func (f fixer) candidates() []change {
	var out []change
	out = append(out, f.start()...)
	for _, l := range f.b.listeners {
		if loopback(l.Host) && l.HostPort > 0 {
			out = append(out, f.publish(l))
		}
	}
	for _, l := range f.b.listeners {
		if l.Name == f.b.problemListener() && f.free(l) {
			out = append(out, f.rehost(l)...)
		}
	}
	if len(f.b.listeners) == 0 && f.alone() {
		out = append(out, f.advertise())
	}
	return append(out, f.add()...)
}

func (b *broker) problemListener() string {
	if b.problem == nil {
		return ""
	}
	return b.problem.Listener
}

// start takes away what keeps the image from starting.
func (f fixer) start() []change {
	s, img := f.b.service, f.b.image
	var unset []string
	for _, name := range img.refuses {
		if s.Environment[name] != "" {
			unset = append(unset, name)
		}
	}
	if len(unset) > 0 {
		return []change{{service: s.Name, unset: unset}}
	}
	if img.needBoth && f.b.settings.get("listeners") == "" && f.b.settings.get("advertised.listeners") != "" {
		return []change{f.set(map[string]string{"listeners": everywhere(f.b.listeners)})}
	}
	return nil
}

// everywhere are listeners bound to every address.
func everywhere(all []Listener) string {
	var items []string
	for _, l := range all {
		items = append(items, fmt.Sprintf("%s://0.0.0.0:%d", l.Name, l.HostPort))
	}
	return strings.Join(items, ",")
}

// publish opens the port that a listener advertises.
func (f fixer) publish(l Listener) change {
	s := f.b.service
	c := change{service: s.Name}
	if loopback(l.Bind) {
		c = f.set(map[string]string{"listeners": f.listenersWith(l, endpoint{name: l.Name, host: "0.0.0.0", port: l.Port})})
	}
	port := fmt.Sprintf("127.0.0.1:%d:%d", l.HostPort, l.Port)
	if len(f.n.open(s, l.Port)) > 0 && slices.Contains(f.n.open(s, l.Port), l.HostPort) {
		return c
	}
	if leads(s, l.HostPort) {
		c.all = true
		for _, p := range s.Ports {
			if p.Host != l.HostPort {
				c.ports = append(c.ports, p.String())
			}
		}
	}
	c.ports = append(c.ports, port)
	return c
}

// String is a port in Compose's short form.
func (p Port) String() string {
	text := strconv.Itoa(p.Container)
	if p.Host > 0 {
		host := strconv.Itoa(p.Host)
		if p.HostEnd > p.Host {
			host += "-" + strconv.Itoa(p.HostEnd)
		}
		text = host + ":" + text
	}
	if p.HostIP != "" {
		text = p.HostIP + ":" + text
	}
	if p.UDP {
		text += "/udp"
	}
	return text
}

// free reports whether a listener may send clients to localhost: nobody but this host depends on where it sends them.
func (f fixer) free(l Listener) bool {
	if f.used(l) {
		return false
	}
	if len(f.b.listeners) > 1 {
		return l.Name != f.b.settings.get("inter.broker.listener.name") || f.brokers() == 1
	}
	return f.alone()
}

// used reports whether another service names the listener's address.
func (f fixer) used(l Listener) bool {
	s := f.b.service
	var names []string
	for _, host := range []string{s.Name, s.Hostname, s.Container} {
		names = append(names, fmt.Sprintf("%s:%d", host, l.Port))
	}
	if !loopback(l.Host) && l.Host != "" {
		names = append(names, fmt.Sprintf("%s:%d", l.Host, l.HostPort))
	}
	return slices.ContainsFunc(f.n.project.Services, func(other Service) bool {
		text := strings.Join(slices.Concat(other.Command, other.Entrypoint, slices.Collect(maps.Values(other.Environment))), " ")
		return other.Name != s.Name && slices.ContainsFunc(names, func(n string) bool {
			return !strings.HasPrefix(n, ":") && strings.Contains(text, n)
		})
	})
}

// alone reports whether no other service of the project talks to the broker.
func (f fixer) alone() bool {
	return f.brokers() == 1 && !slices.ContainsFunc(f.report.Services, func(s Seen) bool {
		return s.Role == Other || s.Role == Helper
	})
}

func (f fixer) brokers() int {
	n := 0
	for _, c := range f.report.Clusters {
		if slices.Contains(c.Brokers, f.b.service.Name) {
			n += len(c.Brokers)
		}
	}
	return n
}

// rehost lets a listener advertise localhost, on the port it is published at.
func (f fixer) rehost(l Listener) []change {
	port := l.HostPort
	if open := f.n.open(f.b.service, l.Port); len(open) > 0 && open[0] > 0 && !slices.Contains(open, port) {
		port = open[0]
	}
	if port == 0 {
		port = 9092
	}
	if name := f.hostVariable(); name != "" && l.keys == nil {
		return []change{{service: f.b.service.Name, env: map[string]string{name: "localhost"}}}
	}
	if f.b.settings.get("advertised.listeners") == "" && len(l.keys) == 2 && !f.b.image.redpanda {
		if strings.HasSuffix(l.keys[1], "_COMMAND") {
			return []change{{service: f.b.service.Name, env: map[string]string{l.keys[1]: "echo localhost"}}}
		}
		return []change{{service: f.b.service.Name, env: map[string]string{l.keys[1]: "localhost"}}}
	}
	values := map[string]string{"advertised.listeners": f.advertisedWith(l, endpoint{name: l.Name, host: "localhost", port: port})}
	if f.b.settings.get("listeners") == "" && port != l.Port {
		values["listeners"] = f.listenersWith(l, endpoint{name: l.Name, host: "0.0.0.0", port: l.Port})
	}
	c := f.set(values)
	if len(f.n.open(f.b.service, l.Port)) == 0 {
		c.ports = append(c.ports, fmt.Sprintf("127.0.0.1:%d:%d", port, l.Port))
	}
	return []change{c}
}

// hostVariable is the one by which an image is told the advertised host alone, where that is its way.
func (f fixer) hostVariable() string {
	for name, property := range f.b.image.alias {
		if property == "advertised.host.name" {
			return name
		}
	}
	return ""
}

// advertise gives a broker that advertises nothing a listener for this host alone. What it listens on, where the file
// says so, keeps its name: Kafka takes no advertised listener that it does not listen on.
func (f fixer) advertise() change {
	if c, ok := f.advertiseBound(); ok {
		return c
	}
	port := 9092
	for _, p := range f.b.service.Ports {
		if p.Host > 0 && p.Host == p.Container {
			port = p.Host
			break
		}
	}
	c := f.set(map[string]string{"advertised.listeners": fmt.Sprintf("PLAINTEXT://localhost:%d", port)})
	if !leads(f.b.service, port) {
		c.ports = []string{fmt.Sprintf("127.0.0.1:%d:%d", port, port)}
	}
	return c
}

// advertiseBound advertises the listeners that the file names: the first one that is published for this host, the
// others for containers.
func (f fixer) advertiseBound() (change, bool) {
	s := f.b.service
	internal := controllers(f.b.settings)
	var items []string
	found := false
	for _, e := range endpoints(f.b.settings.get("listeners")) {
		if slices.Contains(internal, e.name) {
			continue
		}
		host, port := s.Name, e.port
		if open := f.n.open(s, e.port); !found && len(open) > 0 && open[0] > 0 {
			found, host, port = true, "localhost", open[0]
		}
		items = append(items, address(e.name, host, port))
	}
	return f.set(map[string]string{"advertised.listeners": strings.Join(items, ",")}), found
}

// add gives the broker one more listener, for this host alone, and leaves the others as they are.
func (f fixer) add() []change {
	name, port := "HOST", f.freePort()
	if port == 0 {
		return nil
	}
	if f.b.image.redpanda {
		return f.addToRedpanda(port)
	}
	fresh := Listener{Name: name, Protocol: protocols[0], Host: "localhost", HostPort: port, Port: port}
	told := slices.Clone(f.b.listeners)
	if len(told) == 0 {
		told = []Listener{{Name: "PLAINTEXT", Protocol: protocols[0], Port: 9092, HostPort: 9092}}
	}
	for i := range told {
		if told[i].Host == "" || unspecified(told[i].Host) || dynamic(told[i].Host) || told[i].Host == ownAddress {
			told[i].Host = f.b.service.Name
		}
		if told[i].HostPort == 0 {
			told[i].HostPort = told[i].Port
		}
	}
	f.b = &broker{service: f.b.service, image: f.b.image, settings: f.b.settings, listeners: append(told, fresh)}
	values := map[string]string{
		"advertised.listeners":           f.advertisedWith(Listener{}, endpoint{}),
		"listener.security.protocol.map": f.protocolMap(),
	}
	if f.b.settings.get("listeners") != "" || !f.b.image.derives {
		values["listeners"] = f.listenersWith(Listener{}, endpoint{})
	}
	if f.b.settings.get("inter.broker.listener.name")+f.b.settings.get("security.inter.broker.protocol") == "" {
		values["inter.broker.listener.name"] = told[0].Name
	}
	c := f.set(values)
	c.ports = []string{fmt.Sprintf("127.0.0.1:%d:%d", port, port)}
	return []change{c}
}

// freePort is a port that nothing of the project uses; 0: none of the usual ones is free.
func (f fixer) freePort() int {
	used := map[int]bool{}
	for _, s := range f.n.project.Services {
		for _, p := range s.Ports {
			used[p.Host], used[p.Container] = true, true
		}
	}
	for _, l := range f.b.listeners {
		used[l.Port], used[l.HostPort] = true, true
	}
	skip := f.nth
	for port := 19092; port < 65535; port += 10000 {
		for p := port; p < port+100; p++ {
			if !used[p] {
				if skip == 0 {
					return p
				}
				skip--
			}
		}
	}
	return 0
}
