package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"streamtray/app"
	"streamtray/app/agentrpc"
	"streamtray/app/project"
	"streamtray/app/story"
	"streamtray/internal/usererr"
)

// upOptions are what up was asked for.
type upOptions struct {
	streaming string // on, off, or empty: as it is, on at first
	noApp     bool
	shared    bool // containers alone, which belong to nobody: any process may start and stop them
	detach    bool
	timeout   time.Duration
	until     app.Phase // Starting stands for the app; Stopped: nothing was said
	freePort  bool      // free ports may take the place of taken ones, unasked
	setUp     bool      // the project's environment may be made, unasked
	made      []string  // the folders whose environment was
	settled   bool      // whether one is to be made has been said
	ownPorts  bool      // the project's own ports are to be used again
	names     []string  // of the programs that are to run; none: all
	tried     int       // times that it was kept, or something was put aside for it
}

// untils are the words of --until.
var untils = map[string]app.Phase{"app": app.Starting, "connected": app.Connected, "streaming": app.Streaming}

func runUp(ctx context.Context, c *call) error {
	var o upOptions
	var until string
	c.flags.StringVar(&o.streaming, "streaming", "", "")
	c.flags.BoolVar(&o.noApp, "no-app", false, "")
	c.flags.BoolVar(&o.detach, "detach", false, "")
	c.flags.Var((*durationFlag)(&o.timeout), "timeout", "")
	c.flags.BoolVar(&o.freePort, "free-port", false, "")
	c.flags.BoolVar(&o.ownPorts, "own-ports", false, "")
	c.flags.BoolVar(&o.setUp, "setup", false, "")
	c.flags.BoolVar(&c.startEngine, "start-engine", false, "")
	c.flags.StringVar(&until, "until", "", "")
	var err error
	if o.names, err = c.parse(mostNames); err != nil {
		return err
	}
	if until != "" {
		var known bool
		if o.until, known = untils[until]; !known {
			return badUsage("cli.bad_until", map[string]any{"Value": until})
		}
	}
	if o.freePort && o.ownPorts {
		return badUsage("cli.ports_both", nil)
	}
	if o.streaming != "" && o.streaming != "on" && o.streaming != "off" {
		return badUsage("cli.bad_streaming", map[string]any{"Value": o.streaming})
	}
	for again := true; again && err == nil; o.tried++ {
		again, err = c.upOnce(ctx, &o)
	}
	return err
}

// mostNames is far above how many programs a project has.
const mostNames = 100

// mostRemedies is how often what stands in the way is put aside: once the engine, once the ports, and once more.
const mostRemedies = 3

// upOnce opens the project and keeps it. again: it failed, and what it failed with has been put aside since.
func (c *call) upOnce(ctx context.Context, o *upOptions) (again bool, err error) {
	p, err := c.openTrusted(ctx)
	if err != nil {
		return false, err
	}
	if o.streaming == "off" && !o.noApp && p.Config.Streaming.Env == "" {
		return false, errors.Join(usererr.New("project.no_flag", nil, nil), p.Close())
	}
	defer p.Close()
	if err := p.Only(o.names); err != nil {
		return false, err
	}
	if o.ownPorts {
		o.ownPorts = false
		return true, p.OwnPorts()
	}
	if s, missing := p.Setup(); missing && !o.settled && !o.noApp && !slices.Contains(o.made, s.Dir) {
		made, err := c.offerSetup(ctx, p, s, o.setUp)
		o.made, o.settled = append(o.made, s.Dir), !made
		if made || err != nil {
			return made, err
		}
	}
	o.shared = o.noApp
	if o.noApp && p.Embedded() { // its Kafka ends with the process that keeps it, so that is kept like any other
		p.LeaveApp()
		o.shared = false
	}
	keep := c.upHere
	if o.detach && !o.shared {
		keep = c.upDetached
	}
	if err = keep(ctx, p, *o); err == nil || ctx.Err() != nil {
		return false, err
	}
	if o.tried < mostRemedies {
		again, err = c.remedy(ctx, p, *o, err)
	}
	if !again && errors.Is(err, errStillKept) && !c.json {
		fmt.Fprintln(c.Err, c.words.Text("cli.still_kept", nil))
	}
	return again, err
}

