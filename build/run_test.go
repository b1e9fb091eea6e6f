package main

import (
	"context"
	"os"
	"runtime"
	"testing"
	"time"
)

// The test programs of a go test that was ended went on.
func TestWhoeverIsEndedEndsWithWhatItStarted(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a shell starts the program")
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	ran := make(chan error, 1)
	go func() {
		defer w.Close()
		ran <- run(ctx, w, os.Stderr, nil, "sh", "-c", "sleep 600 & echo started; wait")
	}()
	if err := r.SetReadDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Read(make([]byte, 100)); err != nil {
		t.Fatal(err)
	}
	stop()
	if <-ran == nil {
		t.Error("it ended well")
	}
	if n, err := r.Read(make([]byte, 1)); n != 0 || os.IsTimeout(err) {
		t.Errorf("%v: somebody still holds its output", err)
	}
}
