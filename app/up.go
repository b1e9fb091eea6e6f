package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Up keeps the steps in order and stops at the first promise that cannot be kept; that one comes back as a
// *StepError. Steps that hold already are left as they are. When ctx ends, Up returns its cause and takes nothing
// back: who began it knows, from the Doing events, what to undo. Soft steps are left to the watch: nothing waits for
// them.
//
// Waiting for a step is pointless when what it stands on is gone (a container that crashes while its broker starts).
// Such a step is lost, and kept again from there with growing pauses, a few times at most.
func Up(ctx context.Context, steps []Step, emit func(Event)) error {
	pause, losses := firstPause, 0
	for i := 0; i < len(steps); i++ {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if steps[i].Soft {
			continue // who watches the story sees it
		}
		err := ensure(ctx, steps[:i], steps[i], emit)
		var lost *lostPrerequisite
		if !errors.As(err, &lost) {
			if err != nil {
				return err
			}
			continue
		}
		if losses++; losses > maxLosses {
			return fail(ctx, steps[lost.index], lost.err, emit)
		}
		emit(Event{Step: steps[lost.index].ID, Kind: Lost, Err: lost.err})
		if !sleep(ctx, pause) {
			return context.Cause(ctx)
		}
		pause = min(2*pause, longPause)
		i = lost.index - 1
	}
	return nil
}

// maxLosses is how often prerequisites may be lost during one Up. With the pauses between, that is longer
// than ZooKeeper takes to forget a broker that was killed (18 s), which keeps the next one from starting.
const maxLosses = 5

// lostPrerequisite says that an earlier step was lost while a later one was awaited.
type lostPrerequisite struct {
	index int
	err   error
}

func (e *lostPrerequisite) Error() string { return e.err.Error() }

// ensure makes one step hold; prerequisites are the steps before it.
func ensure(ctx context.Context, prerequisites []Step, s Step, emit func(Event)) error {
	emit(Event{Step: s.ID, Kind: Started})
	err := look(ctx, s)
	if err == nil {
		emit(Event{Step: s.ID, Kind: Holds, Note: s.say()})
		return nil
	}
	w := newWaiter(ctx, prerequisites, s, emit)
	defer w.stop()
	if err := w.until(err); err != nil {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if errors.As(err, new(*lostPrerequisite)) {
			return err
		}
		return fail(ctx, s, err, emit)
	}
	emit(Event{Step: s.ID, Kind: Done, Note: s.say()})
	return nil
}

// fail tells that a promise cannot be kept, and what stands behind it.
func fail(ctx context.Context, s Step, err error, emit func(Event)) error {
	d := s.Behind(ctx, err)
	emit(Event{Step: s.ID, Kind: Failed, Err: err, Diagnosis: d})
	return &StepError{Step: s.ID, Err: err, Diagnosis: d}
}

// waiter waits for one step: it does what the step can do, looks until the promise holds, and gives up when nothing
// has moved for the step's time.
type waiter struct {
	ctx           context.Context // ends when the caller's does, or when nothing moved for too long
	prerequisites []Step          // the steps before this one
	looked        time.Time       // when they were last looked at
	step          Step
	emit          func(Event)
	timer         *time.Timer
	end           context.CancelCauseFunc
	seen          map[string]bool // reasons for waiting given so far
	last          error           // the last reason
	stall         stall
}

// maxReasons bounds the set of reasons that count as progress, so that an error whose text changes at every look (a
// port number, a time) cannot wait for ever.
const maxReasons = 64

func newWaiter(ctx context.Context, prerequisites []Step, s Step, emit func(Event)) *waiter {
	now := time.Now()
	w := &waiter{prerequisites: prerequisites, looked: now, step: s, emit: emit, seen: map[string]bool{}}
	w.stall = stall{step: s, begun: now, after: stallAfter}
	w.ctx, w.end = context.WithCancelCause(ctx)
	w.timer = time.AfterFunc(s.within(), func() { w.end(ErrTooLong) })
	return w
}

func (w *waiter) stop() {
	w.timer.Stop()
	w.end(nil)
	w.stall.stop()
}

