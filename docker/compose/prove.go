package compose

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"

	"streamtray/internal/loopback"
)

// proof holds a changed project against rules that know nothing of how the change was made. Each rule is about what
// would go wrong if it were broken, and each has its own text.
type proof struct {
	before, after *Project
	report        *Report // of before
	problem       Problem
}

func (p proof) no(id string, args map[string]any) *Refusal {
	return refuse(p.problem, "compose.unproved."+id, args)
}

// whole are the rules about the project: Compose takes it as much as before, and every address that worked still does.
func (p proof) whole(after *Report) *Refusal {
	told := func(f Finding) bool {
		return slices.ContainsFunc(p.before.Findings, func(b Finding) bool { return b.ID == f.ID && b.File == f.File && b.Line == f.Line })
	}
	for _, f := range p.after.Findings {
		if !told(f) {
			return p.no("compose", nil)
		}
	}
	if p.before.Accepted && !p.after.Accepted {
		return p.no("compose", nil)
	}
	if !contains(after.Bootstrap, p.report.Bootstrap) {
		return p.no("unreached", nil)
	}
	return nil
}

// service are the rules about one changed service; nil: they all hold.
func (p proof) service(name string, c change) *Refusal {
	was, is := p.before.service(name), p.after.service(name)
	if was == nil || is == nil {
		return p.no("compose", nil)
	}
	_, img := classify(was)
	nb, na := network{project: p.before}, network{project: p.after}
	b, a := nb.broker(was, img), na.broker(is, img)
	rules := []func() *Refusal{
		func() *Refusal { return p.read(b, c) },
		func() *Refusal { return p.ports(was, is) },
		func() *Refusal { return p.starts(b, a) },
		func() *Refusal { return p.clients(nb, na, b, a) },
		func() *Refusal { return p.between(na, a) },
		func() *Refusal { return p.guarded(b, a) },
		func() *Refusal {
			if !slices.ContainsFunc(a.listeners, func(l Listener) bool { return na.test(a, l) == "" }) {
				return p.no("unreached", nil)
			}
			return nil
		},
	}
	for _, rule := range rules {
		if why := rule(); why != nil {
			return why
		}
	}
	return nil
}

// read: the image reads what is set. A variable with the image's own prefix, where the image's own start looks at
// variables; a command only where one was given.
func (p proof) read(b *broker, c change) *Refusal {
	s := b.service
	for name := range c.env {
		_, known := b.image.alias[name]
		_, there := s.Environment[name]
		reads := known || there || strings.HasSuffix(name, "_COMMAND") ||
			slices.ContainsFunc(b.image.prefixes, func(prefix string) bool { return strings.HasPrefix(name, prefix) })
		if !reads || !there && startsAlone(s) {
			return p.no("start", nil)
		}
	}
	if c.command != nil && len(s.Command) == 0 && len(s.Entrypoint) > 0 {
		return p.no("script", nil)
	}
	return nil
}

// ports: each port of this host once.
func (p proof) ports(was, is *Service) *Refusal {
	for _, port := range is.Ports {
		if port.Host == 0 || slices.Contains(was.Ports, port) {
			continue
		}
		for i := range p.after.Services {
			other := &p.after.Services[i]
			for _, taken := range other.Ports {
				if other.Name == is.Name && taken == port || !other.Active {
					continue
				}
				last := max(taken.Host, taken.HostEnd)
				if port.UDP == taken.UDP && port.Host >= taken.Host && port.Host <= last && sameAddress(port.HostIP, taken.HostIP) {
					return p.no("port", map[string]any{"Port": port.Host, "Other": other.Name})
				}
			}
			if other.Name != is.Name && other.NetworkMode == "host" && slices.Contains(boundPorts(other), port.Host) {
				return p.no("port", map[string]any{"Port": port.Host, "Other": other.Name})
			}
		}
	}
	return nil
}

// sameAddress reports whether two addresses of this host that ports are bound to overlap.
func sameAddress(a, b string) bool {
	every := func(ip string) bool {
		addr, err := netip.ParseAddr(ip)
		return err != nil || addr.IsUnspecified()
	}
	return a == b || every(a) || every(b)
}

// boundPorts are those that a broker on the host's network takes there.
func boundPorts(s *Service) []int {
	role, img := classify(s)
	if role != Broker {
		return nil
	}
	var all []int
	for _, l := range findListeners(s, effective(s, img), img) {
		all = append(all, l.Port)
	}
	return all
}

