package cli

import (
	"cmp"
	"context"
	"errors"
	"net"
	"time"

	"streamtray/app"
	"streamtray/app/local"
	"streamtray/app/project"
	"streamtray/app/remote"
	"streamtray/internal/usererr"
)

// keeper is the agent of a project, in this process or another, and where its events come out.
type keeper struct {
	remote.Keeper
	hub   *app.Hub
	alive context.Context // ends with the other process that keeps the project; nil: this process does
	wait  func() error    // returns when the keeper has ended
}

// keep gives the project's agent: that of the process that keeps the project already, else a new one in this process
// that lives until ctx ends.
func (c *call) keep(ctx context.Context, p *project.Project, noApp bool) (*keeper, error) {
	if noApp { // infrastructure alone belongs to nobody
		return c.near(ctx, p, true), nil
	}
	limit := time.NewTimer(answerWithin)
	defer limit.Stop()
	for {
		l, err := local.Listen(p.Channel())
		switch {
		case err == nil:
			return c.serve(ctx, p, l), nil
		case !errors.Is(err, local.ErrTaken):
			return nil, err
		}
		k, err := c.attach(ctx, p)
		if !errors.Is(err, local.ErrNobody) {
			return k, err
		}
		select { // it is about to listen, or just ended
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case <-limit.C:
			return nil, usererr.New("cli.keeper_silent", nil, err)
		case <-time.After(listenSoon):
		}
	}
}

// listenSoon is the pause before a process is looked for again that is about to listen.
const listenSoon = 10 * time.Millisecond

// serve keeps the project in this process and lets others join by l.
func (c *call) serve(ctx context.Context, p *project.Project, l net.Listener) *keeper {
	k := c.near(ctx, p, false)
	serving, end := context.WithCancel(context.WithoutCancel(ctx))
	served := make(chan error, 1)
	go func() { served <- (&remote.Server{Hub: k.hub, Keeper: k.Keeper}).Serve(serving, l) }()
	ended := k.wait
	k.wait = func() error {
		err := ended()
		end() // who has it stopped hears to the last how it goes, and finds nothing running then
		return errors.Join(err, <-served)
	}
	return k
}

// near runs an agent in this process until ctx ends.
func (c *call) near(ctx context.Context, p *project.Project, noApp bool) *keeper {
	hub := &app.Hub{}
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
		end(usererr.New("cli.keeper_gone", nil, err))
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
		return nil, usererr.New("cli.keeper_silent", nil, nil)
	}
}

// far reports whether another process keeps the project.
func (k *keeper) far() bool { return k.alive != nil }
