package app

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// State is what is true now: a value, made by applying events one by one and by nothing else.
type State struct {
	Want  Want
	Plan  Want      // what the rows were last planned for; behind Want while a change is carried out
	Since time.Time // when what is wanted last changed
	Rows  []Row     // one a step, in the order of the story
}

// Row is one step of the story as it stands.
type Row struct {
	Step      string
	Kind      Kind      // the last thing that happened to it; Planned before anything did
	Note      Note      // the last thing it said
	Err       error     // why it waits, failed or was lost
	Diagnosis Diagnosis // what stands behind Err, as far as it is known
	Begun     time.Time // when the engine last turned to it
	Ended     time.Time // when it came to hold, failed or was undone; zero while it is under way
	Lost      bool      // it held, was lost and has not come back yet
	Soft      bool
	Turn      bool   // the switch: this row and those below depend on the streaming flag
	Program   string // whose step it is, of several programs
	// Proves is the phase that the row is the evidence of while it holds; Stopped: of none.
	Proves Phase
}

// Holding reports whether the row's promise holds as far as is known.
func (r Row) Holding() bool { return r.Kind == Holds || r.Kind == Done }

// Took is how long the step took, or has taken so far at the given time; zero before it began.
func (r Row) Took(now time.Time) time.Duration {
	switch {
	case r.Begun.IsZero():
		return 0
	case r.Ended.IsZero():
		return now.Sub(r.Begun)
	default:
		return r.Ended.Sub(r.Begun)
	}
}

// Apply returns the state after e. It changes nothing of s, so that a state once given out stays as it was.
func (s State) Apply(e Event) State {
	switch {
	case e.Kind == Wants:
		s.Want, s.Since = e.Want, e.At
		return s
	case e.Kind == Planned && e.Step == "":
		s.Plan = e.Want
		return s
	case e.Kind == Current:
		return s
	}
	s.Rows = slices.Clone(s.Rows)
	i := slices.IndexFunc(s.Rows, func(r Row) bool { return r.Step == e.Step })
	if i < 0 {
		s.Rows = append(s.Rows, Row{Step: e.Step})
		i = len(s.Rows) - 1
	}
	s.Rows[i] = s.Rows[i].apply(e)
	if e.Kind == Started { // nobody works on the later ones any more
		for j := i + 1; j < len(s.Rows); j++ {
			if r := &s.Rows[j]; !r.Soft && !r.Lost && (r.Kind == Started || r.Kind == Waiting) {
				r.Kind, r.Begun = Planned, time.Time{}
			}
		}
	}
	if e.Kind == Doing { // what stands on it may not hold any more: an app started again has yet to connect
		for j := i + 1; j < len(s.Rows); j++ {
			if r := &s.Rows[j]; r.Holding() || r.Soft && r.Lost {
				r.Kind, r.Lost = Planned, r.Lost && !r.Soft
				r.Begun, r.Ended = time.Time{}, time.Time{} // nobody has turned to it
			}
		}
	}
	return s
}

func (r Row) apply(e Event) Row {
	switch e.Kind {
	case Planned:
		return Row{Step: r.Step, Kind: Planned, Soft: e.Soft, Turn: e.Turn, Proves: e.Proves, Program: e.Program}
	case Skipped:
		return Row{Step: r.Step, Kind: Skipped, Soft: r.Soft, Turn: r.Turn, Proves: r.Proves, Program: r.Program}
	case Started:
		r.Begun, r.Ended, r.Err, r.Note, r.Diagnosis = e.At, time.Time{}, nil, Note{}, Diagnosis{}
	case Output:
		r.Note = e.Note
		return r
	case Doing:
		r.Err, r.Diagnosis = e.Err, e.Diagnosis
	case Waiting:
		r.Err = e.Err
		if e.Diagnosis.Known() { // found while it waited; a new reason to wait takes nothing back
			r.Diagnosis = e.Diagnosis
		}
		if r.Soft { // nobody works on it: it simply is not so
			r.Note, r.Lost = Note{}, false
		}
	case Holds, Done:
		r.Note, r.Err, r.Lost, r.Diagnosis = e.Note, nil, false, Diagnosis{}
		if r.Ended.IsZero() {
			r.Ended = e.At
		}
	case Failed:
		r.Err, r.Diagnosis, r.Ended = e.Err, e.Diagnosis, e.At
	case Lost:
		r.Err, r.Diagnosis, r.Lost = e.Err, e.Diagnosis, true
		if e.Note.ID == ComesAndGoes {
			r.Note = e.Note
		}
	case Undoing:
		r.Begun, r.Ended = e.At, time.Time{}
	case Undone:
		r.Note, r.Err, r.Lost, r.Diagnosis, r.Ended = Note{}, nil, false, Diagnosis{}, e.At
	}
	r.Kind = e.Kind
	return r
}

// events make up the state again when applied to none; Current is the last of them.
func (s State) events() []Event {
	current := Event{At: time.Now(), Kind: Current}
	if s.Since.IsZero() {
		return []Event{current}
	}
	all := []Event{{At: s.Since, Kind: Wants, Want: s.Want}, {At: s.Since, Kind: Planned, Want: s.Plan}}
	for _, r := range s.Rows { // first, so that no story seems complete that is not
		all = append(all, Event{At: s.Since, Step: r.Step, Kind: Planned, Soft: r.Soft, Turn: r.Turn, Proves: r.Proves, Program: r.Program})
	}
	for _, r := range s.Rows {
		all = append(all, r.events(s.Since)...)
	}
	return append(all, current)
}

