package compose

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"streamtray/internal/loopback"
)

// fixer thinks of changes that could make one broker reachable, the smallest first. Whether they do is for others to say.
type fixer struct {
	n       network
	b       *broker
	report  *Report
	taken   map[int]bool // ports of this host that other fixes publish
	blocked *Refusal     // why the last change thought of cannot be written; nil: it can
}

// candidates are the changes worth trying, in order.
func (f *fixer) candidates() []change {
	var out []change
	out = append(out, f.start()...)
	for _, l := range f.b.listeners {
		if loopback.Is(l.Host) && l.HostPort > 0 {
			out = append(out, f.publish(l))
			if open := f.n.open(f.b.service, l.Port); len(open) > 0 {
				out = append(out, f.rehost(l, 0)...)
			} else if port := f.freePort(); port > 0 && f.n.elsewhere(f.b.service, l.HostPort) {
				out = append(out, f.rehost(l, port)...)
			}
		}
	}
	for _, l := range f.b.listeners {
		if l.Name == f.b.problemListener() && f.free(l) {
			out = append(out, f.rehost(l, 0)...)
		}
	}
	if len(f.b.listeners) == 0 && !company(f.n.project, f.report, f.b.service) {
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
	if _, missing := f.b.unmapped(); missing {
		return []change{f.set(map[string]string{"listener.security.protocol.map": f.protocolMap()})}
	}
	if f.b.lost() != "" { // a listener that containers reach first
		var out []change
		for _, inner := range []bool{true, false} {
			for _, l := range f.b.listeners {
				if loopback.Is(l.Host) != inner {
					out = append(out, f.set(map[string]string{"inter.broker.listener.name": l.Name}))
				}
			}
		}
		return out
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
	if loopback.Is(l.Bind) {
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
	if named(f.n, f.b, l) {
		return false
	}
	if len(f.b.listeners) > 1 {
		return l.Name != interBroker(f.b.settings) || f.brokers() == 1
	}
	return !company(f.n.project, f.report, f.b.service)
}

func (f fixer) brokers() int { return len(fellows(f.report, f.b.service.Name)) }

// rehost lets a listener advertise localhost, on the port it is published at, or on another one.
func (f fixer) rehost(l Listener, other int) []change {
	port := l.HostPort
	if open := f.n.open(f.b.service, l.Port); len(open) > 0 && open[0] > 0 && !slices.Contains(open, port) {
		port = open[0]
	}
	if port == 0 {
		port = 9092
	}
	if other > 0 {
		port = other
	}
	f.inward(l.Name)
	if name := f.hostVariable(); name != "" && l.keys == nil {
		return []change{{service: f.b.service.Name, env: map[string]string{name: "localhost"}}}
	}
	if f.b.settings.get("advertised.listeners") == "" && len(l.keys) == 2 && !f.b.image.redpanda {
		if strings.HasSuffix(l.keys[1], "_COMMAND") {
			return []change{{service: f.b.service.Name, env: map[string]string{l.keys[1]: "echo localhost"}}}
		}
		values := map[string]string{}
		f.lead(values)
		c := f.set(values)
		c.env[l.keys[1]] = "localhost"
		return []change{c}
	}
	values := map[string]string{"advertised.listeners": f.advertisedWith(l, endpoint{name: l.Name, host: "localhost", port: port})}
	if f.b.settings.get("listeners") == "" && port != l.Port {
		values["listeners"] = f.listenersWith(l, endpoint{name: l.Name, host: "0.0.0.0", port: l.Port})
	}
	f.complete(values)
	f.lead(values)
	c := f.set(values)
	if len(f.n.open(f.b.service, l.Port)) == 0 || other > 0 {
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

// inward lets every listener but the named one advertise an address that containers can use: a host that means nothing, or
// somebody's computer, becomes the service's own name.
func (f *fixer) inward(except string) {
	told := slices.Clone(f.b.listeners)
	for i := range told {
		l := &told[i]
		if l.HostPort == 0 {
			l.HostPort = l.Port
		}
		desktop := strings.HasSuffix(l.Host, "docker.internal") && f.brokers() == 1
		if l.Name == except || loopback.Is(l.Host) || f.n.insider(l.Host) || f.n.here(l.Host) || desktop {
			continue
		}
		l.Host, l.HostPort = f.b.service.Name, l.Port
	}
	b := *f.b
	b.listeners = told
	f.b = &b
}

// complete adds the map of protocols where a listener is in none.
func (f fixer) complete(values map[string]string) {
	if slices.ContainsFunc(f.b.listeners, func(l Listener) bool { return !l.mapped }) {
		values["listener.security.protocol.map"] = f.protocolMap()
	}
}

// add gives the broker one more listener, for this host alone, and leaves the others as they are. It asks of clients
// what the listener asks in whose place it stands.
func (f *fixer) add() []change {
	port := f.freePort()
	if port == 0 {
		f.blocked = &Refusal{ID: "compose.unproved.full"}
		return nil
	}
	like := Listener{Name: "PLAINTEXT", Protocol: protocols[0], Port: 9092, HostPort: 9092, mapped: true}
	if len(f.b.listeners) > 0 {
		like = f.b.listeners[0]
	} else {
		f.b.listeners = []Listener{like}
	}
	for _, l := range f.b.listeners {
		if l.Name == f.b.problemListener() {
			like = l
		}
	}
	for property := range f.b.settings {
		if strings.HasPrefix(property, "listener.name."+strings.ToLower(like.Name)+".") {
			f.blocked = &Refusal{ID: "compose.unproved.login", Args: map[string]any{"Listener": like.Name}}
			return nil
		}
	}
	f.inward("")
	if f.b.image.redpanda {
		return f.addToRedpanda(port)
	}
	told := f.b.listeners
	fresh := Listener{Name: f.freeName(), Protocol: like.Protocol, Host: "localhost", HostPort: port, Port: port, mapped: true}
	f.b.listeners = append(slices.Clone(told), fresh)
	values := map[string]string{
		"advertised.listeners":           f.advertisedWith(Listener{}, endpoint{}),
		"listener.security.protocol.map": f.protocolMap(),
	}
	if f.b.settings.get("listeners") != "" || !f.b.image.derives {
		values["listeners"] = f.listenersWith(Listener{}, endpoint{})
	}
	if interBroker(f.b.settings) == "" {
		values["inter.broker.listener.name"] = told[0].Name
		if slices.ContainsFunc(told, func(l Listener) bool { return l.Name == protocols[0] }) {
			values["inter.broker.listener.name"] = protocols[0] // Kafka's own default
		}
	}
	f.lead(values)
	c := f.set(values)
	c.ports = []string{fmt.Sprintf("127.0.0.1:%d:%d", port, port)}
	return []change{c}
}

// freeName is a listener's name that the broker does not have.
func (f fixer) freeName() string {
	name := "HOST"
	for slices.ContainsFunc(f.b.listeners, func(l Listener) bool { return l.Name == name }) {
		name = "STREAMTRAY_" + name
	}
	return name
}

// freePort is a port that nothing of the project uses, nor another fix; 0: none of the usual ones is free.
func (f fixer) freePort() int {
	used := maps.Clone(f.taken)
	var ranges []Port
	for _, s := range f.n.project.Services {
		for _, p := range s.Ports {
			used[p.Host], used[p.Container] = true, true
			if p.HostEnd > p.Host {
				ranges = append(ranges, p)
			}
		}
	}
	for _, l := range f.b.listeners {
		used[l.Port], used[l.HostPort] = true, true
	}
	for port := 19092; port < 65535; port += 10000 {
		for p := port; p < port+maxMended; p++ {
			if !used[p] && !slices.ContainsFunc(ranges, func(r Port) bool { return p >= r.Host && p <= r.HostEnd }) {
				return p
			}
		}
	}
	return 0
}

// elsewhere reports whether another service publishes a port of this host.
func (n network) elsewhere(s *Service, port int) bool {
	return slices.ContainsFunc(n.project.Services, func(o Service) bool {
		return o.Name != s.Name && slices.ContainsFunc(o.Ports, func(p Port) bool { return port >= p.Host && port <= max(p.Host, p.HostEnd) })
	})
}
