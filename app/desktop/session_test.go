package desktop

import (
	"path/filepath"
	"sync/atomic"
	"testing"

	"streamtray/app/project"
)

func shopProject(t *testing.T) *project.Project {
	t.Helper()
	dir := t.TempDir()
	put(t, filepath.Join(dir, "streamtray.yaml"), trustedProject)
	put(t, filepath.Join(dir, "compose.yaml"), trustedCompose)
	var away atomic.Bool
	return opened(t, dir, t.TempDir(), dockerOn(t, &away))
}

// A process that was ending had the name still: the tray told that nobody listens, and kept nothing.
func TestAProjectIsKeptHereOnceAnotherProcessHasLetGoOfIt(t *testing.T) {
	p := shopProject(t)
	l, err := p.Channel().Listen()
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		if c, err := l.Accept(); err == nil { // it ends before it says anything
			c.Close()
		}
		l.Close()
	}()
	s, err := open(t.Context(), p, nil)
	if err != nil {
		t.Fatal(err)
	}
	if s.far {
		t.Error("kept by another process; want by this one")
	}
	if err := s.close(t.Context()); err != nil {
		t.Error(err)
	}
}
