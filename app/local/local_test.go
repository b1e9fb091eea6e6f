package local

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"testing"
	"time"
)

// TestMain lets the test binary be a process that listens until it is killed.
func TestMain(m *testing.M) {
	if name := os.Getenv("LISTEN"); name != "" {
		if _, err := Listen(name); err != nil {
			os.Exit(1)
		}
		os.Stdout.WriteString("listening\n")
		select {}
	}
	os.Exit(m.Run())
}

func TestOneListensAndAnotherFindsIt(t *testing.T) {
	name := t.Name()
	if _, err := Dial(t.Context(), name); !errors.Is(err, ErrNobody) {
		t.Errorf("Dial before Listen: %v, want ErrNobody", err)
	}
	l, err := Listen(name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Listen(name); !errors.Is(err, ErrTaken) {
		t.Errorf("second Listen: %v, want ErrTaken", err)
	}
	go func() {
		c, err := l.Accept()
		if err == nil {
			io.WriteString(c, "hello")
			c.Close()
		}
	}()
	c, err := Dial(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(c)
	if err != nil || string(got) != "hello" {
		t.Errorf("read %q, %v", got, err)
	}
	c.Close()
	l.Close()
	again, err := Listen(name)
	if err != nil {
		t.Fatalf("Listen after Close: %v", err)
	}
	again.Close()
}

func TestAListenerIsItsUsersAlone(t *testing.T) {
	name := t.Name()
	l, err := Listen(name)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		for {
			c, err := l.Accept() // asking for the rights of a pipe takes a place in it
			if err != nil {
				return
			}
			c.Close()
		}
	}()
	deadline := time.After(10 * time.Second)
	look := time.NewTicker(10 * time.Millisecond)
	defer look.Stop()
	for err := Alone(name); err != nil; err = Alone(name) { // until it accepts
		select {
		case <-look.C:
		case <-deadline:
			t.Fatal(err)
		}
	}
}

func TestAKilledListenerFreesItsName(t *testing.T) {
	name := t.Name()
	other := exec.CommandContext(t.Context(), os.Args[0])
	other.Env = append(os.Environ(), "LISTEN="+name)
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
	if _, err := Listen(name); !errors.Is(err, ErrTaken) {
		t.Errorf("Listen beside a live listener: %v, want ErrTaken", err)
	}
	if err := other.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = other.Wait() // killed: its error says so
	if _, err := Dial(t.Context(), name); !errors.Is(err, ErrNobody) {
		t.Errorf("Dial after the kill: %v, want ErrNobody", err)
	}
	l, err := Listen(name)
	if err != nil {
		t.Fatalf("Listen after the kill: %v", err)
	}
	l.Close()
}
