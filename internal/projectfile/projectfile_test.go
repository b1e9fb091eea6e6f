package projectfile

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"streamtray/app/testenv"
)

func write(t *testing.T, path, text string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func link(t *testing.T, target, path string) string {
	t.Helper()
	if err := os.Symlink(target, path); err != nil {
		testenv.Of(t, "links cannot be made here:", err)
	}
	return path
}

func TestARegularFileIsReadUpToItsBound(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "a"), "12345")
	if b, err := In(dir).Read("a", 5); err != nil || string(b) != "12345" {
		t.Errorf("got %q, %v", b, err)
	}
	if b, err := In(dir).Read(filepath.Join(dir, "a"), 4); !errors.Is(err, ErrTooLarge) || b != nil {
		t.Errorf("a file above the bound: %q, %v", b, err)
	}
	if _, err := In(dir).Read("b", 4); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a missing file: %v", err)
	}
}

func TestAFolderIsNoFile(t *testing.T) {
	if _, err := In(t.TempDir()).Read(".", 10); !errors.Is(err, ErrNotRegular) {
		t.Errorf("got %v", err)
	}
}

func TestWhereALinkLeadsDecidesWhetherItIsInside(t *testing.T) {
	dir, other := t.TempDir(), t.TempDir()
	write(t, filepath.Join(dir, "in"), "")
	write(t, filepath.Join(other, "out"), "")
	link(t, filepath.Join(dir, "in"), filepath.Join(dir, "to-in"))
	link(t, filepath.Join(other, "out"), filepath.Join(dir, "to-out"))
	link(t, filepath.Join(other, "not-yet"), filepath.Join(dir, "to-nothing"))
	link(t, other, filepath.Join(dir, "folder"))
	link(t, filepath.FromSlash("folder/../x"), filepath.Join(dir, "back")) // beside other, not beside folder
	for path, want := range map[string]bool{
		"in": true, "to-in": true, "new": true, "new/deep": true, ".": true,
		"to-out": false, "to-nothing": false, "folder/out": false, "folder/new": false, "back": false, "../x": false,
	} {
		if real, got := In(dir).Inside(filepath.FromSlash(path)); got != want {
			t.Errorf("%s leads to %s: inside is %v", path, real, got)
		}
	}
	via := link(t, dir, filepath.Join(other, "project")) // the person may come by a link themselves
	if real, inside := In(via).Inside(filepath.Join(via, "in")); !inside {
		t.Errorf("a file of a folder opened by a link is outside: %s", real)
	}
}

func TestLinksInACircleEnd(t *testing.T) {
	dir := t.TempDir()
	link(t, "b", filepath.Join(dir, "a"))
	link(t, "a", filepath.Join(dir, "b"))
	if _, err := In(dir).Read("a", 10); !errors.Is(err, ErrLoop) {
		t.Errorf("got %v", err)
	}
}

// Nothing may wait for another program, or read from a device.
func TestPipesAndDevicesAreRefusedAtOnce(t *testing.T) {
	dir := t.TempDir()
	kinds := special(t, dir)
	done := make(chan error, len(kinds))
	for _, path := range kinds {
		go func() {
			_, err := In(dir).Read(path, 10)
			done <- err
		}()
	}
	for range kinds {
		select {
		case err := <-done:
			if !errors.Is(err, ErrNotRegular) || !strings.Contains(err.Error(), "file.not_regular") {
				t.Errorf("got %v", err)
			}
		case <-time.After(10 * time.Second):
			t.Fatal("reading waits")
		}
	}
}
