package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestAWatcherThatStopsReadingStallsNobodyAndGetsTheLastState(t *testing.T) {
	h := &Hub{}
	asleep := h.Watch(t.Context())
	for i := range 10_000 {
		h.Emit(Event{Step: "app", Kind: Output, Note: Note{ID: fmt.Sprint(i)}})
	}
	s := <-asleep
	if r, _ := s.Row("app"); r.Note.ID != "9999" {
		t.Errorf("the sleeper sees %q, want the last", r.Note.ID)
	}
	select {
	case s := <-asleep:
		t.Errorf("another state without a change: %+v", s)
	default:
	}
}

func TestWatchGivesTheStateAsItIsFirst(t *testing.T) {
	h := &Hub{}
	h.Emit(Event{Step: "app", Kind: Done})
	s := <-h.Watch(t.Context())
	if r, ok := s.Row("app"); !ok || !r.Holding() {
		t.Errorf("first state: %+v", s)
	}
}

func TestWatchEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &Hub{}
		ctx, cancel := context.WithCancel(t.Context())
		ch := h.Watch(ctx)
		<-ch
		cancel()
		if _, open := <-ch; open {
			t.Error("the channel gave a state after its context ended")
		}
		h.Emit(Event{Step: "app", Kind: Done}) // must not send on the closed channel
	})
}

func TestAJournalSeesEveryEventInOrderWhoeverEmits(t *testing.T) {
	h := &Hub{}
	var at []time.Time
	n := 0
	h.Journal(func(e Event) { n++; at = append(at, e.At) })
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 500 {
				h.Emit(Event{Step: "app", Kind: Output})
			}
		})
	}
	wg.Wait()
	if n != 4000 {
		t.Errorf("saw %d events, want 4000", n)
	}
	for i := 1; i < len(at); i++ {
		if at[i].Before(at[i-1]) {
			t.Fatalf("event %d is earlier than the one before", i)
		}
	}
}

func TestApplyLeavesEarlierStatesAsTheyWere(t *testing.T) {
	before := State{}.Apply(Event{Step: "app", Kind: Done})
	_ = before.Apply(Event{Step: "app", Kind: Lost, Err: errors.New("gone")})
	if r, _ := before.Row("app"); r.Lost || r.Err != nil {
		t.Errorf("the earlier state changed: %+v", r)
	}
}

func TestAWishNotYetCarriedOutIsNotReady(t *testing.T) {
	s := State{}.Apply(Event{Kind: Planned, Want: Want{Up: true, Streaming: true}}).
		Apply(Event{Kind: Wants, Want: Want{Up: true}}).
		Apply(Event{Step: "app", Kind: Done})
	if got := s.Phase(); got != Starting {
		t.Errorf("all rows hold for streaming, and it is wanted off: %v, want starting", got)
	}
}

func TestAWishToStopIsNotYetStopped(t *testing.T) {
	s := State{}.Apply(Event{Kind: Planned, Want: Want{Up: true}}).Apply(Event{Step: "app", Kind: Done}).
		Apply(Event{Kind: Wants})
	if got := s.Phase(); got != Stopping {
		t.Errorf("the app runs still, and is wanted stopped: %v, want stopping", got)
	}
	s = s.Apply(Event{Step: "app", Kind: Undone}).Apply(Event{Kind: Planned})
	if got := s.Phase(); got != Stopped {
		t.Errorf("all is taken back: %v, want stopped", got)
	}
}

