package app

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"
)

// Agent keeps a story for as long as it is wanted. One goroutine, Run's, owns the story; everybody else only says
// what is desired (Start, Stop, Toggle ...), at any moment and from anywhere, and watches the Hub.
type Agent struct {
	// Hub receives every event. It must not be nil.
	Hub *Hub

	// Story gives the steps for streaming on or off. Both lists come from one place and share the steps before
	// the switch.
	Story func(streaming bool) []Step

	// Every is the pause between two looks while the story holds; zero means DefaultWatch.
	Every time.Duration

	// Nudge asks for a look at once: the engine said that something changed. A nil channel never does.
	Nudge <-chan struct{}

	once    sync.Once
	mu      sync.Mutex
	desired desired
	news    chan struct{} // holds one token when desired changed

	// What follows belongs to Run's goroutine.
	applied desired         // what was last carried out
	steps   []Step          // the story as last planned
	begun   map[string]bool // steps whose Do began and that were not undone since
}

// desired is the state that the user wants. It is compared as a whole: a restart differs from the one before by its number.
type desired struct {
	Want
	everything bool // with !Up: take back the steps before the switch too
	restarts   int
	one        string // the step that was last to be restarted alone
	ones       int
}

// DefaultWatch is the pause between two looks at a story that holds.
const DefaultWatch = 2 * time.Second

// Bounds of bringing a lost story back.
const (
	firstPause  = time.Second      // between the first two attempts, doubled each time
	longPause   = 30 * time.Second // the longest
	steadyAfter = time.Minute      // a story that held this long has recovered: attempts count from nought again
	maxAttempts = 5                // then it is tried less often, and told as failed meanwhile

	calmFor   = 2500 * time.Millisecond // what was lost is back once it held for so long
	steadyFor = 4 * time.Second         // and what comes and goes, once it held for so long
	longLook  = 2 * time.Second         // a look that waited in vain for so long needs no other
	calmEvery = 500 * time.Millisecond  // and is looked at so often meanwhile
)

// Bounds of trying again what failed. Looks go on all the while, and what they see to be better is tried at once.
const (
	firstRetry = 10 * time.Second
	longRetry  = 30 * time.Second // the longest pause before a Do that failed as before
	rareRetry  = 5 * time.Minute  // the longest before a story that came up and was lost again, time after time
)

// Start wants the story kept, with streaming on or off. What is kept so already stays as it is; what has failed is
// tried again.
func (a *Agent) Start(streaming bool) {
	failed := a.Hub.State().Phase() == PhaseFailed
	a.change(func(w *desired) {
		w.Want = Want{Up: true, Streaming: streaming}
		if failed {
			w.restarts++
		}
	})
}

// Stop wants the app stopped and the flag taken back. What stands before the switch (containers) is left running.
func (a *Agent) Stop() {
	a.change(func(w *desired) { w.Up, w.everything = false, false })
}

// StopEverything wants every step taken back, the containers too, whoever started them.
func (a *Agent) StopEverything() {
	a.change(func(w *desired) { w.Up, w.everything = false, true })
}

// Toggle wants streaming on or off. While the story is kept, the app is restarted with the other value and nothing
// before the switch is touched.
func (a *Agent) Toggle(streaming bool) {
	a.change(func(w *desired) { w.Streaming = streaming })
}

// Restart wants the steps from the switch on taken back and kept again.
func (a *Agent) Restart() {
	a.change(func(w *desired) { w.restarts++ })
}

// RestartStep wants one step taken back and kept again; nothing else is touched.
func (a *Agent) RestartStep(id string) {
	a.change(func(w *desired) { w.one, w.ones = id, w.ones+1 })
}

func (a *Agent) change(f func(*desired)) {
	a.init()
	a.mu.Lock()
	before := a.desired
	f(&a.desired)
	changed := a.desired != before
	a.mu.Unlock()
	if !changed {
		return
	}
	select {
	case a.news <- struct{}{}:
	default: // a token is there already, and what is desired is read when it is taken
	}
}

func (a *Agent) init() { a.once.Do(func() { a.news = make(chan struct{}, 1) }) }

func (a *Agent) wanted() desired {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.desired
}

