package project

import (
	"context"
	"sync"
	"time"

	"streamtray/app"
	"streamtray/internal/pause"
)

// session is what ZooKeeper may still keep of a Kafka that was killed. As long as it does, the next one cannot start.
type session struct {
	mu    sync.Mutex
	until time.Time // when it is surely forgotten; zero: there is none to wait for
	last  time.Time // when it was last waited for
}

// Bounds of waiting for ZooKeeper to forget.
const (
	sessionLasts = 18 * time.Second // Kafka's default; the next one takes seconds to come to where it matters
	sessionAgain = 2 * time.Minute  // who finds one again so soon has two brokers of one id, and no patience helps
)

// found notes that a Kafka which was started that long ago met what another one had left.
func (s *session) found(ago time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	if now.Sub(s.last) < sessionAgain && !s.last.IsZero() {
		return
	}
	s.until = now.Add(sessionLasts - min(max(ago, 0), sessionLasts))
}

// outwait waits until it is forgotten, and says so.
func (s *session) outwait(ctx context.Context, tell app.Tell) error {
	s.mu.Lock()
	left := time.Until(s.until)
	if s.until.IsZero() || left <= 0 {
		s.until = time.Time{}
		s.mu.Unlock()
		return nil
	}
	s.until, s.last = time.Time{}, time.Now()
	s.mu.Unlock()
	tell(app.Note{ID: "project.zk_session", Args: map[string]any{"Seconds": int(left.Round(time.Second).Seconds())}})
	if !pause.For(ctx, left) {
		return context.Cause(ctx)
	}
	return nil
}
