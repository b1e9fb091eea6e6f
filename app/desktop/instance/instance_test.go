package instance

import (
	"context"
	"testing"

	"streamtray/app"
	"streamtray/app/agentrpc"
)

func TestASecondStartShowsTheFirstOnesWindow(t *testing.T) {
	home := t.TempDir()
	getenv := func(key string) string { return map[string]string{"STREAMTRAY_HOME": home}[key] }
	first, err := Claim(t.Context(), getenv)
	if err != nil || first == nil {
		t.Fatalf("nobody is there: %v, %v", first, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	shown, served := make(chan struct{}, 1), make(chan error, 1)
	hub := &app.Hub{}
	go func() {
		served <- (&agentrpc.Server{Hub: hub, Keeper: &app.Agent{Hub: hub}, Show: func() { shown <- struct{}{} }}).Serve(ctx, first)
	}()
	if second, err := Claim(t.Context(), getenv); second != nil || err != nil {
		t.Errorf("while the first is there: %v, %v; want nothing left to do", second, err)
	}
	select {
	case <-shown:
	case <-t.Context().Done():
		t.Error("the first was not asked for its window")
	}
	cancel()
	<-served
	next, err := Claim(t.Context(), getenv)
	if err != nil || next == nil {
		t.Fatalf("once the first has ended: %v, %v; want its place", next, err)
	}
	next.Close()
}
