package compose

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"streamtray/internal/lazyregexp"
	"streamtray/internal/loopback"
)

// broker is one broker with what was found out about it.
type broker struct {
	service   *Service
	image     image
	settings  settings
	listeners []Listener
	works     []Listener
	problem   *Problem
}

// broker tests every listener of a broker; when none works, the code that tells best why becomes its problem.
func (n network) broker(s *Service, img image) *broker {
	b := &broker{service: s, image: img, settings: effective(s, img)}
	if b.silent() {
		b.decidesItself(n.project)
		return b
	}
	b.listeners = findListeners(s, b.settings, img)
	if id := refusal(s, b.settings, img); id != "" {
		b.fail(n.project, NoAdvertised, Listener{Line: s.lineOf("environment")}, id)
		return b
	}
	if l, missing := b.unmapped(); missing {
		b.fail(n.project, NoAdvertised, l, "compose.unmapped")
		return b
	}
	if l, shared := b.shared(); shared {
		b.fail(n.project, NoAdvertised, l, "compose.same_port")
		return b
	}
	if name := b.lost(); name != "" {
		b.fail(n.project, NoAdvertised, Listener{Name: name, Line: s.lineOf("environment")}, BetweenUnknown)
		return b
	}
	between := interBroker(b.settings)
	worst := 4 * len(urgency)
	for _, l := range b.listeners {
		code := n.test(b, l)
		if code == "" {
			b.works = append(b.works, l)
			continue
		}
		// Of two listeners with the same code, the one that was meant for clients tells more.
		rank := 4 * slices.Index(urgency, code)
		if !loopback.Is(l.Host) {
			rank += 2
		}
		if l.Name == between || !l.mapped {
			rank++
		}
		if rank < worst {
			worst = rank
			b.fail(n.project, code, l, n.exactly(b, code, l))
		}
	}
	if len(b.works) > 0 {
		b.problem = nil
	} else if b.problem == nil {
		b.fail(n.project, NoAdvertised, Listener{}, "")
	}
	return b
}

// unmapped is a listener of a known image for which no protocol is written: Kafka does not start with it. Without any map,
// Kafka maps the controllers' listeners by itself.
func (b *broker) unmapped() (Listener, bool) {
	if b.image.redpanda || b.image.stranger || hasConfig(b.service) {
		return Listener{}, false
	}
	for _, l := range b.listeners {
		if !l.mapped && l.keys != nil {
			return l, true
		}
	}
	at := b.settings["listener.security.protocol.map"]
	for _, name := range controllers(b.settings) {
		if _, mapped := protocol(b.settings, name); !mapped && at.keys != nil && name != "" {
			return Listener{Name: name, Line: at.line}, true
		}
	}
	return Listener{}, false
}

// shared is a listener that listens on the port of another one: Kafka does not start with it, but for one of IPv4 beside one
// of IPv6.
func (b *broker) shared() (Listener, bool) {
	if b.image.redpanda || b.image.stranger || hasConfig(b.service) {
		return Listener{}, false
	}
	for i, l := range b.listeners {
		for _, other := range b.listeners[:i] {
			if l.Port != 0 && l.Port == other.Port && l.Name != other.Name && strings.Contains(l.Bind, ":") == strings.Contains(other.Bind, ":") {
				return l, true
			}
		}
	}
	return Listener{}, false
}

// lost is the listener by which brokers are to talk to each other, where the settings name one that is not there; empty: it
// is. Kafka then does not start. Which name holds where none is set is known of the images that add nothing of their own.
func (b *broker) lost() string {
	if b.image.redpanda || b.image.stranger || hasConfig(b.service) || len(b.listeners) == 0 {
		return ""
	}
	told := b.settings["inter.broker.listener.name"]
	name := strings.ToUpper(told.value)
	if name == "" && (b.image.advertise || b.image.name == "apache/kafka") {
		name = cmp.Or(strings.ToUpper(b.settings.get("security.inter.broker.protocol")), protocols[0])
	}
	if name == "" || strings.ContainsAny(name, "${") {
		return ""
	}
	if slices.ContainsFunc(b.listeners, func(l Listener) bool { return l.Name == "" || strings.EqualFold(l.Name, name) || dynamic(l.Name) }) {
		return ""
	}
	return name
}