// until makes the promise hold; err is why it does not yet.
func (w *waiter) until(err error) error {
	pause := w.step.every()
	for {
		blocked := w.step.blocked(w.ctx)
		switch {
		case blocked != nil:
			err = blocked
		case w.step.Do != nil:
			w.emit(Event{Step: w.step.ID, Kind: Doing, Err: err, Diagnosis: w.step.Behind(w.ctx, err)})
			err = w.step.Do(w.ctx, w.tell)
		}
		if blocked == nil && (err == nil || w.step.Do == nil) {
			err = w.wait(err)
			if err == nil {
				return nil
			}
		}
		if Final(err) || w.ctx.Err() != nil || errors.As(err, new(*lostPrerequisite)) {
			return w.failure(err)
		}
		w.because(err)
		if !sleep(w.ctx, pause) {
			return w.failure(err)
		}
		pause = min(2*pause, maxPause)
	}
}

// maxPause is the longest pause between two attempts at a Do.
const maxPause = 5 * time.Second

// wait looks until the promise holds, until looking is pointless, or until time is up.
func (w *waiter) wait(err error) error {
	for first := true; ; first = false {
		if !first || w.step.Do != nil {
			err = look(w.ctx, w.step)
		}
		if err == nil || Final(err) || w.ctx.Err() != nil {
			return err
		}
		if lost := w.lost(); lost != nil {
			return lost
		}
		w.because(err)
		if d := w.stall.see(w.ctx, err); d.Known() {
			w.emit(Event{Step: w.step.ID, Kind: Waiting, Err: err, Diagnosis: d})
		}
		if !sleep(w.ctx, w.step.every()) {
			return err
		}
	}
}

// lost looks now and then at the prerequisites, and returns the first that is lost; nil when all hold. As in the watch,
// one bad look does not count.
func (w *waiter) lost() error {
	if time.Since(w.looked) < DefaultWatch {
		return nil
	}
	lost := w.broken()
	if lost != nil && sleep(w.ctx, DefaultEvery) {
		lost = w.broken()
	}
	w.looked = time.Now()
	if w.ctx.Err() != nil || lost == nil {
		return nil //nolint:nilerr // a look that was cut off says nothing
	}
	return lost
}

// broken is the first hard prerequisite that does not hold; nil when all do.
func (w *waiter) broken() *lostPrerequisite {
	for _, f := range lookSoon(w.ctx, w.prerequisites) {
		if f.Err != nil && !f.Soft {
			return &lostPrerequisite{index: slices.IndexFunc(w.prerequisites, func(s Step) bool { return s.ID == f.Step }), err: f.Err}
		}
	}
	return nil
}

// because says why the step still waits, once per reason; a new reason is progress.
func (w *waiter) because(err error) {
	if err == nil {
		return
	}
	w.last = err
	why := reason(err)
	if w.seen[why] || len(w.seen) >= maxReasons {
		return
	}
	w.seen[why] = true
	w.progress()
	w.emit(Event{Step: w.step.ID, Kind: Waiting, Err: err})
}

// reason tells errors apart as a reader would: by what they say, not by the technical details (an ephemeral port, a
// time) that differ at every look.
func reason(err error) string {
	var told interface {
		Message() (id string, args map[string]any)
	}
	if errors.As(err, &told) {
		id, args := told.Message()
		return fmt.Sprint(id, args)
	}
	return err.Error()
}

func (w *waiter) tell(n Note) {
	w.progress()
	w.emit(Event{Step: w.step.ID, Kind: Output, Note: n})
}

func (w *waiter) progress() {
	if w.ctx.Err() == nil {
		w.timer.Reset(w.step.within())
	}
}

// failure puts together why the step failed: that it took too long, when it did, and what it last waited for.
func (w *waiter) failure(err error) error {
	if w.last != nil && errors.Is(err, context.Canceled) { // a look that was cut off says nothing
		err = w.last
	}
	if !errors.Is(context.Cause(w.ctx), ErrTooLong) || errors.Is(err, ErrTooLong) {
		return err
	}
	return fmt.Errorf("%w (%v): %w", ErrTooLong, w.step.within(), err)
}

// sleep pauses for d and reports whether ctx is still alive.
func sleep(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil // a timer that is over as it begins is not worth one
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}
