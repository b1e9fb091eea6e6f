package agentrpc

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/Microsoft/go-winio"
)

// pipeBehind is a pipe with that security, of which the channel's folder says that the listener is there.
func pipeBehind(t *testing.T, c Channel, security string) {
	t.Helper()
	address := `\\.\pipe\streamtray-test-` + hashed(t.Name()+security)
	l, err := winio.ListenPipe(address, &winio.PipeConfig{SecurityDescriptor: security})
	if err != nil {
		t.Skipf("no pipe with the security %s can be made here: %v", security, err)
	}
	served := make(chan struct{})
	go func() {
		defer close(served)
		turnAway(l)
	}()
	t.Cleanup(func() {
		l.Close()
		<-served
	})
	dir := c.folders()[0]
	if err := own(dir); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, c.Name+".lock"), []byte(address+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
}

// A name below \\.\pipe\ is free for whoever comes first: a pipe that lets us in may be another user's.
func TestAPipeOfAnotherOwnerIsNobody(t *testing.T) {
	sid, err := user()
	if err != nil {
		t.Fatal(err)
	}
	const administrators = "BA" // the one other owner that a test may give a pipe
	for name, c := range map[string]struct {
		security string
		ours     bool
	}{
		"ours":        {"O:" + sid + "D:P(A;;GA;;;" + sid + ")", true},
		"another's":   {"O:" + administrators + "D:P(A;;GA;;;" + sid + ")", false},
		"everybody's": {"O:" + administrators + "D:P(A;;GA;;;WD)", false},
	} {
		t.Run(name, func(t *testing.T) {
			channel := Channel{Name: hashed(t.Name()), Data: t.TempDir()}
			pipeBehind(t, channel, c.security)
			conn, err := channel.Dial(t.Context())
			if err == nil {
				conn.Close()
			}
			if c.ours && err != nil || !c.ours && !errors.Is(err, ErrNobody) {
				t.Errorf("got %v, want it taken for ours: %v", err, c.ours)
			}
		})
	}
}

// Intent: with a user's usual folders, the one for what runs and the one for data are the same, and a first start is the
// first. It took itself for another process, and StreamTray did not start for anybody.
func TestAUsersUsualFoldersAreOneChannel(t *testing.T) {
	c := Channel{Name: strings.ToLower(t.Name()), Data: filepath.Dir(runtimeFolders()[0])}
	if got := c.fallback(); got != runtimeFolders()[0] {
		t.Fatalf("got %s, want the folder for what runs, %s", got, runtimeFolders()[0])
	}
	l, err := c.Listen()
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if _, err := c.Listen(); !errors.Is(err, ErrTaken) {
		t.Errorf("second Listen: %v, want ErrTaken", err)
	}
}

// A client that leaves at the very moment of Close must not keep Close waiting: the program would not end.
func TestAListenerClosesWhileClientsComeAndGo(t *testing.T) {
	for n := range 500 {
		l, address, err := bind("", "closing")
		if err != nil {
			t.Fatal(err)
		}
		go turnAway(l)
		gone := make(chan struct{})
		go func() {
			defer close(gone)
			var c net.Conn
			for err := error(nil); err == nil; {
				within := 50 * time.Millisecond
				if c, err = winio.DialPipe(address, &within); err == nil {
					c.Close()
				}
			}
		}()
		closed := make(chan struct{})
		go func() {
			defer close(closed)
			l.Close()
		}()
		select {
		case <-closed:
		case <-time.After(30 * time.Second):
			t.Fatalf("listener %d: Close waits", n)
		}
		<-gone
	}
}