// notes are conditions under which a broker starts, or is reached, that keep nobody from it by themselves.
func (b *broker) notes(p *Project) []Note {
	s := b.service
	var out []Note
	note := func(id string, keys ...string) {
		out = append(out, Note{
			Service: s.Name, File: s.file(p), Line: s.lineOf(keys...), ID: id, Args: map[string]any{"Service": s.Name, "Image": s.Image},
		})
	}
	own := len(s.Command)+len(s.Entrypoint) == 0
	kraft := b.settings.get("process.roles") != ""
	if s.NetworkMode == "host" {
		note("compose.host_network", "network_mode")
	}
	if b.image.advertise && kraft && own && s.Environment["CLUSTER_ID"] == "" {
		note("compose.cluster_id", "environment")
	}
	ref := s.Image
	if s.Build != nil {
		ref = s.Build.From
	}
	newest := tagOf(ref) == "latest" || tagOf(ref) == "" && !strings.Contains(ref, "@")
	if leavesZooKeeper(b.image) && !kraft && b.settings.get("zookeeper.connect") != "" && (newest || major(b.image, ref) >= 4) {
		note("compose.no_zookeeper", "image")
	}
	return out
}

// leavesZooKeeper reports whether newer versions of an image know no ZooKeeper.
func leavesZooKeeper(img image) bool {
	return img.advertise || img.name == "apache/kafka" || img.fileRules
}

// interBroker names the listener on which brokers speak to each other, where the settings do.
func interBroker(c settings) string {
	if name := strings.ToUpper(c.get("inter.broker.listener.name")); name != "" {
		return name
	}
	return strings.ToUpper(c.get("security.inter.broker.protocol"))
}

// silent reports whether nothing at all says where a broker of an image that nobody knows listens and what it advertises.
func (b *broker) silent() bool {
	if !b.image.stranger || hasConfig(b.service) {
		return false
	}
	for _, property := range []string{
		"listeners", "advertised.listeners", "advertised.host.name", "advertised.port", "host.name", "port", "process.roles",
	} {
		if b.settings.get(property) != "" {
			return false
		}
	}
	return true
}

var (
	addressVariable = lazyregexp.New(`(?i)(^|_)(ADVERTISED|ADV|HOST|HOSTNAME|IP|ADDR|ADDRESS|PUBLIC|EXTERNAL)(_|$)`)
	addressValue    = lazyregexp.New(`^[A-Za-z0-9][A-Za-z0-9.-]*(:\d+)?$`)
)

// decidesItself is the problem of a broker whose image alone knows its addresses, perhaps by a variable of its own.
func (b *broker) decidesItself(p *Project) {
	s, line := b.service, b.service.lineOf("image")
	args := map[string]any{"Service": s.Name, "Image": s.Image}
	id := "compose.image_decides"
	for _, name := range slices.Sorted(maps.Keys(s.Environment)) {
		v := s.Environment[name]
		if addressVariable.MatchString(name) && addressValue.MatchString(v) && !zooKeeperWord.MatchString(name) {
			id, args["Variable"], args["Value"] = "compose.own_variable", name, v
			line = s.lineOf("environment", name)
			break
		}
	}
	b.problem = &Problem{Code: Conditional, Service: s.Name, File: s.file(p), Line: line, ID: id, Args: args}
}

