package session

import (
	"context"
	"slices"
	"sync"
	"time"

	"streamtray/app/ui"
	"streamtray/internal/pause"
)

// mergeFor is how long lines are collected before they are sorted: the existing lines come source by source.
const mergeFor = 300 * time.Millisecond

// logMerge passes the lines of all sources on to one log: the existing ones sorted by time, later ones as they come.
type logMerge struct {
	log     *ui.Log
	mu      sync.Mutex
	pending []ui.LogLine
	sorted  bool // pending was passed on
}

// add takes a line.
func (m *logMerge) add(l ui.LogLine) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.sorted {
		m.log.Append(l)
		return
	}
	m.pending = append(m.pending, l)
}

// flush waits for mergeFor, or until ctx ends, and passes on what is pending.
func (m *logMerge) flush(ctx context.Context) {
	pause.For(ctx, mergeFor)
	m.mu.Lock()
	defer m.mu.Unlock()
	slices.SortStableFunc(m.pending, func(a, b ui.LogLine) int { return a.Time.Compare(b.Time) })
	m.log.Append(m.pending...)
	m.pending, m.sorted = nil, true
}
