package app

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

// run starts an agent over the little world and returns it with its journal; it ends with the test.
func run(t *testing.T, w *world) (*Agent, *journal) {
	t.Helper()
	a, j := &Agent{Hub: &Hub{}, Story: w.story}, &journal{}
	a.Hub.Journal(j.add)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- a.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Run: %v", err)
		}
	})
	return a, j
}

func TestStartKeepsTheStoryAndStopLeavesInfrastructureRunning(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		a, _ := run(t, w)
		w.set("broker", true)
		a.Start(true)
		await(t, a.Hub, "streaming", inPhase(Streaming))
		a.Stop()
		await(t, a.Hub, "stopped", inPhase(Stopped))
		synctest.Wait()
		if got, want := w.takeCalls(), "do infra, do flag, do app, undo app, undo flag"; got != want {
			t.Errorf("calls: %s, want %s", got, want)
		}
	})
}

func TestToggleRestartsTheAppAndLeavesInfrastructureAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		a, j := run(t, w)
		w.set("broker", true)
		a.Start(true)
		await(t, a.Hub, "streaming", inPhase(Streaming))
		synctest.Wait() // the first look of the watch
		w.takeCalls()
		j.take()
		a.Toggle(false)
		await(t, a.Hub, "ready without streaming", inPhase(Ready))
		if got, want := w.takeCalls(), "undo app, undo flag, do flag, do app"; got != want || w.on {
			t.Errorf("off: calls %s, flag %v, want %s, false", got, w.on, want)
		}
		wantText(t, j.take(), `
wants up=true streaming=false
flow planned
app undoing
app undone
flag undoing
flag undone
planned up=true streaming=false
infra skipped
broker skipped
flow skipped
flag started
flag doing (flag: not yet)
flag done
app started
app doing (app: not yet)
app done`)
		a.Toggle(true)
		await(t, a.Hub, "streaming again", inPhase(Streaming))
		if got, want := w.takeCalls(), "undo app, undo flag, do flag, do app"; got != want || !w.on {
			t.Errorf("on: calls %s, flag %v, want %s, true", got, w.on, want)
		}
	})
}

// Whatever the moment of the cancel: what was begun is undone, what was not is not touched, and infrastructure stays.
func TestStopAtAnyMomentUndoesOnlyWhatWasBegun(t *testing.T) {
	for at := time.Duration(0); at < 12*time.Second; at += 500 * time.Millisecond {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld()
			a, _ := run(t, w)
			time.AfterFunc(7*time.Second, func() { w.set("broker", true) })
			a.Start(true)
			time.Sleep(at) // virtual
			synctest.Wait()
			w.mu.Lock()
			before := fmt.Sprint(w.calls)
			w.mu.Unlock()
			a.Stop()
			await(t, a.Hub, "stopped", inPhase(Stopped))
			synctest.Wait()
			want := before
			switch before {
			case "[do infra do flag do app]":
				want = "[do infra do flag do app undo app undo flag]"
			case "[do infra do flag]":
				want = "[do infra do flag undo flag]"
			}
			if got := fmt.Sprint(w.calls); got != want {
				t.Errorf("stopped at %v: calls %s, want %s", at, got, want)
			}
		})
	}
}

func TestStopEverythingTakesBackTheContainersToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.set("infra", true) // somebody else started them: asked in so many words, they are stopped all the same
		w.set("broker", true)
		a, _ := run(t, w)
		a.Start(true)
		await(t, a.Hub, "streaming", inPhase(Streaming))
		w.takeCalls()
		a.StopEverything()
		await(t, a.Hub, "stopped", inPhase(Stopped))
		synctest.Wait()
		if got, want := w.takeCalls(), "undo app, undo flag, undo infra"; got != want {
			t.Errorf("calls: %s, want %s", got, want)
		}
	})
}

func TestALostPromiseIsShownWithinFiveSecondsAndKeptAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		a, _ := run(t, w)
		w.set("broker", true)
		a.Start(true)
		await(t, a.Hub, "streaming", inPhase(Streaming))
		w.takeCalls()
		lost := time.Now()
		w.set("infra", false)
		s := await(t, a.Hub, "degraded", inPhase(Degraded))
		if took := time.Since(lost); took > 5*time.Second {
			t.Errorf("shown after %v", took)
		}
		if r, _ := s.Row("infra"); r.Err == nil {
			t.Errorf("the lost row says no reason: %+v", r)
		}
		await(t, a.Hub, "streaming again", inPhase(Streaming))
		if got, want := w.takeCalls(), "do infra"; got != want {
			t.Errorf("calls: %s, want %s: what still holds is left alone", got, want)
		}
	})
}

func TestANudgeLooksAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		nudge := make(chan struct{})
		a := &Agent{Hub: &Hub{}, Story: w.story, Every: time.Hour, Nudge: nudge}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- a.Run(ctx) }()
		w.set("broker", true)
		a.Start(true)
		await(t, a.Hub, "streaming", inPhase(Streaming))
		synctest.Wait()
		w.set("infra", false)
		lost := time.Now()
		nudge <- struct{}{}
		await(t, a.Hub, "degraded", inPhase(Degraded))
		if took := time.Since(lost); took > time.Second {
			t.Errorf("shown after %v, want at once", took)
		}
		cancel()
		<-done
	})
}