// Run keeps what is desired until ctx ends; then it stops the app as Stop would, and returns what went wrong in
// doing so. It is called once.
func (a *Agent) Run(ctx context.Context) error {
	a.init()
	a.begun = map[string]bool{}
	for {
		w := a.wanted()
		serving, cancel := context.WithCancel(ctx)
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			a.serve(serving, w)
		}()
		next := a.changed(ctx, w)
		cancel()
		<-ended
		if !next {
			return a.quit(ctx)
		}
	}
}

// changed waits until something else than w is desired and reports true, or until ctx ends.
func (a *Agent) changed(ctx context.Context, w desired) bool {
	for {
		select {
		case <-a.news:
			if a.wanted() != w { // a token may be left from a change that was read already
				return true
			}
		case <-ctx.Done():
			return false
		}
	}
}

// quit takes back what was begun from the switch on, and what cannot outlive this process, whatever was desired last.
func (a *Agent) quit(ctx context.Context) error {
	ctx = context.WithoutCancel(ctx)
	a.Hub.Emit(Event{Kind: Wants, Want: Want{Streaming: a.wanted().Streaming}})
	err := a.takeBack(ctx, func(s Step) bool { return a.begun[s.ID] }, false)
	var mortal []Step
	for _, s := range a.steps {
		if s.InProcess && a.begun[s.ID] {
			mortal = append(mortal, s)
		}
	}
	err = errors.Join(err, a.undo(ctx, mortal))
	a.Hub.Emit(Event{Kind: Planned, Want: Want{Streaming: a.wanted().Streaming}})
	return err
}

// serve carries out what is desired until ctx ends.
func (a *Agent) serve(ctx context.Context, w desired) {
	a.Hub.Emit(Event{Kind: Wants, Want: w.Want})
	begun := func(s Step) bool { return a.begun[s.ID] }
	if !w.Up {
		if w.everything {
			a.steps = a.Story(true) // what a story without streaming leaves alone stops too
			begun = func(Step) bool { return true }
		}
		_ = a.takeBack(ctx, begun, w.everything) // told by its events
		a.plan(w.Want)                           // last: who waits for the stop waits for this
		return
	}
	if w.Streaming != a.applied.Streaming || w.restarts != a.applied.restarts {
		if a.takeBack(ctx, begun, false) != nil || ctx.Err() != nil {
			return
		}
	}
	if w.ones != a.applied.ones {
		a.undoOne(ctx, w.one)
	}
	a.applied = w
	a.plan(w.Want)
	a.keep(ctx)
}

// undoOne takes one step of the present story back, if it was begun.
func (a *Agent) undoOne(ctx context.Context, id string) {
	for _, s := range a.steps {
		if s.ID == id && s.Undo != nil && a.begun[id] {
			_ = a.undo(ctx, []Step{s}) // told by its events; it is to be kept again all the same
		}
	}
}

// plan makes the story for what is wanted the present one and tells it: the steps that belong to it, and those that
// streaming would need. Rows that are known keep what they say.
func (a *Agent) plan(w Want) {
	known := a.Hub.State()
	a.Hub.Emit(Event{Kind: Planned, Want: w})
	a.steps = a.Story(w.Streaming)
	all := a.steps
	if !w.Streaming { // the longer list gives the order of the rows
		all = a.Story(true)
	}
	for _, s := range all {
		row, ok := known.Row(s.ID)
		switch {
		case !has(a.steps, s.ID):
			a.Hub.Emit(Event{Step: s.ID, Kind: Skipped})
		case !ok || row.Kind == Skipped:
			a.Hub.Emit(s.planned())
		}
	}
}

// planned is the event that the step belongs to the story.
func (s Step) planned() Event {
	return Event{Step: s.ID, Kind: Planned, Soft: s.Soft, Turn: s.Switch, Proves: s.Proves, Program: s.Program}
}

func has(steps []Step, id string) bool {
	return slices.ContainsFunc(steps, func(s Step) bool { return s.ID == id })
}

// takeBack undoes the chosen steps of the present story: those from the switch on, or all.
func (a *Agent) takeBack(ctx context.Context, chosen func(Step) bool, all bool) error {
	var undo []Step
	past := all
	for _, s := range a.steps {
		past = past || s.Switch
		switch {
		case past && s.Undo != nil && chosen(s):
			undo = append(undo, s)
		case past: // nothing of it to undo, but what it stood on goes
			a.Hub.Emit(s.planned())
		}
	}
	return a.undo(ctx, undo)
}

