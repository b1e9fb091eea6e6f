package doctor

import "time"

const (
	soon = 5 * time.Second  // a look at this computer, or a ping
	long = 30 * time.Second // another program has to start, or an engine to ask around
)

// checks are all there are, in the order of results: what stands on something comes after it.
func (s *Subject) checks() []check {
	return []check{
		{"engine.context", nil, soon, s.context},
		{"project.opens", nil, soon, s.opens},
		{"engine.running", []string{"engine.context"}, soon, s.running},
		{"engine.version", []string{"engine.running"}, 2 * soon, s.version},
		{"engine.mode", []string{"engine.version"}, soon, s.mode},
		{"compose.client", nil, long, s.client},
	}
}
