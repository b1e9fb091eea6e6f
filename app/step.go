package app

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"
)

// Step is a promise with a cheap way to look. Check looks once; Do makes it true; Undo takes it back. Only the
// engine (Up, Agent) is patient.
type Step struct {
	// ID names the step: "broker". What a reader sees for it comes from package view.
	ID string

	// Program names whose step it is, of several programs; empty: it is nobody's, or there is only one.
	Program string

	// Check looks once, without waiting and without side effects; nil means that the promise holds.
	Check func(ctx context.Context) error

	// Do makes the promise hold. It is safe to repeat. It may tell how it goes. A nil Do means that there is
	// nothing to do but to wait for Check.
	Do func(ctx context.Context, tell Tell) error

	// Blocked looks once at what Do needs and cannot bring about (a port that another program holds); nil means that
	// nothing stands in its way. Do begins only then, and a step that failed is tried again as soon as the way is
	// free. A nil Blocked knows of nothing.
	Blocked func(ctx context.Context) error

	// Undo takes the promise back; nil means that there is nothing to take back.
	Undo func(ctx context.Context) error

	// Within bounds the time that Do and the wait for Check may go on without a sign of progress: something told,
	// or a reason for waiting not given before. It bounds Undo as well. Zero means DefaultWithin.
	Within time.Duration

	// Every is the pause between two looks. Zero means DefaultEvery.
	Every time.Duration

	// Explain looks into what stands behind an error of Check or Do: it may read logs, and changes nothing. It is
	// asked when the step fails, when it waits for long, and before each Do; a nil Explain knows nothing.
	Explain func(ctx context.Context, err error) Diagnosis

	// Say tells how it goes while the promise holds ("12 records per second"); optional.
	Say func() Note

	// Soft promises are seen and shown, and never waited for or a reason to stop. A soft step whose Check fails with an
	// error that Contradicts turns the story Degraded until it holds, or merely does not hold, again.
	Soft bool

	// Proves is the phase that this soft step, while it holds, is the evidence of: Connected or Streaming; Starting is
	// proven by an app that somebody else starts. Zero: none.
	Proves Phase

	// InProcess promises end with this process, and so are taken back when the agent ends, wherever they stand.
	InProcess bool

	// Switch marks the first step that depends on whether streaming is wanted: Toggle takes the story back to
	// here and keeps it again with the other value.
	Switch bool
}

// Tell reports how a Do goes. It never blocks.
type Tell func(Note)

// Note is a fact told by name: a text in assets/text and the values that go into it. The zero Note says nothing.
type Note struct {
	ID   string         `json:"id"`
	Args map[string]any `json:"args,omitempty"`
	More []Note         `json:"more,omitempty"` // the proof, point by point
	Said bool           `json:"said,omitempty"` // the app says so; nothing of it was seen
}

// Defaults of a Step.
const (
	DefaultWithin = 3 * time.Minute
	DefaultEvery  = 250 * time.Millisecond
	lookWithin    = 5 * time.Second // one look may take this long; a look that hangs counts as a broken promise
	softWithin    = time.Second     // the same for a soft step, which must not hold up what is known of the others
	undoWithin    = 30 * time.Second
)

// Finding is what one look at one step saw.
type Finding struct {
	Step string
	Soft bool
	Err  error         // nil: the promise holds
	Note Note          // what the step says while it holds
	Took time.Duration // of the look
}

// Look looks once at every step, all at the same time, and changes nothing. The findings come in the order of the
// steps.
func Look(ctx context.Context, steps []Step) []Finding {
	return lookAll(ctx, steps, func(Finding) {})
}

// lookAll is Look that tells each finding as it comes, from several goroutines.
func lookAll(ctx context.Context, steps []Step, see func(Finding)) []Finding {
	found := make([]Finding, len(steps))
	var wg sync.WaitGroup
	for i, s := range steps {
		wg.Go(func() {
			begin := time.Now()
			err := look(ctx, s)
			f := Finding{Step: s.ID, Soft: s.Soft, Err: err, Took: time.Since(begin)}
			if err == nil {
				f.Note = s.say()
			}
			found[i] = f
			see(f)
		})
	}
	wg.Wait()
	return found
}

