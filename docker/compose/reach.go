package compose

import (
	"maps"
	"net/netip"
	"path/filepath"
	"slices"
	"strings"

	"streamtray/internal/lazyregexp"
	"streamtray/internal/loopback"
)

// Code is why a listener is of no use to a program on this host.
type Code string

// The codes of issue 5, each told by the text compose.<code in lower case>.
const (
	NotPublished     Code = "NOT_PUBLISHED"      // no port of the broker is published
	InternalNameOnly Code = "INTERNAL_NAME_ONLY" // it sends clients to a name that only containers know
	Crossed          Code = "CROSSED"            // the published port belongs to another listener than the advertised one
	EmptyHost        Code = "EMPTY_HOST"         // it advertises no host that a client could use
	FixedIP          Code = "FIXED_IP"           // it advertises somebody's address
	PortMismatch     Code = "PORT_MISMATCH"      // it advertises a port that leads elsewhere
	NoAdvertised     Code = "NO_ADVERTISED"      // nothing is advertised: clients are sent to the container's host name
	Conditional      Code = "CONDITIONAL"        // it depends on what only a running system knows
	SharedData       Code = "SHARED_DATA"        // it keeps its data where another broker does, and one of them does not start
	ParseError       Code = "PARSE_ERROR"        // Compose would refuse the file
)

// ID names the text that tells a code.
func (c Code) ID() string { return "compose." + strings.ToLower(string(c)) }

// Texts of problems that others look for by their names.
const (
	BoundToLoopback  = "compose.bound_to_loopback"
	RefusedVariable  = "compose.refused_variable"
	ListenersMissing = "compose.listeners_missing"
	KeeperMissing    = "compose.keeper_missing"
	BetweenUnknown   = "compose.between_unknown"
	EnvFile          = "compose.env_file" // a file of variables is not there
)

// urgency orders the codes of one broker: the first of these that a listener has tells best what went wrong. What is
// published and sends clients astray comes before what was forgotten.
var urgency = []Code{PortMismatch, Conditional, EmptyHost, FixedIP, Crossed, InternalNameOnly, NoAdvertised, NotPublished}

// network is what decides which ports of this host lead to a service.
type network struct {
	project *Project
}

// open are the ports of this host that lead to a service's container port; 0 is one that Docker chooses.
func (n network) open(s *Service, container int) []int {
	switch mode := s.NetworkMode; {
	case mode == "host":
		return []int{container}
	case strings.HasPrefix(mode, "service:"):
		if other := n.project.service(strings.TrimPrefix(mode, "service:")); other != nil && other != s {
			return hostPorts(other, container)
		}
	case strings.HasPrefix(mode, "container:"):
		for i := range n.project.Services {
			if other := &n.project.Services[i]; other.Container == strings.TrimPrefix(mode, "container:") {
				return hostPorts(other, container)
			}
		}
	}
	return hostPorts(s, container)
}

func (p *Project) service(name string) *Service {
	for i := range p.Services {
		if p.Services[i].Name == name {
			return &p.Services[i]
		}
	}
	return nil
}

// hostPorts are the ports of this host that a service publishes for a container port; 0 is one that Docker chooses.
func hostPorts(s *Service, container int) []int {
	var out []int
	for _, p := range s.Ports {
		if p.Container != container || p.UDP || !onLoopback(p.HostIP) {
			continue
		}
		if p.HostEnd > p.Host {
			p.Host = 0
		}
		out = append(out, p.Host)
	}
	return out
}

// onLoopback reports whether a port bound to that address of the host answers on loopback.
func onLoopback(hostIP string) bool {
	ip, err := netip.ParseAddr(hostIP)
	return err != nil || ip.IsUnspecified() || ip.IsLoopback()
}

// test judges one listener of a broker; an empty code: a program on this host can use it.
func (n network) test(b *broker, l Listener) Code {
	s := b.service
	open := n.open(s, l.Port)
	if loopback.Is(l.Bind) && s.NetworkMode != "host" {
		if len(open) > 0 {
			return NotPublished
		}
		open = nil
	}
	switch host := l.Host; {
	case host == "" && (s.NetworkMode == "host" || loopback.Is(s.Hostname)), loopback.Is(host), n.here(host):
		return n.testPort(b, l, open)
	case n.placeholder(host) || host != "" && !dynamic(host) && !kafkaHost.MatchString(host):
		return EmptyHost
	case len(open) == 0:
		return NotPublished
	case host == "" && l.keys == nil:
		return NoAdvertised
	case host == "" || unspecified(host):
		return EmptyHost
	case strings.HasSuffix(host, "docker.internal"):
		if code := n.testPort(b, l, open); code != "" {
			return code
		}
		return Conditional
	case n.insider(host):
		return InternalNameOnly
	case dynamic(host) || n.inside(s, host):
		return Conditional
	}
	if _, err := netip.ParseAddr(l.Host); err == nil {
		return FixedIP
	}
	return Conditional // a name that a resolver may know
}

