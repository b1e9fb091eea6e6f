package kafka

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"
)

// Pool is connections that no call uses now: who looks at a cluster again and again logs in once. It is safe for use by
// several goroutines.
type Pool struct {
	For time.Duration // how long one is kept after its last use

	mu       sync.Mutex
	sessions []*pooled // the one used last at the end
}

// pooled is a session that outlives its calls. One call uses it at a time.
type pooled struct {
	*session
	end  context.CancelFunc // closes its connections
	idle *time.Timer
}

// mostPooled is how many there are: looks at several things at once need as many.
const mostPooled = 2

// withSession calls f with a session: one that an earlier call left in the pool, else a new one. The broker may have closed
// one of the pool meanwhile, which is no failure: then f is called again with a new one.
func (c *Cluster) withSession(ctx context.Context, f func(*session) error) error {
	if c.Pool == nil {
		s, err := c.session(ctx)
		if err != nil {
			return err
		}
		defer s.close()
		return f(s)
	}
	if s := c.Pool.take(c.Bootstrap); s != nil {
		err := s.serve(ctx, f)
		ended := s.broken // once it is left it is another call's
		c.leave(s)
		if !ended || ctx.Err() != nil || unanswered(err) {
			return err
		}
	}
	s, err := c.pooled(ctx)
	if err != nil {
		return err
	}
	err = s.serve(ctx, f)
	c.leave(s)
	return err
}

// unanswered reports whether the broker let an answer be waited for in vain, which is no sign of an ended connection.
func unanswered(err error) bool {
	var told *Error
	return errors.As(err, &told) && told.ID == Unanswered
}

// pooled opens a session that ctx only ends while it is opened.
func (c *Cluster) pooled(ctx context.Context) (*pooled, error) {
	life, end := context.WithCancel(context.WithoutCancel(ctx))
	defer context.AfterFunc(ctx, end)()
	s, err := c.session(life)
	if err != nil {
		end()
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, err
	}
	return &pooled{session: s, end: end}, nil
}

// serve lets one call use the session; the call's end before its answer is that of the session.
func (s *pooled) serve(ctx context.Context, f func(*session) error) error {
	s.ctx = ctx
	stop := context.AfterFunc(ctx, s.end)
	err := f(s.session)
	if !stop() {
		s.broken = true
	}
	return err
}

// leave keeps a session for the next call, unless it is broken or there are enough.
func (c *Cluster) leave(s *pooled) {
	if s.broken || !c.Pool.put(s) {
		s.shut()
	}
}

func (s *pooled) shut() {
	s.close()
	s.end()
}

// take gives a session with one of these addresses; nil: there is none.
func (p *Pool) take(bootstrap []string) *pooled {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, s := range slices.Backward(p.sessions) {
		if slices.Contains(bootstrap, s.addr) {
			p.sessions = slices.Delete(p.sessions, i, i+1)
			s.idle.Stop()
			return s
		}
	}
	return nil
}

// put keeps a session; false: there are enough.
func (p *Pool) put(s *pooled) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.sessions) >= mostPooled {
		return false
	}
	s.idle = time.AfterFunc(p.For, func() {
		if p.drop(s) {
			s.shut()
		}
	})
	p.sessions = append(p.sessions, s)
	return true
}

// drop forgets a session; false: a call has taken it.
func (p *Pool) drop(s *pooled) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	i := slices.Index(p.sessions, s)
	if i < 0 {
		return false
	}
	p.sessions = slices.Delete(p.sessions, i, i+1)
	return true
}

// Close ends the connections. Clusters that keep theirs here can be used again.
func (p *Pool) Close() {
	p.mu.Lock()
	all := p.sessions
	p.sessions = nil
	p.mu.Unlock()
	for _, s := range all {
		s.idle.Stop()
		s.shut()
	}
}
