package compose

import (
	"slices"
)

// Report is what a project means for a program on this host.
type Report struct {
	File         string         // the first compose file, as it was asked for
	Mode         string         // zookeeper, kraft, redpanda, or unknown where the file does not tell; empty: no broker
	Services     []Seen         // every service, in the order written
	Bootstrap    []string       // every broker's address on the preferred listener of every cluster that works
	Alternatives []string       // further addresses that work
	Reachable    bool           // some cluster works
	Security     string         // of Bootstrap; when nothing works, of the listener meant for it
	Problems     []Problem      // why what does not work does not, and what Compose would refuse
	Topics       map[string]int // declared topics and their partitions; 0: not said
	Clusters     []Cluster
	Notes        []Note

	zooKeeper bool // one runs whatever profile is asked for
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

// Note is something that holds under a condition which the files do not tell. It keeps nobody from Kafka by itself.
type Note struct {
	Service string
	File    string // absolute
	Line    int
	ID      string // names the text
	Args    map[string]any
}

// Perhaps reports whether programs on this host may reach a Kafka that the files alone do not promise: every problem of
// a broker depends on what only a running system knows.
func (r *Report) Perhaps() bool {
	brokers := 0
	for _, p := range r.Problems {
		if p.Code != Conditional && p.Code != ParseError {
			return false
		}
		if p.Code == Conditional {
			brokers++
		}
	}
	return brokers > 0 && !r.Reachable
}

// Cluster is a set of brokers that know each other.
type Cluster struct {
	Brokers   []string
	Bootstrap []string
	Security  string
	Mode      string
}

// Inspect judges a loaded project. It reads nothing and asks nobody.
func Inspect(p *Project) *Report {
	r := &Report{File: p.Asked}
	brokers := r.classify(p)
	for _, f := range p.Findings {
		service, _ := f.Args["Service"].(string)
		r.Problems = append(r.Problems, Problem{
			Code: ParseError, Service: service, File: f.File, Line: f.Line, ID: f.ID, Args: f.Args,
		})
	}
	for _, group := range clusters(p, brokers) {
		r.add(group)
	}
	r.Problems = append(r.Problems, sharedData(p, brokers)...)
	if p.Unreadable {
		r.forbid()
	}
	r.Reachable = len(r.Bootstrap) > 0
	r.security(brokers)
	r.Mode = p.guess
	if len(r.Clusters) > 0 {
		r.Mode = r.Clusters[0].Mode
	}
	return r
}

// classify fills in services and topics, and gives the brokers, their listeners tested.
func (r *Report) classify(p *Project) []*broker {
	roles, images := map[string]Role{}, map[string]image{}
	n := network{project: p}
	var brokers []*broker
	for i := range p.Services {
		s := &p.Services[i]
		role, img := classify(s)
		roles[s.Name], images[s.Name] = role, img
		r.Services = append(r.Services, Seen{Name: s.Name, Role: role, Image: s.Image})
		r.zooKeeper = r.zooKeeper || role == ZooKeeper && s.Active && len(s.Profiles) == 0
		if role == Broker && s.Active {
			b := n.broker(s, img)
			brokers = append(brokers, b)
			r.Notes = append(r.Notes, b.notes(p)...)
		}
	}
	r.Topics = declaredTopics(p, roles, images)
	return brokers
}

// forbid takes back the addresses of a project that Compose cannot even read.
func (r *Report) forbid() {
	r.Bootstrap, r.Alternatives = nil, nil
	for i := range r.Clusters {
		r.Clusters[i].Bootstrap = nil
	}
	r.Problems = slices.DeleteFunc(r.Problems, func(p Problem) bool { return p.Code != ParseError })
}

// add takes one cluster into the report.
func (r *Report) add(group []*broker) {
	c := Cluster{Security: protocols[0], Mode: mode(group, r.zooKeeper)}
	name, protocol := preferred(group)
	for _, b := range group {
		c.Brokers = append(c.Brokers, b.service.Name)
		chosen := choose(b, name, protocol)
		for i, l := range b.works {
			if i != chosen {
				r.Alternatives = append(r.Alternatives, l.Address())
				continue
			}
			c.Bootstrap = append(c.Bootstrap, l.Address())
			c.Security = protocol
		}
		if b.problem != nil {
			r.Problems = append(r.Problems, *b.problem)
		}
	}
	for _, a := range c.Bootstrap {
		if !slices.Contains(r.Bootstrap, a) {
			r.Bootstrap = append(r.Bootstrap, a)
		}
	}
	if len(c.Bootstrap) == 0 {
		c.Security = meant(group)
	}
	r.Clusters = append(r.Clusters, c)
}

// security is what a program must speak: the first working cluster's, else the first cluster's.
func (r *Report) security(brokers []*broker) {
	r.Security = meant(brokers)
	for _, c := range r.Clusters {
		if len(c.Bootstrap) > 0 {
			r.Security = c.Security
			return
		}
	}
}

// meant is the security of the listener that was meant for this host and does not work.
func meant(brokers []*broker) string {
	for _, b := range brokers {
		for _, l := range b.listeners {
			if b.problem != nil && l.Name == b.problem.Listener {
				return l.Protocol
			}
		}
	}
	return protocols[0]
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

// choose is the place of a broker's listener of that name, else of one with the same protocol; -1: none.
func choose(b *broker, name, protocol string) int {
	byName := slices.IndexFunc(b.works, func(l Listener) bool { return l.Name == name })
	if byName >= 0 {
		return byName
	}
	return slices.IndexFunc(b.works, func(l Listener) bool { return l.Protocol == protocol })
}
