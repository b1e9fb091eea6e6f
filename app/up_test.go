package app

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"streamtray/internal/usererr"
)

func TestUpKeepsTheStepsInOrderAndWaitsForEach(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, j := newWorld(), &journal{}
		time.AfterFunc(39500*time.Millisecond, func() { w.set("broker", true) }) // between two looks
		begin := time.Now()
		if err := Up(t.Context(), w.story(true), j.add); err != nil {
			t.Fatal(err)
		}
		wantText(t, j.take(), `
infra started
infra doing (infra: not yet)
infra done
broker started
broker waiting (broker: not yet)
broker done
flag started
flag doing (flag: not yet)
flag done
app started
app doing (app: not yet)
app done`)
		if took := time.Since(begin); took != 42*time.Second {
			t.Errorf("took %v, want 40 s for the broker and 2 s for the app", took)
		}
	})
}

func TestUpLeavesAloneWhatHolds(t *testing.T) {
	w, j := newWorld(), &journal{}
	for _, s := range w.story(true) {
		w.set(s.ID, true)
	}
	if err := Up(t.Context(), w.story(true), j.add); err != nil {
		t.Fatal(err)
	}
	if got := w.takeCalls(); got != "" {
		t.Errorf("calls: %s, want none", got)
	}
	wantText(t, j.take(), `
infra started
infra holds
broker started
broker holds
flag started
flag holds
app started
app holds`)
}

func TestAStepWithoutProgressFailsAfterItsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, begin := newWorld(), time.Now()
		s := w.step("broker", 0)
		s.Do = nil
		err := Up(t.Context(), []Step{s}, func(Event) {})
		var broken *StepError
		if !errors.As(err, &broken) || broken.Step != "broker" || !errors.Is(err, ErrTooLong) || !errors.Is(err, errNotYet) {
			t.Errorf("got %v, want the step, the time and the last reason", err)
		}
		if took := time.Since(begin); took != s.Within {
			t.Errorf("took %v, want %v", took, s.Within)
		}
	})
}

func TestProgressExtendsTheTimeAndRepeatedReasonsDoNot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		s := Step{ID: "infra", Within: 10 * time.Second, Every: time.Second}
		s.Check = func(context.Context) error { return errNotYet }
		s.Do = func(ctx context.Context, tell Tell) error { // a pull of 95 s
			for range 19 {
				if !sleep(ctx, 5*time.Second) {
					return ctx.Err()
				}
				tell(Note{ID: "pulling"})
			}
			return nil
		}
		err := Up(t.Context(), []Step{s}, func(Event) {})
		if !errors.Is(err, ErrTooLong) {
			t.Fatalf("got %v, want too long", err)
		}
		if took, want := time.Since(begin), 95*time.Second+s.Within; took != want {
			t.Errorf("took %v, want %v: the pull, then the time without progress", took, want)
		}
	})
}

func TestAReasonThatChangesAtEveryLookCannotWaitForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := 0
		s := Step{ID: "broker", Within: time.Minute, Every: time.Second, Check: func(context.Context) error {
			n++
			return fmt.Errorf("refused from port %d", n)
		}}
		if err := Up(t.Context(), []Step{s}, func(Event) {}); !errors.Is(err, ErrTooLong) {
			t.Errorf("got %v, want too long", err)
		}
	})
}

func TestAFinalErrorEndsTheWaitAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		final := usererr.New("detector.init_failed", nil, nil).Terminal()
		s := Step{ID: "producer", Check: func(context.Context) error { return fmt.Errorf("wrapped: %w", final) }}
		err := Up(t.Context(), []Step{s}, func(Event) {})
		if !errors.Is(err, final) || time.Since(begin) != 0 {
			t.Errorf("got %v after %v, want the final error at once", err, time.Since(begin))
		}
	})
}

func TestADoThatFailsIsTriedAgainUntilItWorks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tries, j := 0, &journal{}
		s := Step{ID: "topics", Every: time.Second}
		s.Check = func(context.Context) error {
			if tries < 3 {
				return errNotYet
			}
			return nil
		}
		s.Do = func(context.Context, Tell) error {
			if tries++; tries < 3 {
				return errors.New("no controller")
			}
			return nil
		}
		if err := Up(t.Context(), []Step{s}, j.add); err != nil {
			t.Fatal(err)
		}
		wantText(t, j.take(), `
topics started
topics doing (not yet)
topics waiting (no controller)
topics doing (no controller)
topics doing (no controller)
topics done`)
	})
}

func TestALookThatHangsIsABrokenPromise(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hangs := Step{ID: "engine", Check: func(ctx context.Context) error {
			<-ctx.Done()
			return ctx.Err()
		}}
		begin := time.Now()
		got := Look(t.Context(), []Step{hangs, {ID: "fine", Check: func(context.Context) error { return nil }}})
		if !errors.Is(got[0].Err, ErrTooLong) || got[1].Err != nil {
			t.Errorf("got %+v", got)
		}
		if took := time.Since(begin); took != lookWithin {
			t.Errorf("took %v, want %v", took, lookWithin)
		}
	})
}