func TestOneBadLookIsNotALoss(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		a, j := run(t, w)
		w.set("broker", true)
		a.Start(true)
		await(t, a.Hub, "streaming", inPhase(Streaming))
		synctest.Wait()
		j.take()
		time.Sleep(DefaultWatch - 100*time.Millisecond) // virtual: just before a look
		w.set("broker", false)
		time.Sleep(200 * time.Millisecond) // just after it
		w.set("broker", true)
		time.Sleep(10 * time.Second)
		synctest.Wait()
		wantText(t, j.take(), "")
	})
}

func TestAnAppThatKeepsDyingIsGivenUpUntilSomebodyStartsItAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		a, _ := run(t, w)
		w.set("broker", true)
		ctx, cancel := context.WithCancel(t.Context())
		go func() { // the app lives for three seconds
			for ctx.Err() == nil {
				if w.is("app") && sleep(ctx, 3*time.Second) {
					w.set("app", false)
				}
				sleep(ctx, 100*time.Millisecond)
			}
		}()
		a.Start(true)
		s := await(t, a.Hub, "failed", inPhase(PhaseFailed))
		if r, _ := s.Row("app"); r.Kind != Failed || r.Diagnosis.Code != "why" {
			t.Errorf("the app's row: %+v", r)
		}
		w.takeCalls()
		time.Sleep(10 * time.Minute) // virtual
		if got := w.takeCalls(); got != "" {
			t.Errorf("calls after giving up: %s", got)
		}
		cancel()
		synctest.Wait()
		a.Start(true)
		await(t, a.Hub, "streaming", inPhase(Streaming))
	})
}

func TestAFailedStoryGoesOnWhenTheWorldIsMended(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		a, _ := run(t, w)
		a.Start(true)
		await(t, a.Hub, "failed", inPhase(PhaseFailed)) // the broker never answered
		time.Sleep(time.Hour)
		w.set("broker", true)
		await(t, a.Hub, "streaming", inPhase(Streaming))
	})
}

func TestRestartTouchesTheAppOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		a, _ := run(t, w)
		w.set("broker", true)
		a.Start(true)
		await(t, a.Hub, "streaming", inPhase(Streaming))
		w.takeCalls()
		a.Restart()
		await(t, a.Hub, "not streaming", func(s State) bool { return s.Phase() != Streaming })
		await(t, a.Hub, "streaming", inPhase(Streaming))
		if got, want := w.takeCalls(), "undo app, undo flag, do flag, do app"; got != want {
			t.Errorf("calls: %s, want %s", got, want)
		}
	})
}

func TestQuitWhileKeepingStopsTheApp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		a := &Agent{Hub: &Hub{}, Story: w.story}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- a.Run(ctx) }()
		w.set("broker", true)
		a.Start(true)
		await(t, a.Hub, "streaming", inPhase(Streaming))
		w.takeCalls()
		cancel()
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		if got, want := w.takeCalls(), "undo app, undo flag"; got != want {
			t.Errorf("calls: %s, want %s", got, want)
		}
		if got := a.Hub.State().Phase(); got != Stopped {
			t.Errorf("phase %v, want stopped", got)
		}
	})
}

func TestWhatLivesInThisProcessIsTakenBackWhenItEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		a := &Agent{Hub: &Hub{}, Story: func(on bool) []Step {
			steps := w.story(on)
			steps[0].InProcess = true
			return steps
		}}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- a.Run(ctx) }()
		w.set("broker", true)
		a.Start(true)
		await(t, a.Hub, "streaming", inPhase(Streaming))
		w.takeCalls()
		a.Stop()
		synctest.Wait()
		if got, want := w.takeCalls(), "undo app, undo flag"; got != want {
			t.Errorf("stop: %s, want %s", got, want)
		}
		cancel()
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		if got, want := w.takeCalls(), "undo infra"; got != want {
			t.Errorf("end: %s, want %s", got, want)
		}
	})
}

// Before an app that was started again has connected, the story does not stream, whatever its last life said.
func TestWhatStandsOnAStepThatIsDoneAgainIsNotKnown(t *testing.T) {
	s := State{}.Apply(Event{Kind: Wants, Want: Want{Up: true, Streaming: true}}).
		Apply(Event{Kind: Planned, Want: Want{Up: true, Streaming: true}})
	for _, step := range []string{"app", "producer"} {
		s = s.Apply(Event{Step: step, Kind: Planned, Turn: true}).Apply(Event{Step: step, Kind: Done})
	}
	if got := s.Phase(); got != Streaming {
		t.Fatalf("phase %v, want streaming", got)
	}
	for _, k := range []Kind{Lost, Started, Doing, Done} {
		s = s.Apply(Event{Step: "app", Kind: k})
		if got := s.Phase(); got == Streaming {
			t.Errorf("after the app was %v: %v", k, got)
		}
	}
	if got := s.Apply(Event{Step: "producer", Kind: Holds}).Phase(); got != Streaming {
		t.Errorf("once the producer holds: %v, want streaming", got)
	}
}