// undo takes the steps back and forgets that they were begun. Half an undo would leave what nobody remembers: once
// begun it is finished, each step within its time.
func (a *Agent) undo(ctx context.Context, steps []Step) error {
	return Down(context.WithoutCancel(ctx), steps, func(e Event) {
		if e.Kind == Undone {
			delete(a.begun, e.Step)
		}
		a.Hub.Emit(e)
	})
}

// keep makes the story hold and watches it until ctx ends. What is lost is brought back, with growing pauses. What
// failed, or is lost time and again, is told as failed, looked at for as long as it is wanted, and kept again as soon as
// something is better, or after a while.
func (a *Agent) keep(ctx context.Context) {
	pause, attempts, retry := firstPause, 0, firstRetry
	err, lost := Up(ctx, a.steps, a.emit), time.Time{}
	goes := func() bool { return attempts > 1 && time.Since(lost) < steadyAfter } // it comes and goes
	for ctx.Err() == nil {
		if gone := errors.Is(err, errGone); err == nil || gone {
			held := time.Now()
			if !gone {
				a.watch(ctx, attempts > 0)
			}
			lost = time.Now()
			if lost.Sub(held) > steadyAfter {
				pause, attempts, retry = firstPause, 0, firstRetry
			}
			if attempts++; attempts < maxAttempts {
				back := a.untilBack(ctx, pause, goes())
				pause = min(2*pause, longPause)
				err = a.again(ctx, goes() && !back)
				continue
			}
			a.giveUp(ctx)
		}
		better, back := a.untilBetter(ctx, retry, attempts >= maxAttempts || goes())
		if better {
			err = a.again(ctx, goes() && !back)
			continue
		}
		if ctx.Err() != nil {
			return
		}
		again := a.newAttempt(goes())
		if err = again.up(ctx); again.news || errors.Is(err, errGone) {
			retry = min(2*retry, rareRetry)
		} else {
			retry = min(2*retry, longRetry)
		}
	}
}

// ComesAndGoes is the note of a step that was lost again, a moment after it was back.
const ComesAndGoes = "view.comes_and_goes"

// errGone is that what was kept again did not stay, before anything was told of it.
var errGone = errors.New("it comes and goes")

// again keeps a lost story once more. One that comes and goes is told as back once it stays.
func (a *Agent) again(ctx context.Context, goes bool) error {
	if !goes {
		return Up(ctx, a.steps, a.emit)
	}
	return a.newAttempt(goes).up(ctx)
}

// untilBack only looks at a story that was lost, until it is back by itself and stays, and reports true, or until the time is
// up and something is to be done. What comes and goes (a container paused for moments) is so told as lost once, and as back
// once.
func (a *Agent) untilBack(ctx context.Context, limit time.Duration, goes bool) bool {
	due, calm := time.Now().Add(limit), calmFor
	if goes {
		calm = steadyFor
	}
	for ctx.Err() == nil {
		switch back := len(a.missing(ctx)) == 0; {
		case back && a.calm(ctx, calm), !back && !time.Now().Before(due):
			return back
		case back && time.Until(due) < firstPause: // and gone again
			due = time.Now().Add(firstPause)
		}
		sleep(ctx, calmEvery)
	}
	return false
}

// calm looks for a while, and reports whether every hard step held at every look.
func (a *Agent) calm(ctx context.Context, d time.Duration) bool {
	for until := time.Now().Add(d); time.Now().Before(until); {
		if !sleep(ctx, calmEvery) || len(a.missing(ctx)) > 0 {
			return false
		}
	}
	return true
}

