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
	journals []func(Event)
}

// Emit applies the event, stamped with the present time, and passes it on. It never blocks: a watcher that does
// not read is skipped.
func (h *Hub) Emit(e Event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	e.At = time.Now()
	h.state = h.state.Apply(e)
	for _, j := range h.journals {
		j(e)
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
func (h *Hub) Journal(f func(Event)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.journals = append(h.journals, f)
}