// starts: Kafka takes the listeners. Names and ports are there once, what is advertised is listened on, every name has a
// protocol, no host is one that Kafka refuses, and the controllers keep their listener.
func (p proof) starts(b, a *broker) *Refusal {
	if a.image.redpanda {
		return nil
	}
	bound := endpoints(a.settings.get("listeners"))
	names, ports := map[string]bool{}, map[int]bool{}
	for _, e := range bound {
		if names[e.name] || ports[e.port] && e.port != 0 {
			return p.no("listeners", nil)
		}
		names[e.name], ports[e.port] = true, true
	}
	for _, e := range endpoints(b.settings.get("listeners")) {
		if len(bound) > 0 && !names[e.name] {
			return p.no("listeners", nil)
		}
	}
	switch refusal(a.service, a.settings, a.image) {
	case KeeperMissing:
		return p.no("keeper_missing", nil)
	case "":
		if name := a.lost(); name != "" {
			return p.no("between", map[string]any{"Address": name})
		}
	default:
		return p.no("listeners", nil)
	}
	for _, l := range a.listeners {
		told := l.Host == "" || kafkaHost.MatchString(l.Host) && !unspecified(l.Host)
		if !told || len(bound) > 0 && !names[l.Name] {
			return p.no("listeners", nil)
		}
		if !l.mapped {
			return p.no("protocol", map[string]any{"Listener": l.Name})
		}
	}
	return nil
}

// clients: whoever used a listener is sent to the same address as before. An address that could lead nowhere may become
// the service's name, which containers resolve. It may become this computer's only where no container uses it.
func (p proof) clients(nb, na network, b, a *broker) *Refusal {
	for _, old := range b.listeners {
		i := slices.IndexFunc(a.listeners, func(l Listener) bool { return l.Name == old.Name || len(b.listeners) == 1 && len(a.listeners) == 1 })
		if i < 0 && old.Name == "" { // Redpanda's only listener got a name
			i = slices.IndexFunc(a.listeners, func(l Listener) bool { return l.Port == old.Port })
		}
		if i < 0 || a.listeners[i].Port != old.Port || a.listeners[i].Protocol != old.Protocol && old.mapped {
			return p.no("clients", map[string]any{"Address": fmt.Sprintf("%s:%d", b.service.Name, old.Port)})
		}
		now := a.listeners[i]
		if now.Host == old.Host && now.HostPort == old.HostPort {
			continue
		}
		led := nb.insider(old.Host) // a container could use it
		names := na.ownNames(a.service)
		if slices.Contains(names, now.Host) && now.HostPort == now.Port && (!led || old.HostPort == now.HostPort) {
			continue
		}
		if loopback.Is(now.Host) && (loopback.Is(old.Host) || !p.usedInside(b, old)) {
			continue
		}
		return p.no("clients", map[string]any{"Address": fmt.Sprintf("%s:%d", b.service.Name, old.Port)})
	}
	return nil
}

// ownNames are the names by which containers find a service.
func (n network) ownNames(s *Service) []string {
	names := []string{s.Name}
	for _, name := range []string{s.Hostname, s.Container} {
		if name != "" {
			names = append(names, name)
		}
	}
	for _, place := range s.Networks {
		names = append(names, place.Aliases...)
	}
	return names
}

// usedInside reports whether containers may use a listener of a broker: they name its port, or it is the only one they
// could use, or other brokers come by it.
func (p proof) usedInside(b *broker, l Listener) bool {
	n := network{project: p.before}
	if named(n, b, l) || strings.HasSuffix(l.Host, "docker.internal") { // a name made for containers
		return true
	}
	inner := slices.ContainsFunc(b.listeners, func(o Listener) bool { return o.Name != l.Name && n.insider(o.Host) })
	if inner {
		return false
	}
	return company(p.before, p.report, b.service)
}

// named reports whether another service names a listener's port at the broker.
func named(n network, b *broker, l Listener) bool {
	var names []string
	for _, host := range n.ownNames(b.service) {
		names = append(names, fmt.Sprintf("%s:%d", host, l.Port))
	}
	if l.Host != "" && !loopback.Is(l.Host) {
		names = append(names, fmt.Sprintf("%s:%d", l.Host, l.HostPort))
	}
	return slices.ContainsFunc(n.project.Services, func(other Service) bool {
		if other.Name == b.service.Name {
			return false
		}
		text := strings.Join(slices.Concat(other.Command, other.Entrypoint, slices.Collect(maps.Values(other.Environment))), " ")
		return slices.ContainsFunc(names, func(name string) bool { return strings.Contains(text, name) })
	})
}

// company reports whether anybody else may talk to a broker inside: another service, another broker, the containers of a
// network that is shared, or those of files that this one is to be joined with.
func company(p *Project, r *Report, s *Service) bool {
	if p.joined(s) {
		return true
	}
	return len(fellows(r, s.Name)) > 1 || slices.ContainsFunc(r.Services, func(o Seen) bool {
		return o.Name != s.Name && (o.Role == Other || o.Role == Helper)
	})
}

// fellows are the brokers of a broker's cluster, itself included.
func fellows(r *Report, broker string) []string {
	for _, c := range r.Clusters {
		if slices.Contains(c.Brokers, broker) {
			return c.Brokers
		}
	}
	return nil
}