// untilBetter only looks, until a step that did not hold does (the user started Docker by hand, the cable is back) or
// until nothing stands in the way any more of what failed, and reports true. After the given time, or when ctx ends, it
// reports false. A story that comes and goes is better only once it stays; back tells that all of it holds.
func (a *Agent) untilBetter(ctx context.Context, limit time.Duration, comesAndGoes bool) (better, back bool) {
	due := time.Now().Add(limit)
	before := a.missing(ctx)
	s, _ := a.firstDoable(before)
	blocked := s.blocked(ctx) != nil
	for a.pause(ctx) {
		now := a.missing(ctx)
		if ctx.Err() != nil {
			return false, false
		}
		if len(now) == 0 { // it came back while it was told as failed
			if comesAndGoes && !a.calm(ctx, steadyFor) {
				continue
			}
			return ctx.Err() == nil, true
		}
		for id := range before {
			if !now[id] {
				return true, false
			}
		}
		before = now
		s, there := a.firstDoable(now)
		switch err := s.blocked(ctx); {
		case ctx.Err() != nil:
			return false, false
		case err != nil:
			blocked = true
			a.failedBy(ctx, s, err)
		case blocked:
			return true, false
		case there && !time.Now().Before(due):
			return false, false
		}
	}
	return false, false
}

// firstDoable is the first of the missing steps that something can be done about.
func (a *Agent) firstDoable(missing map[string]bool) (Step, bool) {
	i := slices.IndexFunc(a.steps, func(s Step) bool { return missing[s.ID] && s.Do != nil })
	if i < 0 {
		return Step{}, false
	}
	return a.steps[i], true
}

// failedBy tells what stands in the way of a step now, where that is news: who reads of a program in the way looks for
// it.
func (a *Agent) failedBy(ctx context.Context, s Step, err error) {
	row, ok := a.Hub.State().Row(s.ID)
	if ok && row.Kind == Failed && row.Err != nil && reason(row.Err) == reason(err) {
		return
	}
	a.Hub.Emit(Event{Step: s.ID, Kind: Failed, Err: err, Diagnosis: s.Behind(ctx, err)})
}

// missing looks once, tells how the others go and returns the hard steps that do not hold; one that held until now is
// told as lost.
func (a *Agent) missing(ctx context.Context) map[string]bool {
	missing := map[string]bool{}
	for _, s := range a.steps {
		if !s.Soft {
			missing[s.ID] = true // until it is seen to hold
		}
	}
	for _, f := range lookSoon(ctx, a.steps) {
		if ctx.Err() != nil {
			return missing
		}
		delete(missing, f.Step)
		row, _ := a.Hub.State().Row(f.Step)
		switch {
		case f.Soft && (row.Kind != Planned || a.turned()):
			a.tellSoft(f)
		case f.Soft:
		case f.Err == nil && (row.Holding() || row.Kind == Planned && a.begun[f.Step]):
			a.tell(f) // what runs on is told, though what it stands on failed
		case f.Err != nil:
			missing[f.Step] = true
			if row.Holding() {
				a.Hub.Emit(Event{Step: f.Step, Kind: Lost, Err: f.Err})
			}
		}
	}
	return missing
}

// turned reports whether something after the switch was begun, so that there may be something to see.
func (a *Agent) turned() bool {
	i := slices.IndexFunc(a.steps, func(s Step) bool { return s.Switch })
	return i >= 0 && slices.ContainsFunc(a.steps[i+1:], func(s Step) bool { return a.begun[s.ID] })
}

// attempt is a further try at what failed. Nothing is told of one that fails as the last one did: a headline that comes
// and goes every half minute says nothing new.
type attempt struct {
	agent *Agent
	begun time.Time
	step  string // that failed
	why   string
	held  []Event
	news  bool // it came to something else, and is told
	goes  bool // the story comes and goes: that it holds is no news before it stays
}

// toldAfter is how long an attempt may go on before its progress is news.
const toldAfter = 3 * time.Second

func (a *Agent) newAttempt(goes bool) *attempt {
	t := &attempt{agent: a, begun: time.Now(), goes: goes}
	for _, r := range a.Hub.State().Rows {
		if r.Kind == Failed && !r.Soft && r.Err != nil {
			t.step, t.why = r.Step, reason(r.Err)
			break
		}
	}
	return t
}

// up keeps the story. Of one that comes and goes it is errGone where it did not stay.
func (t *attempt) up(ctx context.Context) error {
	err := Up(ctx, t.agent.steps, t.take)
	if err == nil && !t.news && t.goes {
		if !t.agent.calm(ctx, steadyFor) {
			return errGone
		}
		t.tell()
	}
	return err
}

func (t *attempt) tell() {
	t.news = true
	for _, e := range t.held {
		t.agent.emit(e)
	}
	t.held = nil
}

