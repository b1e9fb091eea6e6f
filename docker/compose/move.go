package compose

import (
	"context"
	"errors"
	"net"
	"slices"
	"strconv"
)

// ErrFixed says that nothing in the compose files tells a broker the port that it sends its clients to.
var ErrFixed = errors.New("advertised port: not told by the compose files")

// Moved is the text of an override file by which ports of this host, the keys of to, are published at others, and by
// which brokers that sent clients to the former send them to the latter. It was tried: with it, Inspect finds every
// address where it was or where it moved, and no new problem. A port that nothing publishes is left out; without any,
// the text is empty. ErrFixed: there is no such file.
func Moved(ctx context.Context, p *Project, to map[int]int) (string, error) {
	var all []change
	at, moved := p, map[int]int{}
	for i := range p.Services {
		s := &p.Services[i]
		if !s.Active || !s.publishes(to) {
			continue
		}
		for _, port := range s.Ports {
			if port.moves(to) {
				moved[port.Host] = to[port.Host]
			}
		}
		next, c, err := move(ctx, p, s, to, all, wanted(Inspect(at), moved))
		if err != nil {
			return "", err
		}
		at, all = next, append(all, c)
	}
	return render(all), nil
}

// moves reports whether a port is one of those that give way. A range stays whole.
func (p Port) moves(to map[int]int) bool { return to[p.Host] > 0 && p.HostEnd <= p.Host && !p.UDP }

func (s *Service) publishes(to map[int]int) bool {
	return slices.ContainsFunc(s.Ports, func(p Port) bool { return p.moves(to) })
}

// wanted are a report's addresses, those on ports that moved where they are then.
func wanted(r *Report, moved map[int]int) []string {
	addrs := slices.Concat(r.Bootstrap, r.Alternatives)
	for i, a := range addrs {
		host, port, err := net.SplitHostPort(a)
		if n, bad := strconv.Atoi(port); err == nil && bad == nil && moved[n] > 0 {
			addrs[i] = net.JoinHostPort(host, strconv.Itoa(moved[n]))
		}
	}
	return addrs
}

// move finds the first change of a service with which the project, changed so far, has the addresses wanted.
func move(ctx context.Context, p *Project, s *Service, to map[int]int, sofar []change, want []string) (*Project, change, error) {
	problems := len(Inspect(p).Problems)
	for _, c := range movers(p, s, to) {
		with := p.options
		with.overlay = []byte(render(append(sofar[:len(sofar):len(sofar)], c)))
		changed, err := Load(ctx, with)
		if err != nil {
			return nil, change{}, err
		}
		after := Inspect(changed)
		if len(after.Problems) <= problems && contains(slices.Concat(after.Bootstrap, after.Alternatives), want) {
			return changed, c, nil
		}
	}
	return nil, change{}, ErrFixed
}

// movers are the changes that could move a service's ports, the smallest first: the ports alone, then for a broker the
// port that it advertises, in the ways that images are told one.
func movers(p *Project, s *Service, to map[int]int) []change {
	ports := change{service: s.Name, all: true}
	for _, port := range s.Ports {
		if port.moves(to) {
			port.Host = to[port.Host]
		}
		ports.ports = append(ports.ports, port.String())
	}
	all := []change{ports}
	role, img := classify(s)
	if role != Broker {
		return all
	}
	n := network{project: p}
	f := fixer{n: n, b: n.broker(s, img)}
	listeners, first := slices.Clone(f.b.listeners), 0
	for i := range listeners {
		if l := &listeners[i]; to[l.HostPort] > 0 && n.test(f.b, *l) == "" {
			l.HostPort = to[l.HostPort]
			first = l.HostPort
		}
	}
	if first == 0 {
		return all
	}
	bound := f.listenersWith(Listener{}, endpoint{})
	f.b = &broker{service: s, image: img, settings: f.b.settings, listeners: listeners}
	advertised := f.advertisedWith(Listener{}, endpoint{})
	for _, values := range []map[string]string{
		{"advertised.port": strconv.Itoa(first)},
		{"advertised.listeners": advertised},
		{"advertised.listeners": advertised, "listeners": bound},
	} {
		c := f.set(values)
		c.ports, c.all = ports.ports, true
		all = append(all, c)
	}
	return all
}

// LoadWith loads a project again with the text of one more override file, which lies nowhere.
func LoadWith(ctx context.Context, p *Project, override []byte) (*Project, error) {
	with := p.options
	with.overlay = override
	return Load(ctx, with)
}

// LoadBeside loads a project again with one more override file.
func LoadBeside(ctx context.Context, p *Project, override string) (*Project, error) {
	with := p.options
	with.Files = append(slices.Clone(p.ComposeFiles), override)
	again, err := Load(ctx, with)
	if err == nil {
		again.Asked = p.Asked
	}
	return again, err
}