// events make up the planned row again; since is the time of those whose own time does not matter.
func (r Row) events(since time.Time) []Event {
	var all []Event
	add := func(at time.Time, k Kind, n Note, err error) {
		e := Event{At: at, Step: r.Step, Kind: k, Note: n, Err: err}
		if err != nil {
			e.Diagnosis = r.Diagnosis
		}
		all = append(all, e)
	}
	var lost Note
	if r.Note.ID == ComesAndGoes {
		lost = r.Note
	}
	if r.Lost {
		add(since, Lost, lost, r.Err)
	}
	if !r.Begun.IsZero() {
		add(r.Begun, Started, Note{}, nil)
	}
	switch r.Kind {
	case Planned, Started:
	case Doing:
		add(since, Doing, Note{}, r.Err)
		add(since, Output, r.Note, nil)
	case Lost:
		if !r.Ended.IsZero() {
			add(r.Ended, Done, r.Note, nil)
		}
		add(since, Lost, lost, r.Err)
	default:
		add(cmp.Or(r.Ended, since), r.Kind, r.Note, r.Err)
	}
	return all
}

// Row returns the row of a step, and whether there is one.
func (s State) Row(step string) (Row, bool) {
	i := slices.IndexFunc(s.Rows, func(r Row) bool { return r.Step == step })
	if i < 0 {
		return Row{}, false
	}
	return s.Rows[i], true
}

// Phase is the state in one word.
type Phase int

// The phases. Ready means that everything wanted holds and streaming is not part of it, or is up to somebody else who has
// not started the app. With the streaming flag on a
// story is Connected or Streaming by evidence alone, by rows that prove it: what the app only says of itself leaves it
// Starting.
const (
	Stopped Phase = iota
	Starting
	Ready
	Connected // the app was seen to talk to Kafka, and no record came yet
	Streaming // records came since the app started
	Degraded  // something that held was lost and is being brought back, or what is seen speaks against it
	Stopping
	PhaseFailed
)

var phases = [...]string{"stopped", "starting", "ready", "connected", "streaming", "degraded", "stopping", "failed"}

// ParsePhase is the phase with the given stable name.
func ParsePhase(name string) (Phase, error) {
	i := slices.Index(phases[:], name)
	if i < 0 {
		return 0, fmt.Errorf("phase %q: unknown", name)
	}
	return Phase(i), nil
}

// Kept reports whether the phase is one in which everything wanted holds, as far as was seen.
func (p Phase) Kept() bool { return p == Ready || p == Connected || p == Streaming }

// String is the phase's stable name, as it stands in --json.
func (p Phase) String() string { return phases[p] }

// MarshalText gives the stable name.
func (p Phase) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// Phase derives the phase from the rows; it is never stored.
func (s State) Phase() Phase {
	var undoing, failed, lost, open, turn bool
	for _, r := range s.Rows {
		if r.Kind == Skipped {
			continue
		}
		lost = lost || r.Lost
		turn = turn || r.Turn
		if r.Soft {
			continue
		}
		undoing = undoing || r.Kind == Undoing
		failed = failed || r.Kind == Failed
		open = open || !r.Holding()
	}
	switch {
	case !s.Want.Up && undoing:
		return Stopping
	case !s.Want.Up && failed:
		return PhaseFailed
	case !s.Want.Up && s.Plan.Up: // not carried out yet: the plan follows when all is taken back
		return Stopping
	case !s.Want.Up:
		return Stopped
	case failed:
		return PhaseFailed
	case lost:
		return Degraded
	case open || len(s.Rows) == 0 || s.Plan != s.Want:
		return Starting
	case turn && s.Want.Streaming:
		return s.proven()
	}
	return Ready
}

// proven is the phase of a story whose hard steps hold with streaming on. Records without a connection may be
// anybody's.
func (s State) proven() Phase {
	switch {
	case s.Awaits():
		return Ready
	case !s.Proven(Connected):
		return Starting
	case !s.Proven(Streaming):
		return Connected
	}
	return Streaming
}

// Proven reports whether a row that is the evidence of p holds.
func (s State) Proven(p Phase) bool {
	return slices.ContainsFunc(s.Rows, func(r Row) bool { return r.Proves == p && r.Holding() })
}

// Awaits reports whether somebody else is to start the app and has not yet.
func (s State) Awaits() bool {
	return slices.ContainsFunc(s.Rows, func(r Row) bool { return r.Proves == Starting && r.Kind != Skipped && !r.Holding() })
}

// Seen reports whether p, Connected or Streaming, is so as far as was seen, whatever else is amiss. Records without a
// connection may be anybody's.
func (s State) Seen(p Phase) bool {
	return s.Want.Up && s.Proven(Connected) && s.Proven(p)
}

// Held reports whether every hard step that belongs to the story holds, whatever else was seen.
func (s State) Held() bool {
	return len(s.Rows) > 0 && s.Plan == s.Want && !slices.ContainsFunc(s.Rows, func(r Row) bool {
		return !r.Soft && r.Kind != Skipped && !r.Holding()
	})
}
