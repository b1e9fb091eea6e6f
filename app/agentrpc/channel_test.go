package agentrpc

import (
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"streamtray/internal/pause"
)

// TestMain lets the test binary be a process that listens until it is killed.
func TestMain(m *testing.M) {
	if data := os.Getenv("LISTEN"); data != "" {
		l, err := Channel{Name: "killed", Data: data}.Listen()
		if err != nil {
			os.Exit(1)
		}
		os.Stdout.WriteString("listening\n")
		turnAway(l) // without cgo, a program that waits for nothing ends as deadlocked
	}
	os.Exit(m.Run())
}

// channel is one of the test's own, in folders of its own.
func channel(t *testing.T) Channel {
	t.Helper()
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	return Channel{Name: strings.ToLower(t.Name()), Data: t.TempDir()}
}

func TestOneListensAndAnotherFindsIt(t *testing.T) {
	name := channel(t)
	if _, err := name.Dial(t.Context()); !errors.Is(err, ErrNobody) {
		t.Errorf("Dial before Listen: %v, want ErrNobody", err)
	}
	l, err := name.Listen()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := name.Listen(); !errors.Is(err, ErrTaken) {
		t.Errorf("second Listen: %v, want ErrTaken", err)
	}
	greet(t, name)
	go func() {
		c, err := l.Accept()
		if err == nil {
			io.WriteString(c, "hello")
			c.Close()
		}
	}()
	c, err := name.Dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(c)
	if err != nil || string(got) != "hello" {
		t.Errorf("read %q, %v", got, err)
	}
	c.Close()
	l.Close()
	again, err := name.Listen()
	if err != nil {
		t.Fatalf("Listen after Close: %v", err)
	}
	again.Close()
}

// turnAway takes whoever comes, and closes the connection, until the listener is closed.
func turnAway(l net.Listener) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		c.Close()
	}
}

func TestAListenerIsItsUsersAlone(t *testing.T) {
	name := channel(t)
	l, err := name.Listen()
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	greet(t, name)
	go turnAway(l) // asking for the rights of a pipe takes a place in it
	alone := func() bool { err = name.Alone(); return err == nil }
	if !pause.Within(10*time.Second, 10*time.Millisecond, alone) { // until it accepts
		t.Fatal(err)
	}
}

func TestAKilledListenerFreesItsName(t *testing.T) {
	name := channel(t)
	name.Name = "killed"
	other := exec.CommandContext(t.Context(), os.Args[0])
	other.Env = append(os.Environ(), "LISTEN="+name.Data)
	out, err := other.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := out.Read(make([]byte, 16)); err != nil {
		t.Fatal(err)
	}
	if _, err := name.Listen(); !errors.Is(err, ErrTaken) {
		t.Errorf("Listen beside a live listener: %v, want ErrTaken", err)
	}
	if err := other.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = other.Wait() // killed: its error says so
	if _, err := name.Dial(t.Context()); !errors.Is(err, ErrNobody) {
		t.Errorf("Dial after the kill: %v, want ErrNobody", err)
	}
	l, err := name.Listen()
	if err != nil {
		t.Fatalf("Listen after the kill: %v", err)
	}
	l.Close()
}
