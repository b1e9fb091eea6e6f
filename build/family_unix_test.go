//go:build !windows

package main

import (
	"context"
	"os"
	"testing"
	"time"
)

// The test programs of a go test that was ended went on.
func TestWhoeverIsEndedEndsWithWhatItStarted(t *testing.T) {
	ctx, end := context.WithCancel(t.Context())
	defer end()
	cmd, err := atRoot(ctx, nil, "sh", "-c", "sleep 600 & echo started; wait")
	if err != nil {
		t.Fatal(err)
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	cmd.Stdout = w
	err = cmd.Start()
	w.Close()
	if err != nil {
		t.Fatal(err)
	}
	if err := r.SetReadDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Read(make([]byte, 100)); err != nil {
		t.Fatal(err)
	}
	end()
	if cmd.Wait() == nil {
		t.Error("it ended well")
	}
	if n, err := r.Read(make([]byte, 1)); n != 0 || os.IsTimeout(err) {
		t.Errorf("%v: somebody still holds its output", err)
	}
}