// upHere keeps the story in this process, unless another keeps it already, until the user interrupts.
func (c *call) upHere(ctx context.Context, p *project.Project, o upOptions) error {
	running, stop := context.WithCancel(ctx)
	defer stop()
	k, err := c.keep(running, p, o.shared)
	if err != nil {
		return err
	}
	if err := runs(p, k, o.names); err != nil {
		return err
	}
	end := show(ctx, c.printer(p.Title(), everything), k.Hub)
	defer end()
	err = c.follow(ctx, k, o, o.detach || k.Far != nil)
	if k.Far != nil {
		return err
	}
	if err != nil && !c.json {
		end() // the rows stand as they were when it failed
	}
	stop()
	return errors.Join(err, k.Wait())
}

// follow wants the story kept and waits: until what was asked for is reached, when once, else until ctx ends. A story
// that fails is an error, and so is one that did not come so far.
func (c *call) follow(ctx context.Context, k *agentrpc.Session, o upOptions, once bool) error {
	err := c.settleWithin(k.Life, k, o, once)
	if err == nil && !once {
		err = c.untilFailed(k.Life, k)
	}
	if (err == nil || errors.Is(err, errInterrupted)) && ctx.Err() == nil && k.Far != nil && k.Life.Err() != nil {
		return context.Cause(k.Life)
	}
	return err
}

// settleWithin is settle, and an error when it takes longer than the user allowed.
func (c *call) settleWithin(ctx context.Context, k *agentrpc.Session, o upOptions, once bool) error {
	g := goal{streaming: o.streaming, until: o.until}
	if once {
		g.unseen, g.against = unseenWithin, againstWithin
	}
	if o.timeout <= 0 {
		return c.settle(ctx, k, g)
	}
	limited, cancel := context.WithTimeout(ctx, o.timeout)
	defer cancel()
	g.unseen = 0
	err := c.settle(limited, k, g)
	if errors.Is(err, errInterrupted) && ctx.Err() == nil {
		return errors.Join(usererr.New("cli.timeout", map[string]any{"Limit": o.timeout.String()}, nil), notSeen(k.Hub.State()))
	}
	return err
}

// goal is what up waits for.
type goal struct {
	streaming string        // on, off, or empty: as it is
	until     app.Phase     // Starting: the app runs; Connected; or Streaming. The zero value: Connected, or what there is without an app
	unseen    time.Duration // how long all may hold without the evidence that is waited for; 0: as long as it takes
	against   time.Duration // the same for evidence to the contrary
}

// Bounds of waiting for evidence, of who does not stay to see it come: an app may import for long before it connects,
// and what speaks against it may pass.
const (
	unseenWithin  = time.Minute
	againstWithin = 10 * time.Second
)

// reached reports whether the state is what is waited for.
func (g goal) reached(s app.State) bool {
	switch p := s.Phase(); g.until { //nolint:exhaustive // no other phase can be waited for
	case app.Starting:
		row, ok := s.Row(story.StepApp)
		return p.Kept() && !s.Awaits() || ok && row.Holding() || !ok && s.Held()
	case app.Connected:
		return p.Kept() && !s.Awaits()
	case app.Streaming:
		return p == app.Streaming || p == app.Ready && !s.Awaits()
	default:
		return p.Kept()
	}
}

// patience is how long the state may stay as it is.
func (g goal) patience(s app.State) time.Duration {
	switch {
	case g.until == app.Streaming && s.Phase() == app.Connected, s.Awaits(), !s.Held():
		return 0
	case s.Phase() == app.Degraded:
		return g.against
	}
	return g.unseen
}

// errInterrupted says that the user did not wait for what was asked for.
var errInterrupted = fmt.Errorf("interrupted: %w", errPrinted)

