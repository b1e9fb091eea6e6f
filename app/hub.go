package app

import (
	"context"
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
// block and must not call the hub. Whatever is slower than writing a line uses Watch.
func (h *Hub) Journal(f func(Event)) { h.journal(context.Background(), f, false) }

// Replay is Journal until ctx ends, with events first that make up the state as it is: who begins late still gets
// there.
func (h *Hub) Replay(ctx context.Context, f func(Event)) { h.journal(ctx, f, true) }

func (h *Hub) journal(ctx context.Context, f func(Event), replay bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if replay {
		for _, e := range h.state.events() {
			f(e)
		}
	}
	if h.journals == nil {
		h.journals = map[*journaler]struct{}{}
	}
	j := &journaler{f}
	h.journals[j] = struct{}{}
	context.AfterFunc(ctx, func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		delete(h.journals, j)
	})
}

// journaler has an identity, which a func has not.
type journaler struct{ see func(Event) }