func TestDownGoesOnAfterErrorsInReverseOrder(t *testing.T) {
	w, j := newWorld(), &journal{}
	steps := []Step{w.step("infra", 0), w.step("flag", 0), w.step("app", 0)}
	stuck := errors.New("stuck")
	steps[2].Undo = func(context.Context) error { return stuck }
	err := Down(t.Context(), steps, j.add)
	var broken *StepError
	if !errors.Is(err, stuck) || !errors.As(err, &broken) || broken.Step != "app" {
		t.Errorf("got %v, want app: stuck", err)
	}
	wantText(t, j.take(), `
app undoing
app failed (stuck)
flag undoing
flag undone
infra undoing
infra undone`)
}

func TestUpEndsWhenItsCallerDoesAndTakesNothingBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		enough := errors.New("enough")
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(3*time.Second, func() { cancel(enough) })
		if err := Up(ctx, w.story(true), func(Event) {}); !errors.Is(err, enough) {
			t.Errorf("got %v, want the caller's cause", err)
		}
		if got := w.takeCalls(); got != "do infra" {
			t.Errorf("calls: %s", got)
		}
	})
}

// A broker that was killed cannot start again until ZooKeeper has forgotten it: its container dies while the broker is
// awaited.
func TestWhatAStepStandsOnIsKeptAgainWhenItBreaksMeanwhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, j := newWorld(), &journal{}
		begin := time.Now()
		steps := w.story(true)[:2]
		start := steps[0].Do
		steps[0].Do = func(ctx context.Context, tell Tell) error {
			err := start(ctx, tell)
			if time.Since(begin) < 18*time.Second {
				time.AfterFunc(time.Second, func() { w.set("infra", false) })
			} else {
				w.set("broker", true)
			}
			return err
		}
		if err := Up(t.Context(), steps, j.add); err != nil {
			t.Fatal(err)
		}
		wantText(t, j.take(), `
infra started
infra doing (infra: not yet)
infra done
broker started
broker waiting (broker: not yet)
infra lost (infra: not yet)
infra started
infra doing (infra: not yet)
infra done
broker started
broker waiting (broker: not yet)
infra lost (infra: not yet)
infra started
infra doing (infra: not yet)
infra done
broker started
broker holds`)
	})
}

func TestWhatBreaksAgainAndAgainFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		steps := w.story(true)[:2]
		start, starts := steps[0].Do, 0
		steps[0].Do = func(ctx context.Context, tell Tell) error {
			starts++
			time.AfterFunc(7*time.Second, func() { w.set("infra", false) })
			return start(ctx, tell)
		}
		err := Up(t.Context(), steps, func(Event) {})
		var broken *StepError
		if !errors.As(err, &broken) || broken.Step != "infra" || starts != maxLosses+1 {
			t.Errorf("got %v after %d starts, want infra after %d", err, starts, maxLosses+1)
		}
	})
}

// A broker whose container is paused answers nobody for seconds, and its pause was told only after them.
func TestALookDoesNotWaitForOthersOnceSomethingBroke(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hangs := func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
		paused := errors.New("paused")
		begin := time.Now()
		found := lookSoon(t.Context(), []Step{
			{ID: "infra", Check: func(ctx context.Context) error { sleep(ctx, time.Second); return paused }},
			{ID: "broker", Check: hangs},
			{ID: "app", Check: func(context.Context) error { return nil }},
			{ID: "flow", Soft: true, Check: func(context.Context) error { return errors.New("none") }},
		})
		if took := time.Since(begin); took > 2*time.Second {
			t.Errorf("took %v", took)
		}
		var got []string
		for _, f := range found {
			got = append(got, fmt.Sprint(f.Step, " ", f.Err))
		}
		if want := "infra paused, app <nil>, flow none"; strings.Join(got, ", ") != want {
			t.Errorf("got %v, want %s", got, want)
		}
	})
}

// The end of the time came in the middle of a look, and "context canceled" was all that the failure said.
func TestAFailureSaysWhatWasAwaitedAlsoWhereTheTimeEndsDuringALook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := Step{ID: "broker", Within: 5 * time.Second, Every: time.Second, Check: func(ctx context.Context) error {
			if !sleep(ctx, 2*time.Second) {
				return ctx.Err()
			}
			return errNotYet
		}}
		err := Up(t.Context(), []Step{s}, func(Event) {})
		if !errors.Is(err, errNotYet) || !errors.Is(err, ErrTooLong) || errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want that the time is up, and what was awaited", err)
		}
	})
}
