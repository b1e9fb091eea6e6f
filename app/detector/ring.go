package detector

import (
	"context"
	"iter"
	"sync"
)

// Bounds of an App's ring.
const (
	RingLines = 10_000
	RingBytes = 8 << 20
)

// Ring keeps the last lines, bounded by their number and by their bytes. Writers never wait for readers: a reader
// that is too slow misses lines and is told how many.
type Ring struct {
	maxLines, maxBytes int

	mu    sync.Mutex
	lines []Line // a queue: those before first are gone
	first int
	bytes int
	last  uint64        // Seq of the newest line ever
	wake  chan struct{} // closed by the next Append; nil while nobody waits
}

// NewRing returns a ring of at most maxLines lines with at most maxBytes bytes; the newest line is kept whatever its
// size.
func NewRing(maxLines, maxBytes int) *Ring {
	return &Ring{maxLines: max(maxLines, 1), maxBytes: maxBytes}
}

// lineCost is what a line takes besides its text, in bytes.
const lineCost = 96

// Append adds lines and numbers them.
func (r *Ring) Append(lines ...Line) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, l := range lines {
		r.last++
		l.Seq = r.last
		r.add(l)
	}
	if r.wake != nil && len(lines) > 0 {
		close(r.wake)
		r.wake = nil
	}
}

func (r *Ring) add(l Line) {
	r.bytes += len(l.Text) + lineCost
	r.lines = append(r.lines, l)
	for live := len(r.lines) - r.first; live > 1 && (live > r.maxLines || r.bytes > r.maxBytes); live-- {
		r.bytes -= len(r.lines[r.first].Text) + lineCost
		r.lines[r.first] = Line{}
		r.first++
	}
	if r.first > r.maxLines { // so that a line moves once at most, and the slice stays within twice the bound
		n := copy(r.lines, r.lines[r.first:])
		clear(r.lines[n:])
		r.lines, r.first = r.lines[:n], 0
	}
}

// Last is the number of the newest line so far, 0 before the first.
func (r *Ring) Last() uint64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.last
}

// Since gives the kept lines that came after the line numbered after (0: all), oldest first, and how many came after
// it that are no longer kept.
func (r *Ring) Since(after uint64) (lines []Line, skipped uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if after >= r.last {
		return nil, 0
	}
	live := r.lines[r.first:]
	fresh := r.last - after
	if kept := uint64(len(live)); fresh > kept {
		fresh, skipped = kept, fresh-kept
	}
	return append(lines, live[uint64(len(live))-fresh:]...), skipped
}

// Wait returns when a line after the one numbered after has come, or with the cause when ctx ends.
func (r *Ring) Wait(ctx context.Context, after uint64) error {
	for {
		r.mu.Lock()
		if r.last > after {
			r.mu.Unlock()
			return nil
		}
		if r.wake == nil {
			r.wake = make(chan struct{})
		}
		wake := r.wake
		r.mu.Unlock()
		select {
		case <-wake:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// Follow gives the lines after the one numbered after, those kept at once and then those that come, until ctx ends.
// With each batch comes how many lines before it were missed.
func (r *Ring) Follow(ctx context.Context, after uint64) iter.Seq2[[]Line, uint64] {
	return func(yield func([]Line, uint64) bool) {
		for r.Wait(ctx, after) == nil {
			lines, skipped := r.Since(after)
			after += skipped + uint64(len(lines))
			if !yield(lines, skipped) {
				return
			}
		}
	}
}
