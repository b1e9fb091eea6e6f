package diagnose

import (
	"cmp"
	"fmt"
	"slices"

	"streamtray/app/redact"
)

// Answer is what a probe found out.
type Answer uint8

// Answers. NotAsked is the zero value: nothing is concluded from it.
const (
	NotAsked Answer = iota
	Yes
	No
)

// Container is what the engine says of one container. It counts more than what the container's log says.
type Container struct {
	Name      string // as people know it: "kafka"
	State     string // running, exited, restarting, created ...
	ExitCode  int
	OOMKilled bool
	Restarts  int
	Health    string // healthy, unhealthy, starting; empty without a health check
}

// Facts are what was measured rather than read.
type Facts struct {
	Containers    []Container
	BrokerAnswers Answer   // did the broker answer a Kafka request from this host
	Unreachable   []string // addresses the broker advertises that this host does not reach
	Measured      []Measured
}

// Measured is a cause that was found by other means than a text: by the kind of an error, by trying it out.
type Measured struct {
	Cause string            // the class, "daemon-not-running", or the name of a special case in it; what no rule has is left out
	Where string            // the place it concerns
	Said  string            // what was measured, shown as the evidence
	Args  map[string]string // values for the texts
}

// crashes is how many restarts make a crash loop.
const crashes = 3

// See adds what was measured. It replaces what was seen before.
func (s *Scanner) See(f Facts) {
	s.facts, s.silent = nil, map[string]bool{}
	for _, c := range f.Containers {
		s.seeContainer(c, f.BrokerAnswers)
	}
	for _, m := range f.Measured {
		s.measure(m.Cause, m.Where, m.Said, m.Args)
	}
	switch f.BrokerAnswers {
	case Yes:
		for _, cause := range []string{"broker-refused", "no-brokers", "controller-unavailable"} {
			s.silent[cause] = true
		}
	case No:
		s.measure("broker-refused", Client, "no answer to a Kafka request from this host", nil)
	}
	for _, a := range f.Unreachable {
		s.measure("advertised-unreachable", Client, a+" is advertised by the broker and not reachable from this host", map[string]string{"addr": a})
	}
}

func (s *Scanner) seeContainer(c Container, broker Answer) {
	said := fmt.Sprintf("%s: %s, exit code %d, OOMKilled %t, restarts %d", c.Name, c.State, c.ExitCode, c.OOMKilled, c.Restarts)
	args := map[string]string{"name": c.Name, "service": c.Name}
	switch {
	case c.OOMKilled:
		s.measure("oom-killed", Engine, said, args)
	case c.Restarts >= crashes && (c.State != "running" || c.ExitCode != 0):
		s.measure("crash-loop", Engine, said, args)
	case c.Health == "unhealthy" && broker == Yes:
		s.measure("healthcheck-wrong", Engine, said+", health unhealthy, yet it answers", args)
	}
	if c.State == "running" && c.Restarts == 0 && broker == Yes && placeOf(c.Name) == Broker {
		for i := range s.book.rules {
			if s.book.rules[i].Exits { // only true of a broker that went down
				s.silent[s.book.rules[i].Cause] = true
			}
		}
	}
}

// measure adds a finding whose proof is a fact.
func (s *Scanner) measure(cause, where, said string, args map[string]string) {
	i := slices.IndexFunc(s.book.rules, func(r rule) bool { return cmp.Or(r.Name, r.Cause) == cause })
	if i < 0 {
		return
	}
	f := s.book.rules[i].finding()
	f.Where, f.Evidence, f.Args, f.Count = where, evidence(around(said, 0)), map[string]string{}, 1
	for k, v := range args {
		f.Args[k] = short(redact.Text(v))
	}
	s.facts = append(s.facts, f)
}