// exactly names the text of a code that has more than one cause; empty: the code's own.
func (n network) exactly(b *broker, code Code, l Listener) string {
	s := b.service
	switch {
	case code == NotPublished && loopback.Is(l.Bind) && len(n.open(s, l.Port)) > 0:
		return BoundToLoopback
	case code == EmptyHost && unspecified(l.Host):
		return "compose.every_address"
	case code == EmptyHost && n.placeholder(l.Host) && !kafkaHost.MatchString(l.Host):
		return "compose.placeholder_refused"
	case code == EmptyHost && n.placeholder(l.Host):
		return "compose.placeholder"
	case code == EmptyHost && l.Host != "":
		return "compose.bad_host"
	case code == NoAdvertised && s.Hostname != "":
		return "compose.no_advertised_host"
	case code != Conditional:
		return ""
	case strings.HasSuffix(l.Host, "docker.internal"):
		return "compose.docker_internal"
	case n.inside(s, l.Host):
		return "compose.container_address"
	case l.HostPort == 0 || slices.Contains(n.open(s, l.Port), 0):
		return "compose.port_at_start"
	case dynamic(l.Host):
		return "compose.host_at_start"
	}
	return "compose.conditional"
}

// refusal names the text that tells why an image would not start with this configuration; empty: it would.
func refusal(s *Service, c settings, img image) string {
	for _, name := range img.refuses {
		if s.Environment[name] != "" {
			return RefusedVariable
		}
	}
	if img.needBoth && c.get("advertised.listeners") != "" && c.get("listeners") == "" &&
		c.get("advertised.host.name") == "" && len(s.Command)+len(s.Entrypoint) == 0 {
		return ListenersMissing
	}
	if img.advertise && c.get("process.roles") == "" && c.get("zookeeper.connect") == "" && !hasConfig(s) &&
		len(s.Command)+len(s.Entrypoint) == 0 {
		return KeeperMissing
	}
	return ""
}

// fail makes a listener's code the broker's problem. Variables without a value that the listener's addresses refer to are
// named.
func (b *broker) fail(p *Project, code Code, l Listener, id string) {
	if id == "" {
		id = code.ID()
	}
	s := b.service
	line := l.Line
	if line == 0 {
		line = s.Line
	}
	host := cmp.Or(l.Host, s.Hostname)
	if l.Host == ownAddress {
		host = ""
	}
	args := map[string]any{
		"Service": s.Name, "Listener": cmp.Or(l.Name, protocols[0]), "Host": host, "Port": l.HostPort, "Inner": l.Port,
	}
	if unset := b.unset(); len(unset) > 0 && code != NotPublished && code != InternalNameOnly {
		id, args["Variable"] = "compose.unset_address", strings.Join(unset, ", ")
		if t := p.template(unset[0]); t != "" {
			id, args["Template"] = id+"_template", t
		}
	} else if unset := unsetIn(s.source.at("ports")); len(unset) > 0 {
		id, args["Variable"], args["Key"], args["Value"] = "compose.unset_value", strings.Join(unset, ", "), "ports", portsWritten(s)
	}
	b.problem = &Problem{Code: code, Service: s.Name, Listener: l.Name, File: s.file(p), Line: line, ID: id, Args: args}
}

// portsWritten are the ports that a service wrote with variables that have no value, as they read now.
func portsWritten(s *Service) string {
	var all []string
	for _, item := range s.source.at("ports").items {
		if len(unsetIn(item)) > 0 {
			all = append(all, shortened(item))
		}
	}
	return strings.Join(all, ", ")
}

var addressProperty = lazyregexp.New(`^(advertised\.(listeners|host\.name|port)|listeners|host\.name|port)$`)

// unset are the variables without a value that a broker's addresses refer to.
func (b *broker) unset() []string {
	var names []string
	environment := b.service.source.at("environment")
	if environment == nil {
		return nil
	}
	for _, k := range environment.keys {
		sets := b.image.alias[k]
		for _, prefix := range b.image.prefixes {
			if key, ok := propertyOf(k, prefix); ok {
				sets = key
			}
		}
		if addressProperty.MatchString(sets) {
			names = append(names, environment.dict[k].unset...)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
