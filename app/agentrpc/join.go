package agentrpc

import (
	"cmp"
	"context"
	"errors"
	"net"
	"time"

	"streamtray/app"
	"streamtray/internal/pause"
	"streamtray/internal/usererr"
)

// Project is what an agent keeps.
type Project interface {
	Channel() Channel
	Agent(ctx context.Context, hub *app.Hub, noApp bool) *app.Agent
}

// Session is the agent of a project, of this process or of another, as it is seen and steered from here.
type Session struct {
	Keeper
	Hub  *app.Hub
	Far  *Agent          // the agent as the other process that keeps the project has it; nil: this process does
	Life context.Context //nolint:containedctx // ends with the caller's, and, if far, with the other process: agentrpc.gone

	ended chan struct{}
	err   error
}

func session(k Keeper, hub *app.Hub, life context.Context) *Session {
	return &Session{Keeper: k, Hub: hub, Life: life, ended: make(chan struct{})}
}

// Ended is closed when the agent has ended, or, if far, when this process has left it.
func (s *Session) Ended() <-chan struct{} { return s.ended }

// Wait returns when Ended does, with what went wrong.
func (s *Session) Wait() error {
	<-s.ended
	return s.err
}

func (s *Session) end(err error) {
	s.err = err
	close(s.ended)
}

// again is the pause before a process is looked for again that has the name and is about to listen, or about to end.
const again = 10 * time.Millisecond

// KeepOrJoin gives the agent of a project: that of the process that keeps it already, else a new one in this process,
// which others can join. It lives until ctx ends. show is called when another process asks to see this one's window; nil:
// there is none.
//
// A process that has the project and does not answer within the limit is agentrpc.silent; one that cannot be reached for as
// long is agentrpc.held.
func KeepOrJoin(ctx context.Context, p Project, limit time.Duration, show func()) (*Session, error) {
	for last := time.Now().Add(limit); ; {
		l, err := p.Channel().Listen()
		if err == nil {
			return keep(ctx, p, l, show), nil
		}
		if !errors.Is(err, ErrTaken) {
			return nil, err
		}
		s, err := Join(ctx, p.Channel(), limit)
		if !errors.Is(err, ErrNobody) {
			return s, err
		}
		if !time.Now().Before(last) {
			return nil, usererr.New("agentrpc.held", nil, err)
		}
		if !pause.For(ctx, again) {
			return nil, context.Cause(ctx)
		}
	}
}

// Keep has the project's agent run in this process until ctx ends. Nobody can join it.
func Keep(ctx context.Context, p Project, noApp bool) *Session {
	hub := &app.Hub{}
	a := p.Agent(ctx, hub, noApp)
	s := session(a, hub, ctx)
	go func() { s.end(a.Run(ctx)) }()
	return s
}

// keep has the agent run here and lets others join by l.
func keep(ctx context.Context, p Project, l net.Listener, show func()) *Session {
	hub := &app.Hub{}
	a := p.Agent(ctx, hub, false)
	s := session(a, hub, ctx)
	serving, end := context.WithCancel(context.WithoutCancel(ctx))
	served := make(chan error, 1)
	go func() { served <- (&Server{Hub: hub, Keeper: a, Show: show}).Serve(serving, l) }()
	go func() {
		err := a.Run(ctx)
		end() // who has it stopped hears to the last how it goes, and finds nobody then
		s.end(errors.Join(err, <-served))
	}()
	return s
}

// attempts is how often a process that does not answer is connected to within the limit: Wine gives the first connection
// to a new pipe to nobody.
const attempts = 2

// Join connects to the process that listens on the channel, until ctx ends. Errors are ErrNobody, also where it ended just
// now, and agentrpc.silent where it said nothing within the limit.
func Join(ctx context.Context, c Channel, limit time.Duration) (*Session, error) {
	var pid int
	for range attempts {
		s, err := join(ctx, c, limit/attempts, &pid)
		if !errors.Is(err, errSilent) {
			return s, err
		}
	}
	return nil, usererr.New("agentrpc.silent", map[string]any{"PID": pid}, nil)
}

// Silent reports whether an error says that a process did not answer, and which.
func Silent(err error) (pid int, silent bool) {
	var told *usererr.Error
	if !errors.As(err, &told) || told.ID != "agentrpc.silent" {
		return 0, false
	}
	pid, _ = told.Args["PID"].(int)
	return pid, true
}

var errSilent = errors.New("no answer")

// join connects once. It notes the process at the other end.
func join(ctx context.Context, c Channel, limit time.Duration, pid *int) (*Session, error) {
	late := time.NewTimer(limit)
	defer late.Stop()
	dialling, cancel := context.WithTimeout(ctx, max(limit, again))
	defer cancel()
	conn, err := c.Dial(dialling)
	if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
		return nil, errSilent
	}
	if err != nil {
		return nil, err
	}
	*pid = peerPID(conn)
	a := Attach(conn)
	life, end := context.WithCancelCause(ctx)
	s := session(a, a.Hub, life)
	s.Far = a
	go func() {
		err := a.Follow(life)
		end(usererr.New("agentrpc.gone", nil, err))
		s.end(err)
	}()
	select {
	case <-a.Known():
		return s, nil
	case <-s.ended:
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		return nil, cmp.Or(s.err, ErrNobody)
	case <-late.C:
		end(nil)
		<-s.ended
		return nil, errSilent
	}
}