func (t *attempt) take(e Event) {
	if t.news {
		t.agent.emit(e)
		return
	}
	if e.Kind == Doing { // from here on there is something to undo, told or not
		t.agent.begun[e.Step] = true
	}
	e.At = time.Now()
	t.held = append(t.held, e)
	switch {
	case e.Kind == Failed && (e.Step != t.step || reason(e.Err) != t.why),
		!t.goes && e.Step == t.step && (e.Kind == Done || e.Kind == Holds),
		(e.Kind == Output || t.goes && e.Diagnosis.Known()) && time.Since(t.begun) > toldAfter:
		t.tell()
	}
}

// giveUp turns what is lost into failed: nobody is bringing it back any more.
func (a *Agent) giveUp(ctx context.Context) {
	for _, r := range a.Hub.State().Rows {
		i := slices.IndexFunc(a.steps, func(s Step) bool { return s.ID == r.Step })
		if r.Lost && !r.Soft && i >= 0 {
			a.Hub.Emit(Event{Step: r.Step, Kind: Failed, Err: r.Err, Diagnosis: a.steps[i].Behind(ctx, r.Err)})
		}
	}
}

// watch looks at once, and then again and again, at a story that holds, and returns when a promise is broken or ctx
// ends. again: it was lost before, a moment ago.
func (a *Agent) watch(ctx context.Context, again bool) {
	held := time.Now()
	for ok := true; ok; ok = a.pause(ctx) {
		broken := a.broken(ctx)
		if len(broken) == 0 {
			continue
		}
		// One bad look may be a hiccup of the looking, unless it was waited for: only what is broken twice in a row is lost.
		still := slices.DeleteFunc(slices.Clone(broken), func(f Finding) bool { return f.Took < longLook })
		if len(still) == 0 {
			if !sleep(ctx, DefaultEvery) {
				return
			}
			still = a.broken(ctx)
		}
		if ctx.Err() != nil {
			return
		}
		lost := false
		for _, f := range still {
			if slices.ContainsFunc(broken, func(g Finding) bool { return g.Step == f.Step }) {
				e := Event{Step: f.Step, Kind: Lost, Err: f.Err}
				if again && time.Since(held) < steadyAfter {
					e.Note.ID = ComesAndGoes
				}
				a.Hub.Emit(e)
				lost = true
			}
		}
		if lost {
			return
		}
	}
}

// broken looks once at every step, tells how those go that hold, and returns the hard ones that do not.
func (a *Agent) broken(ctx context.Context) []Finding {
	var broken []Finding
	for _, f := range lookSoon(ctx, a.steps) {
		if ctx.Err() != nil {
			return nil
		}
		switch {
		case f.Soft:
			a.tellSoft(f)
		case f.Err == nil:
			a.tell(f)
		default:
			broken = append(broken, f)
		}
	}
	return broken
}

// tell emits what a holding step says, when it says something new.
func (a *Agent) tell(f Finding) {
	row, ok := a.Hub.State().Row(f.Step)
	if ok && row.Holding() && sameNote(row.Note, f.Note) {
		return
	}
	a.Hub.Emit(Event{Step: f.Step, Kind: Holds, Note: f.Note})
}

// tellSoft emits what was seen of a soft step, when it is news.
func (a *Agent) tellSoft(f Finding) {
	if f.Err == nil {
		a.tell(f)
		return
	}
	kind := Waiting
	if Contradicts(f.Err) {
		kind = Lost
	}
	row, ok := a.Hub.State().Row(f.Step)
	if ok && row.Kind == kind && row.Err != nil && reason(row.Err) == reason(f.Err) {
		return
	}
	a.Hub.Emit(Event{Step: f.Step, Kind: kind, Err: f.Err})
}

// emit passes an event on and remembers what was begun.
func (a *Agent) emit(e Event) {
	if e.Kind == Doing {
		a.begun[e.Step] = true
	}
	a.Hub.Emit(e)
}

// pause waits for the time of the next look, or for a nudge, and reports whether ctx is still alive.
func (a *Agent) pause(ctx context.Context) bool {
	every := a.Every
	if every == 0 {
		every = DefaultWatch
	}
	t := time.NewTimer(every)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
	case <-a.Nudge:
	}
	return true
}
