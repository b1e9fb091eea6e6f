package compose

import (
	"cmp"
	"slices"
	"strings"
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
	b.listeners = findListeners(s, b.settings, img)
	if id := refusal(s, b.settings, img); id != "" {
		b.fail(n.project, NoAdvertised, Listener{Line: s.lineOf("environment")}, id)
		return b
	}
	worst := 2 * len(urgency)
	for _, l := range b.listeners {
		code := n.test(b, l)
		if code == "" {
			b.works = append(b.works, l)
			continue
		}
		rank := 2 * slices.Index(urgency, code)
		if !loopback(l.Host) {
			rank++
		}
		if rank < worst {
			worst = rank
			b.fail(n.project, code, l, n.exactly(s, code, l))
		}
	}
	if len(b.works) > 0 {
		b.problem = nil
	} else if b.problem == nil {
		b.fail(n.project, NoAdvertised, Listener{}, "")
	}
	return b
}

// exactly names the text of a code that has more than one cause; empty: the code's own.
func (n network) exactly(s *Service, code Code, l Listener) string {
	if code == NotPublished && loopback(l.Bind) && len(n.open(s, l.Port)) > 0 {
		return "compose.bound_to_loopback"
	}
	return ""
}

// refusal names the text that tells why an image would not start with this configuration; empty: it would.
func refusal(s *Service, c settings, img image) string {
	for _, name := range img.refuses {
		if s.Environment[name] != "" {
			return "compose.refused_variable"
		}
	}
	if img.needBoth && c.get("advertised.listeners") != "" && c.get("listeners") == "" &&
		c.get("advertised.host.name") == "" && len(s.Command)+len(s.Entrypoint) == 0 {
		return "compose.listeners_missing"
	}
	return ""
}

// fail makes a listener's code the broker's problem.
func (b *broker) fail(p *Project, code Code, l Listener, id string) {
	if id == "" {
		id = "compose." + strings.ToLower(string(code))
	}
	line := l.Line
	if line == 0 {
		line = b.service.Line
	}
	file := p.ComposeFiles[0]
	if b.service.source != nil {
		file = b.service.source.file
	}
	b.problem = &Problem{
		Code: code, Service: b.service.Name, Listener: l.Name, File: file, Line: line, ID: id,
		Args: map[string]any{
			"Service": b.service.Name, "Listener": cmp.Or(l.Name, protocols[0]), "Host": l.Host, "Port": l.HostPort,
		},
	}
}