// settle wants the story kept and waits until the goal is reached or the story fails; errInterrupted when ctx ends
// before.
func (c *call) settle(ctx context.Context, k *agentrpc.Session, g goal) error {
	states := k.Hub.Watch(ctx)
	before := <-states
	want := want(before, g.streaming, k.Far != nil)
	again := before.Phase() == app.PhaseFailed // what has failed is tried again
	k.Start(want)
	arrived := false
	var limit <-chan time.Time
	var patience time.Duration
	s, open, late := before, true, false
	for ; open; s, open, late = next(states, limit, s) { // as it is first: what is kept so already says nothing more
		if s.Want != (app.Want{Up: true, Streaming: want}) { // another terminal's request, once ours has arrived
			switch {
			case !arrived || ctx.Err() != nil:
				continue
			case k.Far != nil:
				return usererr.New("cli.overruled", nil, nil)
			case !s.Want.Up:
				return usererr.New("cli.stopped_early", nil, nil)
			}
		}
		if arrived = true; s.Plan != s.Want {
			continue
		}
		if g.reached(s) {
			return nil
		}
		if s.Phase() == app.PhaseFailed {
			if again && s.Since.Equal(before.Since) || !tried(s) {
				continue
			}
			return failure(s)
		}
		switch p := g.patience(s); {
		case p == patience && late:
			return notSeen(s)
		case p != patience:
			if patience, limit = p, nil; p > 0 {
				limit = time.After(p)
			}
		}
	}
	return errInterrupted
}

// next is the next state; the same again, and late, when the limit is up first.
func next(states <-chan app.State, limit <-chan time.Time, s app.State) (now app.State, open, late bool) {
	select {
	case now, open = <-states:
		return now, open, false
	case <-limit:
		return s, true, true
	}
}

// notSeen says what is missing of a story whose steps hold; nil for another.
func notSeen(s app.State) error {
	if !s.Held() || s.Phase().Kept() && !s.Awaits() {
		return nil
	}
	for _, r := range s.Rows {
		if r.Soft && r.Lost {
			return &app.StepError{Step: r.Step, Err: r.Err, Diagnosis: r.Diagnosis}
		}
	}
	for _, r := range s.Rows {
		if (r.Proves == app.Starting || r.Proves == app.Connected) && r.Err != nil {
			return &app.StepError{Step: r.Step, Err: r.Err}
		}
	}
	return usererr.New("cli.not_connected", nil, nil)
}

// want is the streaming value to ask for: as told, else as it is.
func want(s app.State, streaming string, far bool) bool {
	switch {
	case streaming != "":
		return streaming == "on"
	case far && s.Want.Up:
		return s.Want.Streaming
	}
	return true
}

// untilFailed waits until the kept story fails for good, or until ctx ends (nil).
func (c *call) untilFailed(ctx context.Context, k *agentrpc.Session) error {
	for s := range k.Hub.Watch(ctx) {
		if s.Phase() == app.PhaseFailed {
			return failure(s)
		}
		if s.Phase() == app.Stopped {
			return nil // somebody else had it stopped
		}
	}
	return nil
}

// tried reports whether a promise broke since the request came; a row tells of the failure before until it is turned to.
func tried(s app.State) bool {
	return slices.ContainsFunc(s.Rows, func(r app.Row) bool { return brokeNow(r, s) })
}

func brokeNow(r app.Row, s app.State) bool {
	return r.Kind == app.Failed && !r.Soft && !r.Begun.Before(s.Since)
}

// failure is the first promise that broke, told by name.
func failure(s app.State) error {
	var first error = errPrinted
	for _, r := range slices.Backward(s.Rows) {
		if brokeNow(r, s) {
			first = &app.StepError{Step: r.Step, Err: r.Err, Diagnosis: r.Diagnosis}
		}
	}
	return first
}

// printer is how this call prints a story.
func (c *call) printer(title string, keep eventFilter) printer {
	size, terminal := terminalSize(c.Out)
	switch {
	case c.json:
		return jsonLines(c.Out, c.words, keep)
	case terminal:
		return (&rows{out: drawing(c.Out), words: c.words, title: title, size: size}).printer
	}
	return plainLines(c.Out, c.words, keep)
}
