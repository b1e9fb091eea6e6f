package app

import (
	"context"
	"time"
)

// Diagnosis is what stands behind a step that does not hold, as package diagnose found it in logs and by measuring. A
// surface tells it by Code and Args in its reader's language. The zero Diagnosis says that nothing is known.
type Diagnosis struct {
	Code     string            `json:"code"`             // "ST-KAFKA-009"; empty: nothing is known
	Cause    string            `json:"cause"`            // its class: "cluster-id-mismatch"
	Severity string            `json:"severity"`         // error, warning or info
	Where    string            `json:"where"`            // the place the evidence was read in: engine, compose, zookeeper, broker, client or app
	Evidence string            `json:"evidence"`         // the line that shows it, secrets masked; or what was measured
	Line     int               `json:"line"`             // of the evidence in what was read of that place, from 1; 0: it was measured
	Action   string            `json:"action"`           // who may act: auto, ask or show
	Args     map[string]string `json:"args,omitempty"`   // values for the texts
	Others   []string          `json:"others,omitempty"` // of an error that nobody knows: further such lines
	Remedy   string            `json:"-"`                // names what Agent.Mend can do about it once the user agreed; empty: nothing
	Told     bool              `json:"told,omitempty"`   // the step's error says the same already
}

// Known reports whether there is anything to tell.
func (d Diagnosis) Known() bool { return d.Code != "" }

// Bounds of looking into what stands behind a broken promise. It reads logs, so it is done only where things do not go
// their way.
const (
	explainWithin = 10 * time.Second // one look into it: a broker that is away may take seconds to be asked
	stallAfter    = 10 * time.Second // without success, before the first one; doubled each time
)

// Behind says what stands behind an error of Check or Do, as far as the step can find out in a few seconds.
func (s Step) Behind(ctx context.Context, err error) Diagnosis {
	if s.Explain == nil || err == nil {
		return Diagnosis{}
	}
	ctx, cancel := context.WithTimeout(ctx, explainWithin)
	defer cancel()
	return s.Explain(ctx, err)
}

// stall looks, beside those who wait, into why a promise does not come to hold, and tells what it found.
type stall struct {
	step  Step
	begun time.Time
	after time.Duration  // since begun, before the next look
	found chan Diagnosis // of the look under way; nil: none is
	told  string         // the code told last
}

// see begins a look when one is due, and returns what one found that has not been told yet.
func (s *stall) see(ctx context.Context, err error) Diagnosis {
	if s.step.Explain == nil {
		return Diagnosis{}
	}
	if s.found == nil {
		if time.Since(s.begun) >= s.after {
			found := make(chan Diagnosis, 1)
			go func() { found <- s.step.Behind(ctx, err) }()
			s.found, s.after = found, 2*s.after
		}
		return Diagnosis{}
	}
	select {
	case d := <-s.found:
		s.found = nil
		if d.Code == s.told {
			return Diagnosis{}
		}
		s.told = d.Code
		return d
	default:
		return Diagnosis{}
	}
}

// stop waits for the look under way; its context has ended.
func (s *stall) stop() {
	if s.found != nil {
		<-s.found
	}
}
