package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"

	"streamtray/app"
	"streamtray/app/fault"
	"streamtray/app/local"
	"streamtray/app/project"
	"streamtray/app/remote"
)

// keeper is the agent of a project, in this process or another, and where its events come out.
type keeper struct {
	remote.Keeper
	hub   *app.Hub
	alive context.Context // ends with the other process that keeps the project; nil: this process does
	wait  func() error    // returns when the keeper has ended
}

// upOptions are what up was asked for.
type upOptions struct {
	streaming string // on, off, or empty: as it is, on at first
	noApp     bool
	detach    bool
	timeout   time.Duration
}

func up(ctx context.Context, c *call, args []string) error {
	var o upOptions
	fs := c.flags("up", true)
	fs.StringVar(&o.streaming, "streaming", "", "")
	fs.BoolVar(&o.noApp, "no-app", false, "")
	fs.BoolVar(&o.detach, "detach", false, "")
	fs.DurationVar(&o.timeout, "timeout", 0, "")
	if _, err := c.parse(fs, args, 0); err != nil {
		return err
	}
	if o.timeout < 0 {
		return badUsage("cli.bad_duration", map[string]any{"Flag": "timeout"})
	}
	if o.streaming != "" && o.streaming != "on" && o.streaming != "off" {
		return badUsage("cli.bad_streaming", map[string]any{"Value": o.streaming})
	}
	p, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer p.Close()
	if o.detach && !o.noApp {
		return c.upDetached(ctx, p, o)
	}
	return c.upHere(ctx, p, o)
}

// upHere keeps the story in this process, unless another keeps it already, until the user interrupts.
func (c *call) upHere(ctx context.Context, p *project.Project, o upOptions) error {
	running, stop := context.WithCancel(ctx)
	defer stop()
	k, err := c.keep(running, p, o.noApp)
	if err != nil {
		return err
	}
	end := show(ctx, c.printer(p.Title(), everything), k.hub)
	defer end()
	err = c.follow(ctx, k, o, o.detach || k.far())
	if k.far() {
		return err
	}
	if err != nil && !c.json {
		end() // the rows stand as they were when it failed
	}
	stop()
	return errors.Join(err, k.wait())
}

// keep gives the project's agent: that of the process that keeps the project already, else a new one in this process
// that lives until ctx ends.
func (c *call) keep(ctx context.Context, p *project.Project, noApp bool) (*keeper, error) {
	if noApp { // infrastructure alone belongs to nobody
		return c.near(ctx, p, nil, true), nil
	}
	l, err := local.Listen(p.Channel())
	if errors.Is(err, local.ErrTaken) {
		return c.attach(ctx, p)
	}
	if err != nil {
		return nil, err
	}
	k := c.near(ctx, p, nil, false)
	serving, end := context.WithCancel(context.WithoutCancel(ctx))
	served := make(chan error, 1)
	go func() { served <- (&remote.Server{Hub: k.hub, Keeper: k.Keeper}).Serve(serving, l) }()
	ended := k.wait
	k.wait = func() error {
		err := ended()
		end() // who has it stopped hears to the last how it goes, and finds nothing running then
		return errors.Join(err, <-served)
	}
	return k, nil
}

// near runs an agent in this process until ctx ends.
func (c *call) near(ctx context.Context, p *project.Project, hub *app.Hub, noApp bool) *keeper {
	if hub == nil {
		hub = &app.Hub{}
	}
	a := p.Agent(ctx, hub, noApp)
	ran := make(chan error, 1)
	go func() { ran <- a.Run(ctx) }()
	return &keeper{Keeper: a, hub: hub, wait: func() error { return <-ran }}
}

// answerWithin is how long the process that keeps a project may take to tell how it goes: it is told from memory.
const answerWithin = 5 * time.Second

// attach connects to the process that keeps the project, until ctx ends.
func (c *call) attach(ctx context.Context, p *project.Project) (*keeper, error) {
	conn, err := local.Dial(ctx, p.Channel())
	if err != nil {
		return nil, err
	}
	a := remote.Attach(conn)
	alive, end := context.WithCancelCause(ctx)
	followed := make(chan error, 1)
	go func() {
		err := a.Follow(alive)
		end(fault.New("cli.keeper_gone", nil, err))
		followed <- err
	}()
	limit := time.NewTimer(answerWithin)
	defer limit.Stop()
	select {
	case <-a.Known():
		return &keeper{Keeper: a, hub: a.Hub, alive: alive, wait: func() error { return <-followed }}, nil
	case err := <-followed:
		return nil, cmp.Or(err, local.ErrNobody) // it ended just now
	case <-limit.C:
		end(nil)
		<-followed
		return nil, fault.New("cli.keeper_silent", nil, nil)
	}
}

