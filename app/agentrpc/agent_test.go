package agentrpc

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"streamtray/app"
	"streamtray/internal/usererr"
)

// story holds as soon as it is begun; its app can be stopped.
func story(streaming bool) []app.Step {
	running := false
	return []app.Step{{
		ID: "app", Switch: true,
		Check: func(context.Context) error {
			if !running {
				return usererr.New("detector.exited", map[string]any{"Code": 1_000_000}, errors.New("exit status"))
			}
			return nil
		},
		Do:   func(context.Context, app.Tell) error { running = true; return nil },
		Undo: func(context.Context) error { running = false; return nil },
		Say:  func() app.Note { return app.Note{ID: "on", Args: map[string]any{"Streaming": streaming}} },
	}, {ID: "connection", Soft: true, Proves: app.Connected, Check: func(context.Context) error { return nil }}}
}

func await(t *testing.T, h *app.Hub, want app.Phase) app.State {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for s := range h.Watch(ctx) {
		if s.Phase() == want {
			return s
		}
	}
	t.Fatalf("never %v; last %v", want, h.State().Phase())
	return app.State{}
}

func TestAnotherProcessSeesAndSteersTheAgent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		near := &app.Agent{Hub: &app.Hub{}, Story: story}
		ran := make(chan error)
		go func() { ran <- near.Run(ctx) }()
		here, there := net.Pipe()
		server := &Server{Hub: near.Hub, Keeper: near}
		talked := make(chan struct{})
		go func() { defer close(talked); server.talk(ctx, there) }()
		far := Attach(here)
		followed := make(chan error)
		go func() { followed <- far.Follow(t.Context()) }()

		far.Start(true)
		s := await(t, far.Hub, app.Connected)
		if r, _ := s.Row("app"); r.Note.ID != "on" || r.Note.Args["Streaming"] != true {
			t.Errorf("the row from afar: %+v", r)
		}
		far.Toggle(false)
		await(t, far.Hub, app.Ready)
		far.Stop()
		await(t, far.Hub, app.Stopped)
		cancel()
		if err := <-followed; err != nil {
			t.Errorf("Follow after the agent ended: %v, want nil", err)
		}
		<-talked
		if err := <-ran; err != nil {
			t.Error(err)
		}
	})
}

func TestAnErrorIsToldFromAfarAsItIsNearby(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		near := &app.Hub{}
		near.Emit(app.Event{Kind: app.Wants, Want: app.Want{Up: true}})
		near.Emit(app.Event{Step: "app", Kind: app.Failed, Err: usererr.New("detector.exited", map[string]any{"Code": 1_000_000}, nil).Terminal()})
		here, there := net.Pipe()
		go (&Server{Hub: near}).talk(ctx, there)
		far := Attach(here)
		go func() { _ = far.Follow(ctx) }()
		s := await(t, far.Hub, app.PhaseFailed)
		r, _ := s.Row("app")
		var told interface {
			Message() (string, map[string]any)
		}
		if !errors.As(r.Err, &told) || !app.Final(r.Err) {
			t.Fatalf("got %#v, want a final error that names its text", r.Err)
		}
		id, args := told.Message()
		if id != "detector.exited" {
			t.Errorf("text %q", id)
		}
		if got := fmt.Sprint(args["Code"]); got != "1000000" {
			t.Errorf("Code is %s, want 1000000 as it was written", got)
		}
	})
}

func TestSayingTwiceThatTheStateIsCompleteIsHarmless(t *testing.T) {
	near, far := net.Pipe()
	a := Attach(near)
	ended := make(chan error, 1)
	go func() { ended <- a.Follow(t.Context()) }()
	out := json.NewEncoder(far)
	for range 2 {
		if err := out.Encode(FromEvent(app.Event{Kind: app.Current})); err != nil {
			t.Fatal(err)
		}
	}
	far.Close()
	if err := <-ended; err != nil {
		t.Errorf("got %v, want the end of the other side to be no error", err)
	}
	select {
	case <-a.Known():
	default:
		t.Error("the state was complete, and is not known")
	}
}
