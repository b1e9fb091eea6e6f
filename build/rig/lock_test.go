package rig

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"
)

func TestALockIsHeldByOneAtATime(t *testing.T) {
	file := filepath.Join(t.TempDir(), "lock")
	let, err := lock(t.Context(), file)
	if err != nil {
		t.Fatal(err)
	}
	short, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	if _, err := lock(short, file); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a second one while it is held: got %v, want to wait until the deadline", err)
	}
	let()
	again, err := lock(t.Context(), file)
	if err != nil {
		t.Fatalf("after it was let go of: %v", err)
	}
	again()
}
