package filelock

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// TestMain lets the test binary be a process that holds a lock until it is killed.
func TestMain(m *testing.M) {
	if path := os.Getenv("HOLD"); path != "" {
		if _, err := Try(path); err != nil {
			os.Exit(1)
		}
		_, _ = os.Stdout.WriteString("held\n")
		_, _ = io.Copy(io.Discard, os.Stdin)
	}
	os.Exit(m.Run())
}

func TestOneHoldsAndAnotherDoesNot(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	l, err := Try(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := l.WriteString("who"); err != nil {
		t.Fatal(err)
	}
	if _, err := Try(path); !errors.Is(err, ErrHeld) {
		t.Errorf("second Try: %v, want ErrHeld", err)
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != "who" {
		t.Errorf("a locked file reads %q, %v", got, err)
	}
	began := time.Now()
	if _, err := Wait(path, 50*time.Millisecond); !errors.Is(err, ErrHeld) || time.Since(began) < 50*time.Millisecond {
		t.Errorf("Wait: %v after %v, want ErrHeld after the limit", err, time.Since(began))
	}
	time.AfterFunc(50*time.Millisecond, func() { _ = l.Close() })
	again, err := Wait(path, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	_ = again.Close()
}

func TestWhoDiesLetsGo(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	holder := exec.CommandContext(t.Context(), os.Args[0])
	holder.Env = append(os.Environ(), "HOLD="+path)
	in, err := holder.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	out, err := holder.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := holder.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := out.Read(make([]byte, 5)); err != nil {
		t.Fatal(err)
	}
	if _, err := Try(path); !errors.Is(err, ErrHeld) {
		t.Errorf("Try beside a live holder: %v, want ErrHeld", err)
	}
	if err := holder.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = holder.Wait()                    // killed: its error says so
	l, err := Wait(path, 10*time.Second) // Windows may take a moment
	if err != nil {
		t.Fatal(err)
	}
	_ = l.Close()
}