// far reports whether another process keeps the project.
func (k *keeper) far() bool { return k.alive != nil }

// follow wishes the story kept and waits: until it holds, when once, else until ctx ends. A story that fails is an
// error.
func (c *call) follow(ctx context.Context, k *keeper, o upOptions, once bool) error {
	following := ctx
	if k.far() {
		following = k.alive
	}
	err := c.settleWithin(following, k, o)
	if err == nil && !once {
		err = c.untilFailed(following, k)
	}
	if err == nil && ctx.Err() == nil && following.Err() != nil {
		return context.Cause(following)
	}
	return err
}

// settleWithin is settle, and an error when it takes longer than the user allowed.
func (c *call) settleWithin(ctx context.Context, k *keeper, o upOptions) error {
	if o.timeout <= 0 {
		return c.settle(ctx, k, o.streaming)
	}
	limited, cancel := context.WithTimeout(ctx, o.timeout)
	defer cancel()
	err := c.settle(limited, k, o.streaming)
	if err == nil && limited.Err() != nil && ctx.Err() == nil {
		return fault.New("cli.timeout", map[string]any{"Limit": o.timeout.String()}, nil)
	}
	return err
}

// settle wishes the story kept and waits until it holds or fails, or ctx ends (nil).
func (c *call) settle(ctx context.Context, k *keeper, streaming string) error {
	states := k.hub.Watch(ctx)
	before := <-states
	want := want(before, streaming, k.far())
	again := before.Phase() == app.PhaseFailed // what has failed is tried again
	k.Start(want)
	arrived := false
	for s, open := before, true; open; s, open = <-states { // as it is first: what is kept so already says nothing more
		if s.Want != (app.Want{Up: true, Streaming: want}) {
			if arrived && ctx.Err() == nil {
				return fault.New("cli.overruled", nil, nil)
			}
			continue
		}
		if arrived = true; s.Plan != s.Want {
			continue
		}
		switch s.Phase() {
		case app.Streaming, app.Ready:
			return nil
		case app.PhaseFailed:
			if again && s.Since.Equal(before.Since) {
				continue
			}
			return failure(s)
		case app.Stopped, app.Starting, app.Degraded, app.Stopping:
		}
	}
	return nil
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
func (c *call) untilFailed(ctx context.Context, k *keeper) error {
	for s := range k.hub.Watch(ctx) {
		if s.Phase() == app.PhaseFailed {
			return failure(s)
		}
		if s.Phase() == app.Stopped {
			return nil // somebody else had it stopped
		}
	}
	return nil
}

// failure is the first promise that broke, told by name.
func failure(s app.State) error {
	for _, r := range s.Rows {
		if r.Kind == app.Failed {
			return &app.StepError{Step: r.Step, Err: r.Err}
		}
	}
	return errTold
}

// printer is how this call prints a story.
func (c *call) printer(title string, keep choice) printer {
	size, terminal := terminalSize(c.Out)
	switch {
	case c.json:
		return jsonLines(c.Out, c.words, keep)
	case terminal:
		return (&rows{out: c.Out, words: c.words, title: title, size: size}).printer
	}
	return plainLines(c.Out, c.words, keep)
}

// upDetached has a process of its own keep the story, and returns when it holds.
func (c *call) upDetached(ctx context.Context, p *project.Project, o upOptions) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	k, err := c.attach(ctx, p)
	if errors.Is(err, local.ErrNobody) {
		exited, err := c.spawn(p)
		if err != nil {
			return err
		}
		if k, err = c.attachSoon(ctx, p, exited); err != nil {
			return err
		}
	} else if err != nil {
		return err
	}
	end := show(ctx, c.printer(p.Title(), everything), k.hub)
	err = c.follow(ctx, k, o, true)
	end()
	if err != nil && !c.json {
		fmt.Fprintln(c.Err, c.words.Text("cli.still_kept", nil))
	}
	return err
}

// spawnWithin is how long a process may take from its start to listening.
const spawnWithin = 10 * time.Second

