package project

import (
	"context"
	"encoding/json"
	"os"
	"sync"
	"time"

	"streamtray/app"
	"streamtray/app/diagnose"
)

// memory keeps the error lines of the last good run that no rule knows. They are no news when a later run fails.
type memory struct {
	file string

	mu    sync.Mutex
	known []string
	read  bool
}

// maxMemory bounds the file, in bytes.
const maxMemory = 256 << 10

// lines are those of the last good run; none where there was none, or where it cannot be read: then more is told.
func (m *memory) lines() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.read {
		return m.known
	}
	m.read = true
	if info, err := os.Stat(m.file); err != nil || info.Size() > maxMemory {
		return nil
	}
	text, err := os.ReadFile(m.file)
	if err != nil || json.Unmarshal(text, &m.known) != nil {
		m.known = nil
	}
	return m.known
}

// save puts the lines of a good run in the place of those before.
func (m *memory) save(scanners []*diagnose.Scanner) error {
	lines := []string{}
	for _, s := range scanners {
		lines = append(lines, s.Unknown()...)
	}
	m.mu.Lock()
	m.known, m.read = lines, true
	m.mu.Unlock()
	return replace(m.file, lines)
}

// When a run is good enough to learn from: it has streamed for a while. What it says later is learnt now and then.
const (
	goodAfter = 15 * time.Second
	goodAgain = 10 * time.Minute
)

// learn has look called while the story streams, when it has for a while and then now and again, until ctx ends.
func learn(ctx context.Context, states <-chan app.State, look func(context.Context)) {
	due := time.NewTimer(0)
	due.Stop()
	defer due.Stop()
	streaming := false
	for {
		select {
		case s, open := <-states:
			if !open {
				return
			}
			if now := s.Phase().Kept() && s.Want.Streaming; now != streaming {
				streaming = now
				due.Stop()
				if now {
					due.Reset(goodAfter)
				}
			}
		case <-due.C:
			look(ctx)
			due.Reset(goodAgain)
		}
	}
}

// learn keeps what a good run's logs say, until ctx ends or the project is closed.
func (p *Project) learn(ctx context.Context, hub *app.Hub) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(p.life, cancel)()
	learn(ctx, hub.Watch(ctx), func(ctx context.Context) {
		_ = p.explainer.remember(ctx) // without it a failure shows more lines than it needs to, no less
	})
}