// lookSoon is Look for who wants to know soon that something broke: once a hard step does not hold, the others are
// waited for no longer than a moment (a broker whose container is paused answers nobody for seconds), and those that
// had no time are left out.
func lookSoon(ctx context.Context, steps []Step) []Finding {
	hurried, hurry := context.WithCancelCause(ctx)
	defer hurry(nil)
	var mu sync.Mutex
	var soon *time.Timer
	late := map[string]bool{}
	found := lookAll(hurried, steps, func(f Finding) {
		mu.Lock()
		defer mu.Unlock()
		switch {
		case hurried.Err() != nil:
			late[f.Step] = f.Err != nil
		case f.Err != nil && !f.Soft && soon == nil:
			soon = time.AfterFunc(othersWithin, func() { hurry(errHurried) })
		}
	})
	if soon != nil {
		soon.Stop()
	}
	return slices.DeleteFunc(found, func(f Finding) bool { return late[f.Step] })
}

// othersWithin is how long the others are waited for.
const othersWithin = 500 * time.Millisecond

var errHurried = errors.New("another step broke")

// Down takes the steps back in reverse order, those that can be. It goes on after errors and returns them joined. A caller whose own
// context has ended passes one without cancellation.
func Down(ctx context.Context, steps []Step, emit func(Event)) error {
	var errs []error
	for i := len(steps) - 1; i >= 0; i-- {
		s := steps[i]
		if s.Undo == nil {
			continue
		}
		emit(Event{Step: s.ID, Kind: Undoing})
		if err := undo(ctx, s); err != nil {
			emit(Event{Step: s.ID, Kind: Failed, Err: err})
			errs = append(errs, &StepError{Step: s.ID, Err: err})
			continue
		}
		emit(Event{Step: s.ID, Kind: Undone})
	}
	return errors.Join(errs...)
}

func undo(ctx context.Context, s Step) error {
	ctx, cancel := context.WithTimeoutCause(ctx, max(s.Within, undoWithin), ErrTooLong)
	defer cancel()
	return s.Undo(ctx)
}

func look(ctx context.Context, s Step) error {
	limit := lookWithin
	if s.Soft {
		limit = softWithin
	}
	ctx, cancel := context.WithTimeoutCause(ctx, limit, ErrTooLong)
	defer cancel()
	err := s.Check(ctx)
	if err != nil && context.Cause(ctx) == ErrTooLong { //nolint:errorlint // our own cause, set two lines above
		return errors.Join(ErrTooLong, err)
	}
	return err
}

// blocked is why Do cannot begin now; nil where nothing stands in its way.
func (s Step) blocked(ctx context.Context) error {
	if s.Blocked == nil {
		return nil
	}
	ctx, cancel := context.WithTimeoutCause(ctx, lookWithin, ErrTooLong)
	defer cancel()
	return s.Blocked(ctx)
}

func (s Step) say() Note {
	if s.Say == nil {
		return Note{}
	}
	return s.Say()
}

func (s Step) every() time.Duration {
	if s.Every == 0 {
		return DefaultEvery
	}
	return s.Every
}

func (s Step) within() time.Duration {
	if s.Within == 0 {
		return DefaultWithin
	}
	return s.Within
}

// ErrTooLong is the cause when a step showed no progress within its time.
var ErrTooLong = errors.New("no progress within the time allowed")

// StepError says which promise broke, and why.
type StepError struct {
	Step string
	Err  error

	Diagnosis Diagnosis // what stands behind it, as far as it was found out
}

func (e *StepError) Error() string { return e.Step + ": " + e.Err.Error() }

// Unwrap gives the reason.
func (e *StepError) Unwrap() error { return e.Err }

// Contradicts reports whether err is not only the want of evidence but evidence to the contrary: the error says so
// itself.
func Contradicts(err error) bool {
	var c interface{ Contradicts() bool }
	return errors.As(err, &c) && c.Contradicts()
}

// Final reports whether waiting is pointless: the error says so itself.
func Final(err error) bool {
	var f interface{ Final() bool }
	return errors.As(err, &f) && f.Final()
}
