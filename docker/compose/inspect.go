package compose

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Report is what a project means for a program on this host.
type Report struct {
	File         string         // the first compose file as asked for
	Mode         string         // zookeeper, kraft or redpanda; empty: no broker
	Services     []Seen         // every service, in the order written
	Bootstrap    []string       // every broker's address on the preferred listener of every cluster that works
	Alternatives []string       // further addresses that work
	Reachable    bool           // some cluster works
	Security     string         // of Bootstrap; when nothing works, of the listener meant for it
	Problems     []Problem      // why what does not work does not, and what Compose would refuse
	Topics       map[string]int // declared topics and their partitions; 0: not said
	Clusters     []Cluster
}

// Seen is one service and what it is to Kafka.
type Seen struct {
	Name  string `json:"name"`
	Role  Role   `json:"role"`
	Image string `json:"image"`
}

// Problem is one thing that keeps a program on this host from Kafka.
type Problem struct {
	Code     Code
	Service  string
	Listener string
	File     string // absolute
	Line     int
	ID       string // names the text; ID+".hint" says what to do
	Args     map[string]any
}

// Cluster is a set of brokers that know each other.
type Cluster struct {
	Brokers   []string
	Bootstrap []string
	Security  string
	Mode      string
}

// broker is one broker with what was found out about it.
type broker struct {
	service   *Service
	image     image
	settings  settings
	listeners []Listener
	works     []Listener
	problem   *Problem
}

// Inspect judges a loaded project. It reads nothing and asks nobody.
func Inspect(p *Project) *Report {
	r := &Report{File: p.ComposeFiles[0], Topics: map[string]int{}, Security: protocols[0]}
	var brokers []*broker
	for i := range p.Services {
		s := &p.Services[i]
		role, img := classify(s)
		r.Services = append(r.Services, Seen{Name: s.Name, Role: role, Image: s.Image})
		if role == Broker && s.Active {
			brokers = append(brokers, newBroker(p, s, img))
		}
	}
	for _, f := range p.Findings {
		r.Problems = append(r.Problems, Problem{Code: ParseError, File: f.File, Line: f.Line, ID: f.ID, Args: f.Args})
	}
	for _, group := range clusters(brokers) {
		r.add(group)
	}
	if p.Unreadable {
		r.Bootstrap, r.Alternatives = nil, nil
	}
	r.Reachable = len(r.Bootstrap) > 0
	r.security(brokers)
	return r
}

func newBroker(p *Project, s *Service, img image) *broker {
	b := &broker{service: s, image: img, settings: effective(s, img)}
	b.listeners = listeners(b.settings, img)
	worst := len(urgency)
	for _, l := range b.listeners {
		code := test(p, s, l)
		if code == "" {
			b.works = append(b.works, l)
			continue
		}
		if len(hostPorts(s, l.Port)) == 0 && !loopback(l.Host) && s.NetworkMode != "host" {
			code = NotPublished
		}
		if rank := slices.Index(urgency, code); rank < worst {
			worst = rank
			b.problem = &Problem{Code: code, Listener: l.Name, Line: l.Line}
		}
	}
	switch {
	case len(b.works) > 0:
		b.problem = nil
		return b
	case b.problem == nil:
		b.problem = &Problem{Code: NoAdvertised}
	}
	b.problem.Service, b.problem.File = s.Name, p.ComposeFiles[0]
	if b.problem.Line == 0 {
		b.problem.Line = s.Line
	}
	b.problem.ID = "compose." + strings.ToLower(string(b.problem.Code))
	b.problem.Args = map[string]any{"Service": s.Name, "Listener": b.problem.Listener}
	return b
}

// add takes one cluster into the report.
func (r *Report) add(group []*broker) {
	c := Cluster{Security: protocols[0], Mode: mode(group[0])}
	name, protocol := preferred(group)
	for _, b := range group {
		c.Brokers = append(c.Brokers, b.service.Name)
		chosen := choose(b, name, protocol)
		for _, l := range b.works {
			switch {
			case chosen != nil && l.Name == chosen.Name:
				c.Bootstrap = append(c.Bootstrap, l.Address())
				c.Security = l.Protocol
			default:
				r.Alternatives = append(r.Alternatives, l.Address())
			}
		}
		if b.problem != nil {
			r.Problems = append(r.Problems, *b.problem)
		}
	}
	if r.Mode == "" {
		r.Mode = c.Mode
	}
	r.Bootstrap = append(r.Bootstrap, c.Bootstrap...)
	r.Clusters = append(r.Clusters, c)
}

// security is what a program must speak: the first working cluster's, else that of the broken listener.
func (r *Report) security(brokers []*broker) {
	for _, c := range r.Clusters {
		if len(c.Bootstrap) > 0 {
			r.Security = c.Security
			return
		}
	}
	for _, b := range brokers {
		for _, l := range b.listeners {
			if b.problem != nil && l.Name == b.problem.Listener {
				r.Security = l.Protocol
				return
			}
		}
	}
}

// preferred is the listener that most brokers of a cluster offer to this host, the least demanding protocol first.
func preferred(group []*broker) (name, protocol string) {
	count := map[string]int{}
	for _, b := range group {
		for _, l := range b.works {
			count[l.Protocol+" "+l.Name]++
		}
	}
	for _, p := range protocols {
		best := 0
		for _, b := range group {
			for _, l := range b.works {
				if n := count[p+" "+l.Name]; l.Protocol == p && n > best {
					best, name, protocol = n, l.Name, p
				}
			}
		}
		if best > 0 {
			return name, protocol
		}
	}
	return "", ""
}

// choose is a broker's listener of that name, else one of the same protocol.
func choose(b *broker, name, protocol string) *Listener {
	for i := range b.works {
		if b.works[i].Name == name {
			return &b.works[i]
		}
	}
	for i := range b.works {
		if b.works[i].Protocol == protocol {
			return &b.works[i]
		}
	}
	return nil
}

// mode is how a broker keeps its cluster's metadata.
func mode(b *broker) string {
	switch {
	case b.image.family == redpanda:
		return "redpanda"
	case b.settings.get("process.roles") != "":
		return "kraft"
	case b.settings.get("zookeeper.connect") != "":
		return "zookeeper"
	case b.image.mode != "":
		return b.image.mode
	case major(b.image, b.service.Image) >= 4:
		return "kraft"
	}
	return "zookeeper"
}

var leadingNumber = regexp.MustCompile(`^\d+`)

// major is the Kafka major version that an image's tag means, 0 when it tells none.
func major(img image, ref string) int {
	n, _ := strconv.Atoi(leadingNumber.FindString(tagOf(ref)))
	if strings.HasPrefix(img.name, "cp-") {
		n -= 4 // Confluent Platform 8 is Kafka 4
	}
	return n
}

// clusters groups brokers by what ties them together.
func clusters(brokers []*broker) [][]*broker {
	var out [][]*broker
	index := map[string]int{}
	for _, b := range brokers {
		key := b.settings.get("controller.quorum.voters") + "|" + b.settings.get("zookeeper.connect")
		if key == "|" || strings.Contains(key, "@localhost") {
			key = "of " + b.service.Name
		}
		i, known := index[key]
		if !known {
			i = len(out)
			index[key] = i
			out = append(out, nil)
		}
		out[i] = append(out[i], b)
	}
	return out
}
