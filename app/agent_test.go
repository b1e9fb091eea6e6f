package app

import (
	"context"
	"errors"
	"fmt"
	"strings"
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

// connected is run, with all well and the story kept.
func connected(t *testing.T) (*world, *Agent, *journal) {
	t.Helper()
	w := newWorld()
	a, j := run(t, w)
	w.set("broker", true)
	a.Start(true)
	await(t, a.Hub, "connected", inPhase(Connected))
	return w, a, j
}

func TestStartKeepsTheStoryAndStopLeavesInfrastructureRunning(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, a, _ := connected(t)
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
		w, a, j := connected(t)
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
connection planned
flow planned
app undoing
app undone
flag undoing
flag undone
planned up=true streaming=false
infra skipped
broker skipped
connection skipped
flow skipped
flag started
flag doing (flag: not yet)
flag done
app started
app doing (app: not yet)
app done`)
		a.Toggle(true)
		await(t, a.Hub, "connected again", inPhase(Connected))
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
		await(t, a.Hub, "connected", inPhase(Connected))
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
		w, a, _ := connected(t)
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
		await(t, a.Hub, "connected again", inPhase(Connected))
		if got, want := w.takeCalls(), "do infra"; got != want {
			t.Errorf("calls: %s, want %s: what still holds is left alone", got, want)
		}
		time.Sleep(2 * steadyAfter)
		w.set("infra", false)
		s = await(t, a.Hub, "degraded again", inPhase(Degraded))
		if r, _ := s.Row("infra"); r.Note.ID == ComesAndGoes {
			t.Error("lost a second time after long, and told as what comes and goes")
		}
	})
}

// A broker that hung was waited for twice, one look after the other, and told after up to 8 s.
func TestWhatAnswersNothingIsShownWithinFiveSeconds(t *testing.T) {
	for late := time.Duration(0); late < DefaultWatch; late += 300 * time.Millisecond {
		synctest.Test(t, func(t *testing.T) {
			w, a, _ := connected(t)
			time.Sleep(late)
			w.mu.Lock()
			w.mute = 2900 * time.Millisecond
			w.mu.Unlock()
			lost := time.Now()
			w.set("broker", false)
			await(t, a.Hub, "degraded", inPhase(Degraded))
			if took := time.Since(lost); took > 5*time.Second {
				t.Errorf("shown after %v", took)
			}
		})
	}
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
		await(t, a.Hub, "connected", inPhase(Connected))
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
		w, _, j := connected(t)
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

// After five losses nothing was looked at any more: rows stayed as they were, whatever became of the world.
func TestAnAppThatKeepsDyingIsTriedLessAndLessOftenAndGoesOnOnceItLives(t *testing.T) {
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
		time.Sleep(time.Hour) // virtual
		if got := strings.Count(w.takeCalls(), "do app"); got < 5 || got > 20 {
			t.Errorf("tried %d times in an hour", got)
		}
		w.set("infra", false)
		time.Sleep(5 * time.Second)
		if r, _ := a.Hub.State().Row("infra"); r.Holding() {
			t.Errorf("the containers are gone, and their row says: %v", r.Kind)
		}
		cancel()
		await(t, a.Hub, "connected", inPhase(Connected))
	})
}

// What five losses were followed by was the user's turn, even when all was well again.
func TestAStoryThatWasLostTimeAndAgainHoldsAsSoonAsTheWorldDoes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, a, _ := connected(t)
		for n := range maxAttempts {
			w.set("broker", false)
			s := await(t, a.Hub, "lost", func(s State) bool { row, _ := s.Row("broker"); return row.Lost })
			if row, _ := s.Row("broker"); (row.Note.ID == ComesAndGoes) != (n > 0) {
				t.Errorf("loss %d is told with %v", n, row.Note)
			}
			w.set("broker", true)
			back := time.Now()
			await(t, a.Hub, "connected again", inPhase(Connected))
			if took := time.Since(back); took > 20*time.Second {
				t.Errorf("back after %v", took)
			}
		}
		w.set("broker", false)
		await(t, a.Hub, "failed", inPhase(PhaseFailed))
		time.Sleep(time.Hour)
		w.set("broker", true)
		back := time.Now()
		await(t, a.Hub, "connected again", inPhase(Connected))
		if took, want := time.Since(back), DefaultWatch+steadyFor; took > want {
			t.Errorf("back after %v, want at the next look and steady, within %v", took, want)
		}
	})
}

// What stood in the way went by itself, and the headline named it for ever.
func TestWhatFailedIsTriedAgainOnceNothingStandsInItsWay(t *testing.T) {
	for _, looks := range []bool{true, false} { // the step can look at what stands in its way, or only try
		synctest.Test(t, func(t *testing.T) {
			w := newWorld()
			w.set("broker", true)
			w.set("taken by a", true)
			a := &Agent{Hub: &Hub{}, Story: func(on bool) []Step {
				steps := w.story(on)
				taken := func(context.Context) error {
					for _, who := range []string{"a", "b"} {
						if w.is("taken by " + who) {
							return fmt.Errorf("taken by %s: %w", who, errFinal)
						}
					}
					return nil
				}
				do := steps[0].Do
				if looks {
					steps[0].Blocked = taken
				}
				steps[0].Do = func(ctx context.Context, tell Tell) error {
					if err := taken(ctx); err != nil {
						return err
					}
					return do(ctx, tell)
				}
				return steps
			}}
			j := &journal{}
			a.Hub.Journal(j.add)
			ctx, cancel := context.WithCancel(t.Context())
			done := make(chan error)
			go func() { done <- a.Run(ctx) }()
			a.Start(true)
			await(t, a.Hub, "failed", inPhase(PhaseFailed))
			if got := w.takeCalls(); looks && got != "" {
				t.Errorf("done before the way was free: %s", got)
			}
			limit := longRetry + time.Second
			if looks {
				limit = 5 * time.Second
			}
			time.Sleep(10 * time.Minute)
			j.take()
			time.Sleep(10 * time.Minute)
			wantText(t, j.take(), "") // it was tried again and again, and that is nothing new
			w.set("taken by b", true) // first, or a look at this very moment finds the way free
			w.set("taken by a", false)
			time.Sleep(limit)
			if r, _ := a.Hub.State().Row("infra"); r.Err == nil || !strings.HasPrefix(r.Err.Error(), "taken by b") {
				t.Errorf("the row names who went: %v", r.Err)
			}
			w.set("taken by b", false)
			if !looks {
				limit = 2 * longRetry // it has failed otherwise than before since, and that doubles the pause
			}
			began := time.Now()
			await(t, a.Hub, "connected", inPhase(Connected))
			if took := time.Since(began); took > limit+10*time.Second { // its Do takes some time
				t.Errorf("after %v", took)
			}
			cancel()
			<-done
		})
	}
}

// finalError is one that no patience mends.
type finalError struct{ error }

func (finalError) Final() bool { return true }

var errFinal = finalError{errors.New("for good")}

func TestAFailedStoryGoesOnWhenTheWorldIsMended(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		a, _ := run(t, w)
		a.Start(true)
		await(t, a.Hub, "failed", inPhase(PhaseFailed)) // the broker never answered
		time.Sleep(time.Hour)
		w.set("broker", true)
		await(t, a.Hub, "connected", inPhase(Connected))
	})
}

// Once topics could not be put right, the app that went on was shown as one that nobody had started.
func TestWhatStillRunsIsToldWhenWhatItStandsOnFailed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.set("broker", true)
		a := &Agent{Hub: &Hub{}, Story: func(on bool) []Step {
			steps := w.story(on)
			mend := steps[0].Do
			steps[0].Do = func(ctx context.Context, tell Tell) error {
				if w.is("jammed") {
					return errFinal
				}
				return mend(ctx, tell)
			}
			return steps
		}}
		go func() { _ = a.Run(t.Context()) }()
		a.Start(true)
		await(t, a.Hub, "connected", inPhase(Connected))
		w.set("jammed", true)
		w.set("infra", false)
		await(t, a.Hub, "failed, and the app runs and is connected", func(s State) bool {
			app, _ := s.Row("app")
			connection, _ := s.Row("connection")
			return s.Phase() == PhaseFailed && app.Holding() && connection.Holding()
		})
		w.set("app", false)
		await(t, a.Hub, "the app is gone too", func(s State) bool {
			app, _ := s.Row("app")
			return s.Phase() == PhaseFailed && !app.Holding()
		})
	})
}

func TestRestartTouchesTheAppOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, a, _ := connected(t)
		w.takeCalls()
		a.Restart()
		await(t, a.Hub, "not connected", func(s State) bool { return s.Phase() != Connected })
		await(t, a.Hub, "connected", inPhase(Connected))
		if got, want := w.takeCalls(), "undo app, undo flag, do flag, do app"; got != want {
			t.Errorf("calls: %s, want %s", got, want)
		}
	})
}

func TestRestartOfOneStepTouchesNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, a, _ := connected(t)
		w.takeCalls()
		a.RestartStep("app")
		await(t, a.Hub, "not connected", func(s State) bool { return s.Phase() != Connected })
		await(t, a.Hub, "connected", inPhase(Connected))
		if got, want := w.takeCalls(), "undo app, do app"; got != want {
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
		await(t, a.Hub, "connected", inPhase(Connected))
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
		await(t, a.Hub, "connected", inPhase(Connected))
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
	for _, e := range []Event{{Step: "app", Turn: true}, {Step: "connection", Soft: true, Proves: Connected}, {Step: "flow", Soft: true, Proves: Streaming}} {
		e.Kind = Planned
		s = s.Apply(e).Apply(Event{Step: e.Step, Kind: Done})
	}
	if got := s.Phase(); got != Streaming {
		t.Fatalf("phase %v, want streaming", got)
	}
	for _, k := range []Kind{Lost, Started, Doing, Done} {
		s = s.Apply(Event{Step: "app", Kind: k})
		if got := s.Phase(); got.Kept() {
			t.Errorf("after the app was %v: %v", k, got)
		}
	}
	s = s.Apply(Event{Step: "flow", Kind: Holds})
	if got := s.Phase(); got != Starting {
		t.Errorf("records, which may be anybody's: %v, want starting", got)
	}
	if got := s.Apply(Event{Step: "connection", Kind: Holds}).Phase(); got != Streaming {
		t.Errorf("once it is connected: %v, want streaming", got)
	}
}

// A headline that stayed green while an app asked elsewhere, or had not connected at all, is why there are proofs.
func TestOnlyWhatIsSeenMakesAPhaseAndWhatIsSeenOtherwiseUnmakesIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.set("broker", true)
		w.set("idle", true)
		a, _ := run(t, w)
		a.Start(true)
		time.Sleep(time.Minute) // virtual
		if s := a.Hub.State(); s.Phase() != Starting || !s.Held() {
			t.Errorf("an app that nothing is seen of: %v", s.Phase())
		}
		for _, c := range []struct {
			what  string
			holds bool
			want  Phase
		}{
			{"idle", false, Connected},
			{"flow", true, Streaming},
			{"elsewhere", true, Degraded},
			{"elsewhere", false, Streaming},
			{"flow", false, Connected},
			{"idle", true, Starting},
		} {
			w.takeCalls()
			began := time.Now()
			w.set(c.what, c.holds)
			await(t, a.Hub, c.want.String(), inPhase(c.want))
			if took := time.Since(began); took > 5*time.Second {
				t.Errorf("%s=%v: %v after %v", c.what, c.holds, c.want, took)
			}
			if got := w.takeCalls(); got != "" {
				t.Errorf("%s=%v: what is only seen had something done: %s", c.what, c.holds, got)
			}
		}
	})
}

// A container that is paused blocks its step, and that it is not any more was told at once, however often it came and went.
func TestWhatIsBlockedNowAndThenIsToldAsBackOnceItStays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		nudge := make(chan struct{}, 1)
		a, j := &Agent{Hub: &Hub{}, Nudge: nudge}, &journal{}
		a.Story = func(on bool) []Step {
			all := w.story(on)
			for i, s := range all {
				if s.ID == "infra" {
					all[i].Blocked = func(context.Context) error {
						if w.is("paused") {
							return errFinal
						}
						return nil
					}
				}
			}
			return all
		}
		a.Hub.Journal(j.add)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		done := make(chan error)
		go func() { done <- a.Run(ctx) }()
		w.set("broker", true)
		a.Start(true)
		await(t, a.Hub, "connected", inPhase(Connected))
		j.take()
		for range 10 {
			w.set("paused", true)
			w.set("infra", false)
			time.Sleep(2303 * time.Millisecond)
			w.set("paused", false)
			w.set("infra", true)
			select { // the engine tells
			case nudge <- struct{}{}:
			default:
			}
			time.Sleep(2600 * time.Millisecond)
		}
		if n := strings.Count(j.take(), "infra lost"); n > 2 {
			t.Errorf("told %d times as lost", n)
		}
		back := time.Now()
		await(t, a.Hub, "connected again", inPhase(Connected))
		if took := time.Since(back); took > 8*time.Second {
			t.Errorf("back after %v", took)
		}
		cancel()
		<-done
	})
}

// A broker paused for 200 ms again and again was told as lost and found as often as a look fell into a pause.
func TestWhatComesAndGoesIsToldOnceAndBackOnceItStays(t *testing.T) {
	for _, c := range []struct {
		down, up time.Duration
		most     int // times that it may be told as lost or failed in a minute
	}{
		{200 * time.Millisecond, 200 * time.Millisecond, 1},
		{200 * time.Millisecond, 800 * time.Millisecond, 1},
		{200 * time.Millisecond, 5 * time.Second, 1},
		{700 * time.Millisecond, 1300 * time.Millisecond, 1},
		{1500 * time.Millisecond, 1500 * time.Millisecond, 3}, // as lost, as coming and going, as failed
		{2 * time.Second, 3 * time.Second, 3},
		{3 * time.Second, 3 * time.Second, 3},
	} {
		synctest.Test(t, func(t *testing.T) {
			w, a, j := connected(t)
			synctest.Wait()
			j.take()
			for began := time.Now(); time.Since(began) < time.Minute; {
				w.set("broker", false)
				time.Sleep(c.down + 3*time.Millisecond) // virtual, and never at the moment of a look
				w.set("broker", true)
				time.Sleep(c.up)
			}
			got := j.take()
			if n := strings.Count(got, "broker lost") + strings.Count(got, "broker failed"); n > c.most {
				t.Errorf("gone for %v of %v: told %d times in a minute", c.down, c.down+c.up, n)
			}
			if row, _ := a.Hub.State().Row("broker"); c.down > time.Second && row.Note.ID != ComesAndGoes {
				t.Errorf("gone for %v of %v: not told as what comes and goes: %+v", c.down, c.down+c.up, row)
			}
			back := time.Now()
			await(t, a.Hub, "connected again", inPhase(Connected))
			if took := time.Since(back); took > 5*time.Second {
				t.Errorf("gone for %v of %v: back %v after it was", c.down, c.down+c.up, took)
			}
		})
	}
}
