//go:build !windows

package agentrpc

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// talks fails unless one listens on the channel, a second cannot, and a third dials it.
func talks(t *testing.T, c Channel) {
	t.Helper()
	l, err := c.Listen()
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if second, err := c.Listen(); !errors.Is(err, ErrTaken) {
		t.Errorf("second Listen: %v, %v", second, err)
	}
	conn, err := c.Dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	conn.Close()
	if err := c.Alone(); err != nil {
		t.Error(err)
	}
}

// Another user who made our folder first, or the system that has none, kept every command from working.
func TestAChannelNeedsNoRuntimeFolder(t *testing.T) {
	dir := t.TempDir()
	squatted := filepath.Join(dir, "squatted")
	for _, d := range []string{squatted, filepath.Join(squatted, "streamtray-"+strconv.Itoa(os.Getuid()))} {
		if err := os.Mkdir(d, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(filepath.Join(squatted, "streamtray-"+strconv.Itoa(os.Getuid())), 0o777); err != nil {
		t.Fatal(err)
	}
	long := filepath.Join(dir, strings.Repeat("long/", 40))
	if err := os.MkdirAll(long, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, runtime := range map[string]string{"unset": "", "missing": "/proc/none", "relative": "here", "squatted": squatted, "long": long} {
		for where, data := range map[string]string{"": dir, ", and a long data folder": long} {
			t.Run(name+where, func(t *testing.T) {
				t.Setenv("XDG_RUNTIME_DIR", runtime)
				talks(t, Channel{Name: hashed(t.Name()), Data: filepath.Join(data, "data")})
			})
		}
	}
}

func TestOneThatLooksElsewhereFindsTheSameListener(t *testing.T) {
	c := channel(t)
	l, err := c.Listen()
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir()) // as in a program started from elsewhere
	if second, err := c.Listen(); !errors.Is(err, ErrTaken) {
		t.Errorf("second Listen: %v, %v", second, err)
	}
	conn, err := c.Dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	conn.Close()
}

func TestLookingMakesNothing(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("XDG_RUNTIME_DIR", dir)
	if _, err := (Channel{Name: "x", Data: dir}).Dial(t.Context()); !errors.Is(err, ErrNobody) {
		t.Errorf("Dial: %v", err)
	}
	if all, err := os.ReadDir(dir); err != nil || len(all) != 0 {
		t.Errorf("a look made %v, %v", all, err)
	}
}

func TestNoFolderAtAllIsSaid(t *testing.T) {
	t.Setenv("XDG_RUNTIME_DIR", "/proc/none")
	_, err := (Channel{Name: "x", Data: "/proc/none/data"}).Listen()
	if id(err) != "agentrpc.no_folder" {
		t.Errorf("got %v, want agentrpc.no_folder", err)
	}
}