// testPort judges a listener whose advertised host is this one.
func (n network) testPort(b *broker, l Listener, open []int) Code {
	published := slices.ContainsFunc(b.listeners, func(l Listener) bool { return len(n.open(b.service, l.Port)) > 0 })
	switch {
	case slices.Contains(open, l.HostPort) && l.HostPort > 0:
		return ""
	case slices.Contains(open, 0) || len(open) > 0 && l.HostPort == 0:
		return Conditional
	case len(open) == 0 && !published && !leads(b.service, l.HostPort):
		return NotPublished
	case n.taken(b.service, l.HostPort):
		return PortMismatch
	case len(open) == 0 && published:
		return Crossed
	case published && leads(b.service, l.HostPort):
		return Crossed
	}
	return PortMismatch
}

// leads reports whether a port of this host leads to the service, whatever listens there.
func leads(s *Service, hostPort int) bool {
	return slices.ContainsFunc(s.Ports, func(p Port) bool { return p.Host == hostPort && !p.UDP && onLoopback(p.HostIP) })
}

// taken reports whether a port of this host leads to another broker.
func (n network) taken(s *Service, hostPort int) bool {
	return slices.ContainsFunc(n.project.Services, func(other Service) bool {
		return other.Name != s.Name && leads(&other, hostPort)
	})
}

// kafkaHost is what Kafka takes for a host; with anything else it does not start.
var kafkaHost = lazyregexp.New(`^[0-9A-Za-z_.:%-]+$`)

// fillIn is a text in the place of a host that somebody was to replace.
var fillIn = lazyregexp.New(`(?i)^[<\[{(].*[>\]})]$|^%.*%$|^[\dx*?]+(\.[\dx*?]+){3}$|^x{3,}$|^(your|my)[-_.]?(own[-_.]?)?(public[-_.]?)?` +
	`(ip|host|hostname|server|machine|domain|address|vm|ec2|computer|pc|lan)([-_.].*)?$|^your[-_.]|` +
	`^((docker|server|machine|public|external|private|local|lan|vm|host|broker|kafka|wan)[-_]?)*(host[-_]?)?ip([-_]?addr(ess)?)?([-_]?here)?$|` +
	`change[-_]?me|replace[-_]?(me|with|this)|placeholder|^todo$|(^|\.)example\.(com|org|net)$|^(your-?)?domain\.com$|` +
	`你|您|主机|宿主|服务器|本机|地址|替换|外网|公网|内网|电脑`)

// placeholder reports whether a host is none but a text that somebody was to replace.
func (n network) placeholder(host string) bool {
	if _, err := netip.ParseAddr(host); err == nil || strings.Contains(host, "$") || host == ownAddress || strings.HasPrefix(host, "_{") {
		return false
	}
	return fillIn.MatchString(host) && !n.insider(host) && !n.here(host)
}

// here reports whether a name or an address is this host's own.
func (n network) here(host string) bool {
	return slices.ContainsFunc(n.project.options.Here, func(own string) bool { return strings.EqualFold(own, host) })
}

func unspecified(host string) bool {
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsUnspecified()
}

// insider reports whether a name means a container of this project, which this host cannot resolve.
func (n network) insider(host string) bool {
	return host != "" && slices.ContainsFunc(n.project.Services, func(s Service) bool {
		return strings.EqualFold(host, s.Name) || strings.EqualFold(host, s.Hostname) || strings.EqualFold(host, s.Container) ||
			slices.ContainsFunc(s.Networks, func(n Network) bool { return slices.Contains(n.Aliases, host) })
	})
}

// inside reports whether an address is a container's: native Linux reaches it, Docker Desktop does not.
func (n network) inside(s *Service, host string) bool {
	if host == ownAddress || slices.ContainsFunc(s.Networks, func(n Network) bool { return n.IPv4 != "" && n.IPv4 == host }) {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && slices.ContainsFunc(n.project.subnets, func(p netip.Prefix) bool { return p.Contains(ip) })
}

// subnetsOf are the address ranges that a project's networks name.
func subnetsOf(root *value) []netip.Prefix {
	var out []netip.Prefix
	networks := root.at("networks")
	if networks == nil {
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(networks.dict)) {
		config := networks.at(name, "ipam", "config")
		if config == nil {
			continue
		}
		for _, item := range config.items {
			if p, err := netip.ParsePrefix(item.at("subnet").str()); err == nil {
				out = append(out, p)
			}
		}
	}
	return out
}

// sharedOf are a project's networks that have a life of their own: made elsewhere, or by a name that others can use.
func sharedOf(root *value) map[string]bool {
	shared := map[string]bool{}
	networks := root.at("networks")
	if networks == nil {
		return shared
	}
	for _, name := range networks.keys {
		external := networks.at(name, "external")
		if external != nil && external.str() != "false" || networks.at(name, "name").str() != "" {
			shared[name] = true
		}
	}
	return shared
}

// joined reports whether containers that these files do not show may talk to a service: on a network that is shared, or
// from files that these are to be joined with.
func (p *Project) joined(s *Service) bool {
	if len(s.Networks) == 0 && s.NetworkMode == "" && p.shared["default"] {
		return true
	}
	if slices.ContainsFunc(s.Networks, func(n Network) bool { return p.shared[n.Name] }) {
		return true
	}
	return slices.ContainsFunc(p.Findings, func(f Finding) bool { return strings.HasPrefix(f.ID, "compose.undefined") }) ||
		len(p.options.Files) == 1 && !slices.Contains(defaultNames, filepath.Base(p.Asked))
}
