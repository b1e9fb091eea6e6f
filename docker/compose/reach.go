package compose

import (
	"net/netip"
	"slices"
	"strings"
)

// Code is why a listener is of no use to a program on this host.
type Code string

// The codes of issue 5, each told by the text compose.<code in lower case>.
const (
	NotPublished     Code = "NOT_PUBLISHED"      // no port of the broker is published
	InternalNameOnly Code = "INTERNAL_NAME_ONLY" // it sends clients to a name that only containers know
	Crossed          Code = "CROSSED"            // the published port belongs to another listener than the advertised one
	EmptyHost        Code = "EMPTY_HOST"         // it advertises no host
	FixedIP          Code = "FIXED_IP"           // it advertises somebody's address
	PortMismatch     Code = "PORT_MISMATCH"      // it advertises a port that leads elsewhere
	NoAdvertised     Code = "NO_ADVERTISED"      // nothing is advertised: clients are sent to the container's host name
	Conditional      Code = "CONDITIONAL"        // it depends on what only a running system knows
	ParseError       Code = "PARSE_ERROR"        // Compose would refuse the file
)

// urgency orders the codes of one broker: the first of these that a listener has tells best what went wrong.
var urgency = []Code{Crossed, PortMismatch, Conditional, EmptyHost, FixedIP, InternalNameOnly, NoAdvertised, NotPublished}

// hostPorts are the ports of this host that lead to a container port; nil: none.
func hostPorts(s *Service, container int) []int {
	var out []int
	for _, p := range s.Ports {
		if p.Container == container && !p.UDP && onLoopback(p.HostIP) {
			out = append(out, p.Host)
		}
	}
	return out
}

// onLoopback reports whether a port bound to that address of the host answers on loopback.
func onLoopback(hostIP string) bool {
	ip, err := netip.ParseAddr(hostIP)
	return err != nil || ip.IsUnspecified() || ip.IsLoopback()
}

// test judges one listener of a broker; an empty code: a program on this host can use it.
func test(p *Project, s *Service, l Listener) Code {
	open := hostPorts(s, l.Port)
	if s.NetworkMode == "host" {
		open = []int{l.Port}
	} else if loopback(l.Bind) {
		open = nil
	}
	switch {
	case l.Host == "" && l.keys == nil:
		return NoAdvertised
	case l.Host == "" || unspecified(l.Host):
		return EmptyHost
	case loopback(l.Host):
		return testPort(s, l, open)
	case strings.HasSuffix(l.Host, "docker.internal"):
		return Conditional
	case insider(p, l.Host):
		return InternalNameOnly
	}
	if _, err := netip.ParseAddr(l.Host); err == nil {
		return FixedIP
	}
	return Conditional
}

// testPort judges a listener that advertises loopback.
func testPort(s *Service, l Listener, open []int) Code {
	switch {
	case slices.Contains(open, l.HostPort):
		return ""
	case len(s.Ports) == 0:
		return NotPublished
	case slices.Contains(open, 0):
		return Conditional
	case len(open) == 0:
		return Crossed
	}
	return PortMismatch
}

func unspecified(host string) bool {
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsUnspecified()
}

// insider reports whether a name means a container of this project, which this host cannot resolve.
func insider(p *Project, host string) bool {
	return slices.ContainsFunc(p.Services, func(s Service) bool {
		return strings.EqualFold(host, s.Name) || host == s.Hostname || host == s.Container ||
			slices.ContainsFunc(s.Networks, func(n Network) bool { return slices.Contains(n.Aliases, host) })
	})
}
