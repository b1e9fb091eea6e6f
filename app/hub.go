package app

import (
	"context"
	"iter"
	"sync"
	"time"
)

// Hub is where events come in and states go out. The zero Hub is ready for use.
//
// Order: events are applied one at a time, in the order of Emit. A watcher sees states in that order; it may miss
// some, never the last. A journal sees every event.
type Hub struct {
	mu       sync.Mutex
	state    State
	watchers map[chan State]struct{}
	journals map[*journaler]struct{}
}

// Emit applies the event, stamped with the present time unless it has one, and passes it on. It never blocks: a watcher that does
// not read is skipped.
func (h *Hub) Emit(e Event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if e.At.IsZero() { // an event from another process keeps its time
		e.At = time.Now()
	}
	h.state = h.state.Apply(e)
	for j := range h.journals {
		j.see(e)
	}
	for ch := range h.watchers {
		select { // make room: an unread state is out of date now
		case <-ch:
		default:
		}
		ch <- h.state // cannot block: the room is ours, only Emit sends
	}
}

// State is what is true now.
func (h *Hub) State() State {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.state
}

// Watch returns a channel that gives the state as it is now and then, after changes, the latest. It is closed
// when ctx ends. A reader that is slow skips states; it stalls nobody and always gets the last one.
//
// Watch before you act: what happens between acting and watching is otherwise seen only as a state.
func (h *Hub) Watch(ctx context.Context) <-chan State {
	ch := make(chan State, 1)
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.watchers == nil {
		h.watchers = map[chan State]struct{}{}
	}
	h.watchers[ch] = struct{}{}
	ch <- h.state
	context.AfterFunc(ctx, func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		delete(h.watchers, ch)
		close(ch)
	})
	return ch
}

// Journal has f called with every event from now on, in order, under the hub's lock: f must be quick, must not
// block and must not call the hub. Whatever may have to wait for its reader uses Events or Watch.
func (h *Hub) Journal(f func(Event)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.journal(f)
}

// journal adds f and returns how to take it away again; h.mu is held.
func (h *Hub) journal(f func(Event)) (remove func()) {
	if h.journals == nil {
		h.journals = map[*journaler]struct{}{}
	}
	j := &journaler{f}
	h.journals[j] = struct{}{}
	return func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		delete(h.journals, j)
	}
}

// journaler has an identity, which a func has not.
type journaler struct{ see func(Event) }

// maxBehind is how many events a reader of Events may be behind before the oldest are dropped.
const maxBehind = 4096

// Events gives first the events that make up the state as it is, a Current, then every event until ctx ends, in order, with the
// number of events missed before each: a reader that falls far behind misses the oldest and is told so, and
// stalls nobody. What was emitted before ctx ended is still given.
//
// It joins the hub when it is called, not when it is first read.
func (h *Hub) Events(ctx context.Context) iter.Seq2[Event, int] {
	q := &queue{news: make(chan struct{}, 1)}
	h.mu.Lock()
	for _, e := range h.state.events() {
		q.add(e)
	}
	remove := h.journal(q.add)
	h.mu.Unlock()
	context.AfterFunc(ctx, remove)
	return func(yield func(Event, int) bool) {
		defer remove()
		for {
			ended := ctx.Err() != nil
			batch, missed := q.take()
			for _, e := range batch {
				if !yield(e, missed) {
					return
				}
				missed = 0
			}
			if ended {
				return
			}
			select {
			case <-ctx.Done():
			case <-q.news:
			}
		}
	}
}

// queue holds the events that a reader has not taken yet.
type queue struct {
	mu     sync.Mutex
	events []Event
	missed int
	news   chan struct{} // holds one token when there are events
}

func (q *queue) add(e Event) {
	q.mu.Lock()
	if len(q.events) >= maxBehind {
		half := len(q.events) / 2
		q.events = append(q.events[:0], q.events[half:]...)
		q.missed += half
	}
	q.events = append(q.events, e)
	q.mu.Unlock()
	select {
	case q.news <- struct{}{}:
	default:
	}
}

func (q *queue) take() (events []Event, missed int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	events, missed = q.events, q.missed
	q.events, q.missed = nil, 0
	return events, missed
}
