package project

import (
	"context"
	"time"

	"streamtray/app"
)

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

// learn keeps what a good run's logs say, until ctx ends.
func (p *Project) learn(ctx context.Context, hub *app.Hub) {
	learn(ctx, hub.Watch(ctx), func(ctx context.Context) {
		_ = p.explainer.Remember(ctx) // without it a failure shows more lines than it needs to, no less
	})
}
