package compose

import (
	"slices"
	"strconv"
	"strings"

	"github.com/compose-spec/compose-go/v2/types"
)

// Service is one service of a project, as far as it concerns a program on this host.
type Service struct {
	Name        string
	Image       string // as written, variables in place; empty: built, or not said
	Build       *Build // nil: not built
	Hostname    string // the container's host name where the file sets one
	Container   string // container_name
	Command     []string
	Entrypoint  []string
	Environment map[string]string // Dockerfile < env_file < environment
	Ports       []Port            // published ports
	Volumes     []Volume
	HealthCheck []string // its test; nil: none in the file
	DependsOn   []string
	Profiles    []string
	NetworkMode string
	Networks    []Network
	Active      bool // runs with the profiles asked for
	Grants      []Grant
	Line        int

	source *value            // what was written, for line numbers
	baked  map[string]bool   // variables that its Dockerfile sets
	copied []Volume          // what its Dockerfile copies, sources absolute
	files  map[string]string // texts put into the container, by their place there
	ran    *ran              // what its command does, once asked for
}

// Build is an image made from a Dockerfile.
type Build struct {
	Context    string
	Dockerfile string // absolute, where it is a local file
	From       string // the image the last stage starts from; empty: unknown
}

// Port is one published port.
type Port struct {
	HostIP    string // empty: every address
	Host      int    // 0: chosen when the container starts
	HostEnd   int    // end of the range to choose Host from; 0: no range
	Container int
	UDP       bool
}

// Volume is what is mounted at a place in the container.
type Volume struct {
	Source, Target string
	Bind           bool // Source is a path of this host
}

// Network is a service's place on a network.
type Network struct {
	Name    string
	IPv4    string
	Aliases []string
}

func newService(s types.ServiceConfig, source *value) Service {
	out := Service{
		Name: s.Name, Image: s.Image, Hostname: s.Hostname, Container: s.ContainerName,
		Command: s.Command, Entrypoint: s.Entrypoint, Profiles: s.Profiles, NetworkMode: s.NetworkMode,
		Environment: map[string]string{}, DependsOn: s.GetDependencies(), source: source, Active: true,
	}
	slices.Sort(out.DependsOn)
	if source != nil {
		out.Line = source.line
	}
	for k, v := range s.Environment {
		if v != nil {
			out.Environment[k] = *v
		}
	}
	for _, p := range s.Ports {
		out.Ports = append(out.Ports, newPort(p))
	}
	for _, v := range s.Volumes {
		out.Volumes = append(out.Volumes, Volume{Source: v.Source, Target: v.Target, Bind: v.Type == "bind"})
	}
	for name, n := range s.Networks {
		place := Network{Name: name}
		if n != nil {
			place.IPv4, place.Aliases = n.Ipv4Address, n.Aliases
		}
		out.Networks = append(out.Networks, place)
	}
	slices.SortFunc(out.Networks, func(a, b Network) int { return strings.Compare(a.Name, b.Name) })
	if h := s.HealthCheck; h != nil && !h.Disable && !slices.Equal(h.Test, []string{"NONE"}) {
		out.HealthCheck = slices.Concat([]string{}, h.Test)
	}
	if s.Build != nil {
		out.Build = &Build{Context: s.Build.Context, Dockerfile: s.Build.Dockerfile}
	}
	return out
}

func newPort(p types.ServicePortConfig) Port {
	from, to, _ := strings.Cut(p.Published, "-")
	port := Port{HostIP: p.HostIP, Container: int(p.Target), UDP: p.Protocol == "udp"}
	port.Host, _ = strconv.Atoi(from)
	port.HostEnd, _ = strconv.Atoi(to)
	return port
}

// file is the compose file that says what the service is.
func (s *Service) file(p *Project) string {
	if s.source != nil {
		return s.source.file
	}
	return p.ComposeFiles[0]
}

// lineOf is where the file says something about an attribute, the service's own line when it does not.
func (s *Service) lineOf(keys ...string) int {
	for n := len(keys); n > 0; n-- {
		if v := s.source.at(keys[:n]...); v != nil {
			return v.line
		}
	}
	return s.Line
}