// attachSoon connects to a process that was just started, as soon as it listens.
func (c *call) attachSoon(ctx context.Context, p *project.Project, exited <-chan struct{}) (*keeper, error) {
	limit, cancel := context.WithTimeout(ctx, spawnWithin)
	defer cancel()
	t := time.NewTicker(10 * time.Millisecond)
	defer t.Stop()
	for last := false; ; {
		k, err := c.attach(ctx, p)
		if !errors.Is(err, local.ErrNobody) {
			return k, err
		}
		if last || limit.Err() != nil {
			return nil, fault.New("cli.not_detached", map[string]any{"Log": p.AgentLog()}, err)
		}
		select {
		case <-limit.Done():
		case <-exited:
			last = true // unless it found that another one was quicker
		case <-t.C:
		}
	}
}

// spawn starts this program again, apart from this terminal, to keep the project. It is to outlive this process; that
// it exited before is told.
func (c *call) spawn(p *project.Project) (exited <-chan struct{}, err error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	log, err := p.OpenAgentLog()
	if err != nil {
		return nil, err
	}
	defer log.Close()
	cmd := exec.Command(self, keepApart, "--project", p.Dir) //nolint:noctx // it outlives this process: that is its purpose
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = apart()
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	done := make(chan struct{})
	go func() {
		_ = cmd.Wait() // why is in its log
		close(done)
	}()
	return done, nil
}

// keepApart is the hidden verb of the process that --detach starts.
const keepApart = "keep-apart"

// keepDetached keeps a project until it is stopped. The one who started it says what is wanted; if nobody does for a
// while, there is nothing to keep.
func keepDetached(ctx context.Context, c *call, args []string) error {
	if _, err := c.parse(c.flags(keepApart, true), args, 0); err != nil {
		return err
	}
	p, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer p.Close()
	running, stop := context.WithCancel(ctx)
	defer stop()
	k, err := c.keep(running, p, false)
	if err != nil || k.far() {
		return err
	}
	end := show(ctx, jsonLines(c.Out, c.words, lasting), k.hub)
	defer end()
	untilUnwanted(ctx, k)
	stop()
	return k.wait()
}

// untilUnwanted returns when a story that was wanted is stopped, or none was wanted for a while.
func untilUnwanted(ctx context.Context, k *keeper) {
	states := k.hub.Watch(ctx)
	idle := time.NewTimer(spawnWithin)
	defer idle.Stop()
	wanted := false
	for {
		select {
		case s, open := <-states:
			switch {
			case !open, wanted && stopped(s):
				return
			case s.Want.Up:
				wanted = true
				idle.Stop()
			}
		case <-idle.C:
			return
		}
	}
}

// stopped reports whether nothing is wanted and all of it was carried out, well or not.
func stopped(s app.State) bool {
	return s.Plan == s.Want && (s.Phase() == app.Stopped || s.Phase() == app.PhaseFailed && !s.Want.Up)
}

func down(ctx context.Context, c *call, args []string) error {
	var all bool
	fs := c.flags("down", true)
	fs.BoolVar(&all, "all", false, "")
	if _, err := c.parse(fs, args, 0); err != nil {
		return err
	}
	p, err := c.openLooking(ctx) // what runs may be stopped, trusted or not
	if err != nil {
		return err
	}
	defer p.Close()
	k, err := c.attach(ctx, p)
	switch {
	case errors.Is(err, local.ErrNobody) && !all:
		return c.answer(map[string]bool{"running": false}, func(out io.Writer) { fmt.Fprintln(out, c.words.Text("cli.nothing_kept", nil)) })
	case errors.Is(err, local.ErrNobody):
		hub := &app.Hub{}
		defer show(ctx, c.printer(p.Title(), fromNow()), hub)()
		return app.Down(ctx, p.Parts(true).Steps(true), hub.Emit)
	case err != nil:
		return err
	}
	defer show(ctx, c.printer(p.Title(), fromNow()), k.hub)()
	return stopFar(ctx, k, all)
}

// letGoWithin is how long a process that kept a project may take to end once all is stopped. The tray stays.
const letGoWithin = 2 * time.Second

// stopFar has another process stop what it keeps and waits until it did.
func stopFar(ctx context.Context, k *keeper, all bool) error {
	ended := make(chan error, 1)
	go func() { ended <- k.wait() }()
	if all {
		k.StopEverything()
	} else {
		k.Stop()
	}
	states := k.hub.Watch(ctx)
	var limit <-chan time.Time
	for {
		select {
		case s := <-states:
			if stopped(s) && s.Phase() == app.PhaseFailed {
				return failure(s)
			}
			if stopped(s) && limit == nil {
				limit = time.After(letGoWithin)
			}
		case err := <-ended:
			return err
		case <-limit:
			return nil
		case <-ctx.Done():
			return nil
		}
	}
}
