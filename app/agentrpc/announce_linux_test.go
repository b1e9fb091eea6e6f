package agentrpc

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"golang.org/x/sys/unix"
)

// in is the channel of a project as a process sees it whose environment names these folders.
func in(t *testing.T, project, home string) Channel {
	t.Helper()
	t.Setenv("XDG_RUNTIME_DIR", filepath.Join(home, "none"))
	return Of(project, filepath.Join(home, "data"))
}

// A project was kept twice, by processes with another HOME and no folder in common.
func TestAProjectIsKeptOnceWhateverFoldersTheEnvironmentNames(t *testing.T) {
	project, one, other := t.TempDir(), t.TempDir(), t.TempDir()
	l, err := in(t, project, one).Listen()
	if err != nil {
		t.Fatal(err)
	}
	if second, err := in(t, project, other).Listen(); !errors.Is(err, ErrTaken) {
		t.Errorf("from another home: %v, %v", second, err)
	}
	go func() {
		if conn, err := l.Accept(); err == nil {
			conn.Close()
		}
	}()
	conn, err := in(t, project, other).Dial(t.Context())
	if err != nil {
		t.Fatalf("the keeper is not found: %v", err)
	}
	conn.Close()
	if conn, err := in(t, t.TempDir(), other).Dial(t.Context()); !errors.Is(err, ErrNobody) {
		t.Errorf("of another project: %v, %v", conn, err)
	}
	l.Close()
	if conn, err := in(t, project, other).Dial(t.Context()); !errors.Is(err, ErrNobody) {
		t.Errorf("after its end: %v, %v", conn, err)
	}
	l, err = in(t, project, other).Listen()
	if err != nil {
		t.Fatalf("after its end: %v", err)
	}
	l.Close()
}

// Another user who takes the name first keeps nobody from working.
func TestANameThatAnotherUserHasIsDoneWithout(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only root can be another user")
	}
	c := in(t, t.TempDir(), t.TempDir())
	taken := make(chan net.Listener)
	go func() { // as another user, which this thread alone becomes; it ends with the goroutine
		runtime.LockOSThread()
		defer close(taken)
		const nobody = 65534
		if _, _, errno := unix.RawSyscall(unix.SYS_SETRESUID, nobody, nobody, nobody); errno != 0 {
			return
		}
		var lc net.ListenConfig
		if l, err := lc.Listen(context.Background(), "unix", announced(c.Name)); err == nil {
			taken <- l
		}
	}()
	squatter, ok := <-taken
	if !ok {
		t.Skip("cannot become another user here")
	}
	defer squatter.Close()
	talks(t, c)
}
