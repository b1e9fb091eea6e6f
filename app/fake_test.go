package app

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"
)

// world is a little world of promises that tests break and mend. Each step's Do takes a given time to work.
type world struct {
	mu    sync.Mutex
	holds map[string]bool
	calls []string      // "do app", "undo app"
	on    bool          // the streaming value that the flag was last set to
	mute  time.Duration // how long a look at what does not hold waits for an answer in vain
}

func newWorld() *world { return &world{holds: map[string]bool{}} }

func (w *world) set(id string, holds bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.holds[id] = holds
}

func (w *world) is(id string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.holds[id]
}

func (w *world) called(s string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.calls = append(w.calls, s)
}

// takeCalls returns the calls since it was last asked.
func (w *world) takeCalls() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	s := strings.Join(w.calls, ", ")
	w.calls = nil
	return s
}

var errNotYet = errors.New("not yet")

// step makes a step whose Do takes the given time.
func (w *world) step(id string, takes time.Duration) Step {
	return Step{
		ID:     id,
		Within: time.Minute,
		Every:  time.Second,
		Check: func(ctx context.Context) error {
			if !w.is(id) {
				w.mu.Lock()
				mute := w.mute
				w.mu.Unlock()
				sleep(ctx, mute)
				return fmt.Errorf("%s: %w", id, errNotYet)
			}
			return nil
		},
		Do: func(ctx context.Context, _ Tell) error {
			w.called("do " + id)
			if !sleep(ctx, takes) {
				return ctx.Err()
			}
			w.set(id, true)
			return nil
		},
		Undo: func(ctx context.Context) error {
			w.called("undo " + id)
			w.set(id, false)
			return ctx.Err()
		},
	}
}

// story is a small one in the shape of the real one: infra, broker (only waited for), flag (the switch), app and what
// it is seen to do, connection and flow.
func (w *world) story(on bool) []Step {
	broker := w.step("broker", 0)
	broker.Do, broker.Undo = nil, nil
	flag := w.step("flag", 0)
	flag.Switch = true
	set := flag.Do
	flag.Do = func(ctx context.Context, tell Tell) error {
		w.mu.Lock()
		w.on = on
		w.mu.Unlock()
		return set(ctx, tell)
	}
	app := w.step("app", 2*time.Second)
	app.Explain = func(context.Context, error) Diagnosis { return Diagnosis{Code: "why"} }
	connection := Step{ID: "connection", Soft: true, Proves: Connected, Check: w.connected}
	flow := w.step("flow", 0)
	flow.Do, flow.Undo, flow.Soft, flow.Proves = nil, nil, true, Streaming
	if !on {
		return []Step{flag, app}
	}
	return []Step{w.step("infra", 5*time.Second), broker, flag, app, connection, flow}
}

// againstError is evidence to the contrary.
type againstError struct{ error }

func (againstError) Contradicts() bool { return true }

// connected holds while the app runs, unless it is connected elsewhere, or not at all.
func (w *world) connected(context.Context) error {
	switch {
	case w.is("elsewhere"):
		return againstError{errors.New("it asks elsewhere")}
	case !w.is("app") || w.is("idle"):
		return errNotYet
	}
	return nil
}

// journal records events as text: "broker waiting (broker: not yet)".
type journal struct {
	mu    sync.Mutex
	lines []string
}

func (j *journal) add(e Event) {
	j.mu.Lock()
	defer j.mu.Unlock()
	s := e.Kind.String()
	if e.Step != "" {
		s = e.Step + " " + s
	}
	switch {
	case e.Step == "":
		s += fmt.Sprintf(" up=%v streaming=%v", e.Want.Up, e.Want.Streaming)
	case e.Err != nil:
		s += " (" + e.Err.Error() + ")"
	case e.Note.ID != "":
		s += " " + e.Note.ID
	}
	j.lines = append(j.lines, s)
}

// take returns the lines since it was last asked.
func (j *journal) take() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	s := strings.Join(j.lines, "\n")
	j.lines = nil
	return s
}

func wantText(t *testing.T, got, want string) {
	t.Helper()
	if got != strings.TrimSpace(want) {
		t.Errorf("the journal\n--- got\n%s\n--- want\n%s", got, strings.TrimSpace(want))
	}
}

// await waits for a state of the hub; the deadline is virtual.
func await(t *testing.T, h *Hub, what string, ok func(State) bool) State {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
	defer cancel()
	var last State
	for s := range h.Watch(ctx) {
		if last = s; ok(s) {
			return s
		}
	}
	t.Fatalf("never %s; the last state: %v, %+v", what, last.Phase(), last.Rows)
	return last
}

func inPhase(p Phase) func(State) bool { return func(s State) bool { return s.Phase() == p } }
