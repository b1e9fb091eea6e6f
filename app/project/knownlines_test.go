package project

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"streamtray/app"
)

func TestOnlyARunThatStreamedForAWhileIsLearntFrom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		var looks []time.Duration
		hub := &app.Hub{}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() {
			defer close(done)
			learn(ctx, hub.Watch(ctx), func(context.Context) { looks = append(looks, time.Since(begin)) })
		}()
		on := app.Want{Up: true, Streaming: true}
		hub.Emit(app.Event{Kind: app.Wants, Want: on})
		hub.Emit(app.Event{Kind: app.Planned, Want: on})
		hub.Emit(app.Event{Step: "flag", Kind: app.Planned, Turn: true})
		hub.Emit(app.Event{Step: "connection", Kind: app.Planned, Soft: true, Proves: app.Connected})
		hub.Emit(app.Event{Step: "connection", Kind: app.Holds})
		hub.Emit(app.Event{Step: "flag", Kind: app.Done})
		time.Sleep(goodAfter - time.Second)
		hub.Emit(app.Event{Step: "flag", Kind: app.Lost}) // too early
		time.Sleep(time.Minute)
		hub.Emit(app.Event{Step: "flag", Kind: app.Done}) // at 74 s
		time.Sleep(time.Second)
		hub.Emit(app.Event{Step: "flag", Kind: app.Holds}) // what changes nothing puts nothing off
		time.Sleep(goodAgain + time.Minute)
		hub.Emit(app.Event{Step: "flag", Kind: app.Lost})
		time.Sleep(time.Hour)
		cancel()
		<-done
		first := goodAfter - time.Second + time.Minute + goodAfter
		if len(looks) != 2 || looks[0] != first || looks[1] != first+goodAgain {
			t.Errorf("looked at %v, want %v and %v after it", looks, first, goodAgain)
		}
	})
}
