package compose

import (
	"cmp"
	"slices"
)

// Needed names the services that Kafka needs to run, in the order written: brokers, controllers, ZooKeeper, and all
// that these depend on. When no profile was asked for and every broker stands behind one, it is the first broker's.
func (r *Report) Needed(p *Project) []string {
	need := map[string]bool{}
	profile := r.profile(p)
	for i, s := range r.Services {
		of := p.Services[i].Profiles
		runs := len(of) == 0 || slices.Contains(of, profile) || len(p.Profiles) > 0
		if slices.Contains([]Role{Broker, Controller, ZooKeeper}, s.Role) && p.Services[i].Active && runs {
			p.depend(need, s.Name)
		}
	}
	var out []string
	for _, s := range p.Services {
		if need[s.Name] {
			out = append(out, s.Name)
		}
	}
	return out
}

// profile is the one to start when none was asked for and every broker stands behind one: the first broker's first.
func (r *Report) profile(p *Project) string {
	first := ""
	for i, s := range r.Services {
		if s.Role != Broker {
			continue
		}
		of := p.Services[i].Profiles
		if len(of) == 0 {
			return ""
		}
		if first == "" {
			first = of[0]
		}
	}
	return first
}

// depend adds a service and what it depends on.
func (p *Project) depend(need map[string]bool, name string) {
	s := p.service(name)
	if s == nil || need[name] {
		return
	}
	need[name] = true
	for _, d := range s.DependsOn {
		p.depend(need, d)
	}
}

// HostPort is a port of this host that a service wants for itself.
type HostPort struct {
	Service string
	IP      string // empty: every address
	Port    int
	UDP     bool
}

// HostPorts are the ports of this host that the named services need free before they start, by number. Ports that
// Docker chooses are left out.
func (p *Project) HostPorts(services []string) []HostPort {
	var out []HostPort
	for _, name := range services {
		s := p.service(name)
		if s == nil {
			continue
		}
		for _, port := range s.Ports {
			if port.Host > 0 && port.HostEnd <= port.Host {
				out = append(out, HostPort{Service: name, IP: port.HostIP, Port: port.Host, UDP: port.UDP})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b HostPort) int { return cmp.Compare(a.Port, b.Port) })
	return out
}

// Outside are the files that the project reads from outside its folder, for whoever is asked to trust it.
func (p *Project) Outside() []File {
	var out []File
	for _, f := range p.Files {
		if f.Outside {
			out = append(out, f)
		}
	}
	return out
}
