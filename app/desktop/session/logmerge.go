package session

import (
	"context"
	"slices"
	"sync"
	"time"

	"streamtray/app/ui"
	"streamtray/internal/pause"
)

// gatherFor is how long the lines of all logs are gathered when they are first read: what there is already comes source
// by source, and belongs in the order in which it happened.
const gatherFor = 300 * time.Millisecond

// gathered puts lines into a log: those of the beginning by their time, later ones as they come.
type gathered struct {
	log  *ui.Log
	mu   sync.Mutex
	held []ui.LogLine
	done bool // all is passed on by now
}

// add takes a line.
func (g *gathered) add(l ui.LogLine) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.done {
		g.log.Append(l)
		return
	}
	g.held = append(g.held, l)
}

// release passes on what was gathered, once the time has passed or ctx has ended.
func (g *gathered) release(ctx context.Context) {
	pause.For(ctx, gatherFor)
	g.mu.Lock()
	defer g.mu.Unlock()
	slices.SortStableFunc(g.held, func(a, b ui.LogLine) int { return a.Time.Compare(b.Time) })
	g.log.Append(g.held...)
	g.held, g.done = nil, true
}