func TestThePhaseFollowsFromTheRows(t *testing.T) {
	up, on := Want{Up: true}, Want{Up: true, Streaming: true}
	gone := errors.New("gone")
	held := slices.Clip([]Event{
		{Kind: Wants, Want: on},
		{Step: "a", Kind: Planned, Turn: true},
		{Step: "c", Kind: Planned, Soft: true, Proves: Connected},
		{Step: "r", Kind: Planned, Soft: true, Proves: Streaming},
		{Step: "a", Kind: Done},
	})
	for _, c := range []struct {
		name   string
		events []Event
		want   Phase
	}{
		{"nothing yet", nil, Stopped},
		{"wanted, nothing known", []Event{{Kind: Wants, Want: on}}, Starting},
		{"waiting", []Event{{Kind: Wants, Want: on}, {Step: "a", Kind: Waiting}}, Starting},
		{"all holds, no switch", []Event{{Kind: Wants, Want: on}, {Step: "a", Kind: Holds}}, Ready},
		{"all holds with the switch, and nothing was seen", append(held, Event{Step: "c", Kind: Waiting}), Starting},
		{"connected", append(held, Event{Step: "c", Kind: Holds}, Event{Step: "r", Kind: Waiting}), Connected},
		{"records of whom nobody knows", append(held, Event{Step: "c", Kind: Waiting}, Event{Step: "r", Kind: Holds}), Starting},
		{"records over its connection", append(held, Event{Step: "c", Kind: Holds}, Event{Step: "r", Kind: Holds}), Streaming},
		{"evidence to the contrary", append(held, Event{Step: "c", Kind: Lost, Err: gone}, Event{Step: "r", Kind: Holds}), Degraded},
		{"it passed, and nothing is seen", append(held, Event{Step: "c", Kind: Lost, Err: gone}, Event{Step: "c", Kind: Waiting}), Starting},
		{"all holds, streaming off", []Event{{Kind: Wants, Want: up}, {Step: "a", Kind: Planned, Turn: true}, {Step: "a", Kind: Done}}, Ready},
		{"soft rows do not count", []Event{{Kind: Wants, Want: up}, {Step: "a", Kind: Done}, {Step: "f", Kind: Planned, Soft: true}, {Step: "f", Kind: Waiting}}, Ready},
		{"skipped rows do not count", []Event{{Kind: Wants, Want: up}, {Step: "a", Kind: Done}, {Step: "f", Kind: Skipped}}, Ready},
		{"lost", []Event{{Kind: Wants, Want: up}, {Step: "a", Kind: Done}, {Step: "a", Kind: Lost, Err: gone}}, Degraded},
		{"being brought back", []Event{{Kind: Wants, Want: up}, {Step: "a", Kind: Done}, {Step: "a", Kind: Lost, Err: gone}, {Step: "a", Kind: Started}}, Degraded},
		{"came back", []Event{{Kind: Wants, Want: up}, {Step: "a", Kind: Lost, Err: gone}, {Step: "a", Kind: Done}}, Ready},
		{"failed", []Event{{Kind: Wants, Want: up}, {Step: "a", Kind: Failed, Err: gone}}, PhaseFailed},
		{"stopping", []Event{{Step: "a", Kind: Done}, {Step: "a", Kind: Undoing}}, Stopping},
		{"restarting", []Event{{Kind: Wants, Want: up}, {Step: "a", Kind: Done}, {Step: "a", Kind: Undoing}}, Starting},
		{"could not be stopped", []Event{{Step: "a", Kind: Undoing}, {Step: "a", Kind: Failed, Err: gone}}, PhaseFailed},
	} {
		var s State
		for _, e := range c.events {
			s = s.Apply(e)
		}
		s.Plan = s.Want
		if got := s.Phase(); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestAReplayMakesUpTheStateForWhoBeginsLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		a, _ := run(t, w)
		w.set("broker", true)
		a.Start(true)
		seen := map[Phase]bool{}
		for range a.Hub.Watch(t.Context()) {
			synctest.Wait() // nothing happens between the two looks below
			var again State
			ctx, cancel := context.WithCancel(t.Context())
			late := &Hub{}
			events := a.Hub.Events(ctx)
			cancel()
			for e := range events {
				late.Emit(e)
			}
			now := a.Hub.State()
			again = late.State()
			if got, want := fmt.Sprintf("%+v", again), fmt.Sprintf("%+v", now); got != want {
				t.Errorf("in phase %v\n got %s\nwant %s", now.Phase(), got, want)
			}
			if p := now.Phase(); !seen[p] {
				seen[p] = true
				if p == Connected {
					w.set("infra", false)
				}
				if p == Degraded {
					return
				}
			}
		}
	})
}

func TestAReaderOfEventsFarBehindIsToldWhatItMissed(t *testing.T) {
	h := &Hub{}
	ctx, cancel := context.WithCancel(t.Context())
	events := h.Events(ctx)
	const n = 3 * maxBehind
	for i := range n {
		h.Emit(Event{Step: "app", Kind: Output, Note: Note{ID: fmt.Sprint(i)}})
	}
	cancel()
	got, missed, last := 0, 0, ""
	for e, m := range events {
		got, missed, last = got+1, missed+m, e.Note.ID
	}
	if want := n + 1; got+missed != want || last != fmt.Sprint(n-1) { // Current was the first of all
		t.Errorf("got %d and missed %d of %d, the last %q", got, missed, want, last)
	}
	if got > maxBehind || missed == 0 {
		t.Errorf("got %d events, missed %d: the queue is not bounded", got, missed)
	}
}

// A step that was turned to and then left, as an earlier one broke, was told as being looked at for ever.
func TestNobodyWorksOnWhatComesAfterTheStepAtHand(t *testing.T) {
	s := State{}
	for _, id := range []string{"topics", "flag", "app"} {
		s = s.Apply(Event{Step: id, Kind: Planned})
	}
	s = s.Apply(Event{Step: "topics", Kind: Done}).Apply(Event{Step: "flag", Kind: Started}).Apply(Event{Step: "flag", Kind: Done}).
		Apply(Event{Step: "app", Kind: Started}).Apply(Event{Step: "topics", Kind: Lost, Err: errNotYet}).
		Apply(Event{Step: "topics", Kind: Started})
	if r, _ := s.Row("app"); r.Kind != Planned || !r.Begun.IsZero() {
		t.Errorf("the app's row: %+v", r)
	}
	if r, _ := s.Row("flag"); !r.Holding() {
		t.Errorf("the flag's row, which holds: %+v", r)
	}
}

// A step whose prerequisite was being made again was told to who came late as being looked at, for as long as that lasted.
func TestWhatStandsOnAStepThatIsDoneAgainIsTurnedToByNobody(t *testing.T) {
	s := State{}
	at := time.Now()
	for _, e := range []Event{
		{Kind: Wants, Want: Want{Up: true}},
		{Step: "topics", Kind: Planned},
		{Step: "flag", Kind: Planned},
		{Step: "topics", Kind: Started},
		{Step: "topics", Kind: Done},
		{Step: "flag", Kind: Started},
		{Step: "flag", Kind: Done},
		{Step: "topics", Kind: Started},
		{Step: "topics", Kind: Doing, Err: errNotYet},
		{Step: "topics", Kind: Failed, Err: errNotYet},
	} {
		e.At = at
		s = s.Apply(e)
	}
	late := State{}
	for _, e := range s.events() {
		late = late.Apply(e)
	}
	for _, s := range []State{s, late} {
		if r, _ := s.Row("flag"); r.Kind != Planned || !r.Begun.IsZero() || !r.Ended.IsZero() {
			t.Errorf("the flag's row: %+v", r)
		}
	}
}
