package app

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// looker is a step that does not hold, and what looking into it took and finds.
type looker struct {
	takes time.Duration
	asked []error
	codes []string // one a look; the last one again and again
}

func (l *looker) explain(ctx context.Context, err error) Diagnosis {
	l.asked = append(l.asked, err)
	code := l.codes[min(len(l.asked), len(l.codes))-1]
	if !sleep(ctx, l.takes) {
		return Diagnosis{}
	}
	return Diagnosis{Code: code}
}

// final is an error that waiting does not mend.
type final struct{ error }

func (final) Final() bool { return true }

// codes takes down the events that carry a diagnosis, as kind and code.
type codes []string

func (c *codes) add(e Event) {
	if e.Diagnosis.Known() {
		*c = append(*c, e.Kind.String()+" "+e.Diagnosis.Code)
	}
}

func (c *codes) want(t *testing.T, want ...string) {
	t.Helper()
	if !slices.Equal(*c, want) {
		t.Errorf("diagnoses: %q, want %q", *c, want)
	}
}

func TestAStepThatFailsCarriesWhatStandsBehindIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j, l := &codes{}, &looker{codes: []string{"before", "after"}}
		broken := final{errors.New("exited")}
		s := Step{
			ID:      "infra",
			Check:   func(context.Context) error { return errors.New("stopped") },
			Do:      func(context.Context, Tell) error { return broken },
			Explain: l.explain,
		}
		if err := Up(t.Context(), []Step{s}, j.add); err == nil {
			t.Fatal("no error")
		}
		j.want(t, "doing before", "failed after")
		if len(l.asked) != 2 || l.asked[0].Error() != "stopped" || !errors.Is(l.asked[1], broken) {
			t.Errorf("looked into %v", l.asked)
		}
	})
}

func TestAStepThatHoldsIsNotLookedInto(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begin, l := time.Now(), &looker{codes: []string{"x"}}
		s := Step{ID: "broker", Every: time.Second, Explain: l.explain, Check: func(context.Context) error {
			if time.Since(begin) < stallAfter {
				return errors.New("not yet")
			}
			return nil
		}}
		if err := Up(t.Context(), []Step{s}, (&codes{}).add); err != nil {
			t.Fatal(err)
		}
		if len(l.asked) != 0 {
			t.Errorf("looked into %v", l.asked)
		}
	})
}

// What takes long is looked into while the waiting goes on, and told when something new is found.
func TestAStepThatStallsIsLookedIntoWithoutAPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begin, j, l := time.Now(), &codes{}, &looker{takes: 3 * time.Second, codes: []string{"first", "first", "second"}}
		looks := 0
		s := Step{ID: "broker", Every: time.Second, Explain: l.explain, Check: func(context.Context) error {
			if looks++; time.Since(begin) < 60*time.Second {
				return errors.New("not yet")
			}
			return nil
		}}
		if err := Up(t.Context(), []Step{s}, j.add); err != nil {
			t.Fatal(err)
		}
		j.want(t, "waiting first", "waiting second")
		if looks != 61 {
			t.Errorf("%d looks in a minute, want one a second, and the first", looks)
		}
		if len(l.asked) != 3 {
			t.Errorf("looked into it %d times, want after 10, 20 and 40 s", len(l.asked))
		}
	})
}

func TestALookThatHangsHoldsNobodyUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		s := Step{
			ID: "infra", Check: func(context.Context) error { return final{errors.New("exited")} },
			Explain: func(ctx context.Context, _ error) Diagnosis { <-ctx.Done(); return Diagnosis{} },
		}
		if err := Up(t.Context(), []Step{s}, (&codes{}).add); err == nil {
			t.Fatal("no error")
		}
		if took := time.Since(begin); took != explainWithin {
			t.Errorf("took %v, want %v", took, explainWithin)
		}
	})
}

func TestARowKeepsItsDiagnosisUntilItHolds(t *testing.T) {
	d, err := Diagnosis{Code: "x"}, errors.New("why")
	s := State{}.Apply(Event{Step: "broker", Kind: Planned}).Apply(Event{Step: "broker", Kind: Started}).
		Apply(Event{Step: "broker", Kind: Waiting, Err: err, Diagnosis: d})
	for _, c := range []struct {
		e    Event
		want string
	}{
		{Event{Kind: Waiting, Err: errors.New("another")}, "x"},
		{Event{Kind: Doing, Err: err}, ""},
		{Event{Kind: Failed, Err: err}, ""},
		{Event{Kind: Failed, Err: err, Diagnosis: Diagnosis{Code: "y"}}, "y"},
		{Event{Kind: Lost, Err: err}, ""},
		{Event{Kind: Holds}, ""},
		{Event{Kind: Done}, ""},
		{Event{Kind: Started}, ""},
		{Event{Kind: Undone}, ""},
	} {
		c.e.Step = "broker"
		if r, _ := s.Apply(c.e).Row("broker"); r.Diagnosis.Code != c.want {
			t.Errorf("after %v: %q, want %q", c.e.Kind, r.Diagnosis.Code, c.want)
		}
	}
}

func TestAReaderThatComesLateIsToldTheDiagnosis(t *testing.T) {
	h := &Hub{}
	h.Emit(Event{Kind: Wants, Want: Want{Up: true}})
	h.Emit(Event{Step: "infra", Kind: Planned})
	h.Emit(Event{Step: "infra", Kind: Started})
	h.Emit(Event{Step: "infra", Kind: Failed, Err: errors.New("why"), Diagnosis: Diagnosis{Code: "x"}})
	ctx, cancel := context.WithCancel(t.Context())
	events := h.Events(ctx)
	cancel()
	var s State
	for e := range events {
		s = s.Apply(e)
	}
	if r, _ := s.Row("infra"); r.Diagnosis.Code != "x" {
		t.Errorf("row %+v", r)
	}
}