// between: brokers find each other, and the broker itself, at an address inside the network.
func (p proof) between(n network, a *broker) *Refusal {
	if a.image.redpanda {
		return nil // they speak to each other by another port
	}
	addresses, _ := keepers(a.settings)
	if _, own, voter := ownVoter(a.settings); own >= 0 && !strings.HasPrefix(voter, "localhost:") && !strings.HasPrefix(voter, "127.") {
		addresses = append(addresses, voter)
	}
	for _, address := range addresses {
		if n.foreign(a.service, address) && (len(n.zooKeepers()) > 0 || a.settings.get("process.roles") != "") {
			return p.no("keeper", map[string]any{"Address": address})
		}
	}
	name := interBroker(a.settings)
	if name == "" {
		name = protocols[0]
	}
	i := slices.IndexFunc(a.listeners, func(l Listener) bool { return l.Name == name })
	if i < 0 && len(a.listeners) == 1 {
		i = 0
	}
	if i < 0 {
		return p.no("between", map[string]any{"Address": name})
	}
	l := a.listeners[i]
	alone := len(fellows(p.report, a.service.Name)) < 2
	switch {
	case slices.Contains(n.ownNames(a.service), l.Host) && l.HostPort == l.Port,
		l.Host == "" && l.HostPort == l.Port, // its container's host name
		(loopback.Is(l.Host) || strings.HasSuffix(l.Host, "docker.internal")) && l.HostPort == l.Port && alone,
		loopback.Is(l.Host) && a.service.NetworkMode == "host":
		return nil
	}
	return p.no("between", map[string]any{"Address": l.Address()})
}

// guarded: where every client had to log in, or every connection was encrypted, a new listener is not laxer.
func (p proof) guarded(b, a *broker) *Refusal {
	for _, word := range []string{"SASL", "SSL"} {
		strict := len(b.listeners) > 0 && !slices.ContainsFunc(b.listeners, func(l Listener) bool { return !strings.Contains(l.Protocol, word) })
		for _, l := range a.listeners {
			if strict && !strings.Contains(l.Protocol, word) {
				return p.no("open", map[string]any{"Listener": l.Name})
			}
		}
	}
	return nil
}

// startsAlone reports whether a service starts Kafka by a command of its own, past the image's script that looks at
// variables.
func startsAlone(s *Service) bool {
	line := commandLine(s)
	return strings.Contains(line, "kafka-server-start") && !startsImage.MatchString(line) && !imageScript.MatchString(line)
}

// unreadable is why no change by an override could reach a broker: nil where one could.
func unreadable(b *broker, problem Problem) *Refusal {
	s, img := b.service, b.image
	told := b.settings["advertised.listeners"]
	if told.value == "" {
		told = b.settings["listeners"]
	}
	fromFile := len(told.keys) == 1 && told.keys[0] == "volumes"
	place, value := configPlace(s), suggestion(b)
	own := configured(s, brokerVariable)
	switch {
	case img.redpanda && scripted(s):
		return refuse(problem, "compose.unproved.script", map[string]any{"Value": value})
	case img.redpanda:
		return nil
	case place != "" && (img.fileRules || startsAlone(s) || img.stranger && (fromFile || !own)):
		return refuse(problem, "compose.unproved.file", map[string]any{"Path": place, "Value": value})
	case img.stranger && !own:
		return refuse(problem, "compose.unproved.image", map[string]any{"Image": s.Image})
	}
	return nil
}

// scripted reports whether a service's command is a script, not the words of a program.
func scripted(s *Service) bool {
	return slices.ContainsFunc(slices.Concat(s.Entrypoint, s.Command), func(w string) bool {
		return slices.Contains(shells, w[strings.LastIndexByte(w, '/')+1:])
	})
}

// configPlace is where on this host a service's mounted server.properties lies, or "".
func configPlace(s *Service) string {
	for _, place := range slices.Sorted(maps.Keys(s.files)) {
		if !strings.HasSuffix(place, ".properties") || !configFile.MatchString(place) {
			continue
		}
		for _, v := range append(s.Volumes, s.copied...) {
			if v.Bind && strings.HasPrefix(place, strings.TrimSuffix(v.Target, "/")) {
				return v.Source
			}
		}
		return place
	}
	return ""
}

// suggestion is an advertised.listeners that this host could use, for a person to write where no override reaches.
func suggestion(b *broker) string {
	port := 9092
	if i := slices.IndexFunc(b.service.Ports, func(p Port) bool { return p.Host > 0 && !p.UDP }); i >= 0 {
		port = b.service.Ports[i].Host
	}
	name := protocols[0]
	if len(b.listeners) > 0 && b.listeners[0].Name != "" {
		name = b.listeners[0].Name
	}
	return fmt.Sprintf("%s://localhost:%d", name, port)
}
