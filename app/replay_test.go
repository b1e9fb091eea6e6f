package app

import (
	"context"
	"testing"
)

// A reader that came late was told, event by event, of a story that streamed before its app had started.
func TestAStateThatIsToldAnewNeverSeemsFurtherThanItIs(t *testing.T) {
	h := &Hub{}
	want := Want{Up: true, Streaming: true}
	h.Emit(Event{Kind: Wants, Want: want})
	h.Emit(Event{Kind: Planned, Want: want})
	for _, step := range []string{"broker", "flag", "app"} {
		h.Emit(Event{Step: step, Kind: Planned, Turn: step == "flag"})
	}
	for _, step := range []string{"broker", "flag"} {
		h.Emit(Event{Step: step, Kind: Started})
		h.Emit(Event{Step: step, Kind: Done})
	}
	ctx, cancel := context.WithCancel(t.Context())
	events := h.Events(ctx)
	cancel()
	var s State
	for e := range events {
		s = s.Apply(e)
		if p := s.Phase(); s.Want.Up && p != Starting {
			t.Errorf("after %v %s: phase %v, want starting", e.Kind, e.Step, p)
		}
	}
	if len(s.Rows) != 3 {
		t.Errorf("rows %+v, want three", s.Rows)
	}
}
