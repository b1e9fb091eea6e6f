package app

import (
	"fmt"
	"reflect"
	"slices"
	"time"
)

// Event is one thing that happened. Every surface (tray, window, terminal, JSON, log file, tests) is fed by events
// alone.
type Event struct {
	At   time.Time // set by Hub.Emit
	Step string    // the step's ID; empty for an event about the whole story
	Kind Kind
	Note Note  // what there is to say about it
	Err  error // why, for Doing, Waiting, Failed and Lost
	Soft bool  // with Planned: the step is soft
	Turn bool  // with Planned: the step is the switch

	Program string // with Planned: whose step it is, of several programs
	// Proves is, with Planned, the phase that the step is the evidence of; Stopped: of none.
	Proves Phase
	Want   Want // with Wants; with Planned and no step: what the steps are planned for

	// Diagnosis is what stands behind Err, for Doing, Waiting and Failed, where it was found out.
	Diagnosis Diagnosis
}

// Want is what the user wants to be true.
type Want struct {
	Up        bool // a story is to be kept
	Streaming bool // with the streaming flag on
}

// Kind says what sort of thing happened.
type Kind int

// The kinds of events. Wants and Planned concern the story; the others one step.
const (
	Wants   Kind = iota // what the user wants changed: Want
	Planned             // the step belongs to the story now
	Skipped             // the step exists, but the story does not need it now
	Started             // the engine turned to the step
	Doing               // the step's Do began, because of Err: from here on there is something to undo
	Waiting             // the promise does not hold yet: Err says why
	Output              // the step told how it goes: Note
	Holds               // the promise held already, or still does: Note
	Done                // the promise was made to hold: Note
	Failed              // the promise cannot be kept, or not be taken back: Err
	Lost                // the promise held and does not any more, or, of a soft step, what is seen speaks against it: Err
	Undoing             // the promise is being taken back
	Undone              // it was
	Current             // what came before made up the state as it was; from here on it happens (Hub.Events)
)

var kinds = [...]string{"wants", "planned", "skipped", "started", "doing", "waiting", "output", "holds", "done", "failed", "lost", "undoing", "undone", "current"}

// String is the kind's stable name, as it stands in --json.
func (k Kind) String() string { return kinds[k] }

// MarshalText gives the stable name.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// sameNote compares what two notes say. Their proofs are not compared: those carry times, which differ at every look.
func sameNote(a, b Note) bool {
	return a.ID == b.ID && a.Said == b.Said && reflect.DeepEqual(a.Args, b.Args)
}

// ParseKind is the kind with the given stable name.
func ParseKind(name string) (Kind, error) {
	i := slices.Index(kinds[:], name)
	if i < 0 {
		return 0, fmt.Errorf("event kind %q: unknown", name)
	}
	return Kind(i), nil
}
