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
	pause, falls := firstPause, 0
	for i := 0; i < len(steps); i++ {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if steps[i].Soft {
			continue // who watches the story sees it
		}
		err := keep(ctx, steps[:i], steps[i], emit)
		var fell *fallError
		if !errors.As(err, &fell) {
			if err != nil {
				return err
			}
			continue
		}
		if falls++; falls > maxFalls {
			return fail(ctx, steps[fell.index], fell.err, emit)
		}
		emit(Event{Step: steps[fell.index].ID, Kind: Lost, Err: fell.err})
		if !sleep(ctx, pause) {
			return context.Cause(ctx)
		}
		pause = min(2*pause, longPause)
		i = fell.index - 1
	}
	return nil
}

// maxFalls is how often what later steps stand on may break during one Up. With the pauses between, that is longer
// than ZooKeeper takes to forget a broker that was killed (18 s), which keeps the next one from starting.
const maxFalls = 5

// fallError says that an earlier step broke while a later one was awaited.
type fallError struct {
	index int
	err   error
}

func (e *fallError) Error() string { return e.err.Error() }

// keep makes one step hold; ground are the steps that it stands on.
func keep(ctx context.Context, ground []Step, s Step, emit func(Event)) error {
	emit(Event{Step: s.ID, Kind: Started})
	err := look(ctx, s)
	if err == nil {
		emit(Event{Step: s.ID, Kind: Holds, Note: s.say()})
		return nil
	}
	p := newPatience(ctx, ground, s, emit)
	defer p.stop()
	if err := p.until(err); err != nil {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if errors.As(err, new(*fallError)) {
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

// patience keeps one step: it does what the step can do, looks until the promise holds, and gives up when nothing
// has moved for the step's time.
type patience struct {
	ctx    context.Context // ends when the caller's does, or when nothing moved for too long
	ground []Step          // what the step stands on
	looked time.Time       // when the ground was last looked at
	step   Step
	emit   func(Event)
	timer  *time.Timer
	end    context.CancelCauseFunc
	seen   map[string]bool // reasons for waiting given so far
	last   error           // the last reason
	stall  stall
}

// maxReasons bounds the set of reasons that count as progress, so that an error whose text changes at every look (a
// port number, a time) cannot wait for ever.
const maxReasons = 64

func newPatience(ctx context.Context, ground []Step, s Step, emit func(Event)) *patience {
	now := time.Now()
	p := &patience{ground: ground, looked: now, step: s, emit: emit, seen: map[string]bool{}}
	p.stall = stall{step: s, begun: now, after: stallAfter}
	p.ctx, p.end = context.WithCancelCause(ctx)
	p.timer = time.AfterFunc(s.within(), func() { p.end(ErrTooLong) })
	return p
}

func (p *patience) stop() {
	p.timer.Stop()
	p.end(nil)
	p.stall.stop()
}

// until makes the promise hold; err is why it does not yet.
func (p *patience) until(err error) error {
	pause := p.step.every()
	for {
		blocked := p.step.blocked(p.ctx)
		switch {
		case blocked != nil:
			err = blocked
		case p.step.Do != nil:
			p.emit(Event{Step: p.step.ID, Kind: Doing, Err: err, Diagnosis: p.step.Behind(p.ctx, err)})
			err = p.step.Do(p.ctx, p.tell)
		}
		if blocked == nil && (err == nil || p.step.Do == nil) {
			err = p.wait(err)
			if err == nil {
				return nil
			}
		}
		if Final(err) || p.ctx.Err() != nil || errors.As(err, new(*fallError)) {
			return p.failure(err)
		}
		p.because(err)
		if !sleep(p.ctx, pause) {
			return p.failure(err)
		}
		pause = min(2*pause, maxPause)
	}
}

// maxPause is the longest pause between two attempts at a Do.
const maxPause = 5 * time.Second

// wait looks until the promise holds, until looking is pointless, or until time is up.
func (p *patience) wait(err error) error {
	for first := true; ; first = false {
		if !first || p.step.Do != nil {
			err = look(p.ctx, p.step)
		}
		if err == nil || Final(err) || p.ctx.Err() != nil {
			return err
		}
		if fell := p.fell(); fell != nil {
			return fell
		}
		p.because(err)
		if d := p.stall.see(p.ctx, err); d.Known() {
			p.emit(Event{Step: p.step.ID, Kind: Waiting, Err: err, Diagnosis: d})
		}
		if !sleep(p.ctx, p.step.every()) {
			return err
		}
	}
}

// fell looks now and then at what the step stands on, and tells the first that broke; nil when all holds. As in the
// watch, one bad look does not count.
func (p *patience) fell() error {
	if time.Since(p.looked) < DefaultWatch {
		return nil
	}
	fell := p.broken()
	if fell != nil && sleep(p.ctx, DefaultEvery) {
		fell = p.broken()
	}
	p.looked = time.Now()
	if p.ctx.Err() != nil || fell == nil {
		return nil //nolint:nilerr // a look that was cut off says nothing
	}
	return fell
}

// broken is the first hard step of the ground that does not hold; nil when all do.
func (p *patience) broken() *fallError {
	for _, f := range lookSoon(p.ctx, p.ground) {
		if f.Err != nil && !f.Soft {
			return &fallError{index: slices.IndexFunc(p.ground, func(s Step) bool { return s.ID == f.Step }), err: f.Err}
		}
	}
	return nil
}

// because says why the step still waits, once per reason; a new reason is progress.
func (p *patience) because(err error) {
	if err == nil {
		return
	}
	p.last = err
	why := reason(err)
	if p.seen[why] || len(p.seen) >= maxReasons {
		return
	}
	p.seen[why] = true
	p.progress()
	p.emit(Event{Step: p.step.ID, Kind: Waiting, Err: err})
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

func (p *patience) tell(n Note) {
	p.progress()
	p.emit(Event{Step: p.step.ID, Kind: Output, Note: n})
}

func (p *patience) progress() {
	if p.ctx.Err() == nil {
		p.timer.Reset(p.step.within())
	}
}

// failure puts together why the step failed: that it took too long, when it did, and what it last waited for.
func (p *patience) failure(err error) error {
	if p.last != nil && errors.Is(err, context.Canceled) { // a look that was cut off says nothing
		err = p.last
	}
	if !errors.Is(context.Cause(p.ctx), ErrTooLong) || errors.Is(err, ErrTooLong) {
		return err
	}
	return fmt.Errorf("%w (%v): %w", ErrTooLong, p.step.within(), err)
}

// sleep pauses for d and reports whether ctx is still alive.
func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}
