package cli

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// terminal is a real one, of 80 columns and 24 lines, with the program in it.
type terminal struct {
	t     *testing.T
	cmd   *exec.Cmd
	keys  *os.File
	ended chan struct{} // nobody writes to it any more

	mu   sync.Mutex
	text bytes.Buffer
	news chan struct{}
}

// start runs the program in dir on a terminal of its own.
func start(t *testing.T, dir string, args ...string) *terminal {
	t.Helper()
	keys, side := pty(t)
	x := &terminal{t: t, keys: keys, ended: make(chan struct{}), news: make(chan struct{}, 1)}
	self, err := exec.LookPath("streamtray")
	if err != nil {
		t.Fatal(err)
	}
	x.cmd = exec.CommandContext(t.Context(), self, args...)
	x.cmd.Dir = dir
	x.cmd.Env = append(os.Environ(), "TERM=xterm", "STREAMTRAY_LANG=en", "WORK="+dir, "STREAMTRAY_HOME="+filepath.Join(dir, "home"))
	x.cmd.Stdin, x.cmd.Stdout, x.cmd.Stderr = side, side, side
	x.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := x.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { endAll(dir) })
	side.Close()
	go func() {
		defer close(x.ended)
		_, _ = io.Copy(x, keys) // ends with an error when the program lets go of the terminal
	}()
	return x
}

func pty(t *testing.T) (keys, side *os.File) {
	t.Helper()
	keys, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() { keys.Close() })
	number := 0
	err = control(keys, func(fd int) error {
		n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
		number = n
		return errors.Join(err, unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0), unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: 80}))
	})
	if err != nil {
		t.Fatal(err)
	}
	side, err = os.OpenFile("/dev/pts/"+strconv.Itoa(number), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	return keys, side
}

func control(f *os.File, do func(fd int) error) error {
	c, err := f.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	return errors.Join(c.Control(func(fd uintptr) { failed = do(int(fd)) }), failed)
}

// Write takes what the program prints.
func (x *terminal) Write(b []byte) (int, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	select {
	case x.news <- struct{}{}:
	default:
	}
	return x.text.Write(b)
}

func (x *terminal) printed() string {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.text.String()
}

// sees waits until something was printed.
func (x *terminal) sees(text string) {
	x.t.Helper()
	limit := time.After(patience)
	for !strings.Contains(x.printed(), text) {
		select {
		case <-x.news:
		case <-x.ended:
			if !strings.Contains(x.printed(), text) {
				x.t.Fatalf("it ended without %q:\n%s", text, x.printed())
			}
		case <-limit:
			x.t.Fatalf("not within %v: %q:\n%s", patience, text, x.printed())
		}
	}
}

func (x *terminal) types(keys string) {
	x.t.Helper()
	if _, err := x.keys.WriteString(keys); err != nil {
		x.t.Fatal(err)
	}
}

// exits waits for the end and returns the exit code and what stands on the screen.
func (x *terminal) exits() (code int, screenful string) {
	x.t.Helper()
	var failed *exec.ExitError
	if err := x.cmd.Wait(); err != nil && !errors.As(err, &failed) {
		x.t.Fatal(err)
	}
	<-x.ended
	s := &screen{t: x.t, columns: 80, lines: 24, wide: true} // sentences break anywhere
	_, _ = s.Write(x.text.Bytes())
	return x.cmd.ProcessState.ExitCode(), s.String()
}

func TestAPersonAtATerminalIsAskedOnceAndSeesTheRows(t *testing.T) {
	dir := t.TempDir()
	self, err := exec.LookPath("streamtray")
	if err != nil {
		t.Fatal(err)
	}
	port, err := freePort()
	if err != nil {
		t.Fatal(err)
	}
	yaml := "version: 1\nname: try\nkafka: {mode: embedded}\napp:\n  command: [\"" + self + "\", sample-app]\n" +
		"  env: {ALGO_HOST: 127.0.0.1, ALGO_PORT: \"" + port + "\"}\n  ready: {http: \"http://127.0.0.1:" + port + "/\"}\n"
	if err := os.WriteFile(filepath.Join(dir, "streamtray.yaml"), []byte(yaml), 0o600); err != nil {
		t.Fatal(err)
	}

	no := start(t, dir, "up")
	no.sees("Do you trust it? [y/N]")
	no.types("no\n")
	if code, seen := no.exits(); code != Broken || !strings.Contains(seen, "has not been trusted yet") || strings.Contains(seen, "Detection app") {
		t.Errorf("no: exit code %d\n%s", code, seen)
	}

	yes := start(t, dir, "up")
	yes.sees("Do you trust it? [y/N]")
	yes.types("y\n")
	yes.sees("try · Streaming")
	yes.types("\x03")
	code, seen := yes.exits()
	if code != Kept || !strings.Contains(seen, "try · Stopped") || strings.Count(seen, "Detection app") != 1 || strings.Count(seen, "Kafka producer") != 1 {
		t.Errorf("yes: exit code %d\n%s", code, seen)
	}

	again := start(t, dir, "up")
	again.sees("try · Streaming")
	again.types("\x03")
	if code, seen := again.exits(); code != Kept || strings.Contains(seen, "trust") {
		t.Errorf("again: exit code %d\n%s", code, seen)
	}
	if left := running(dir); len(left) > 0 {
		t.Errorf("processes %v are left", left)
	}
}

func TestTheDemoIsDrawnWithItsCounts(t *testing.T) {
	dir := t.TempDir()
	x := start(t, dir, "demo")
	x.sees("frames sent")
	x.sees("detection-results")
	x.types("\x03")
	code, seen := x.exits()
	if code != Kept || strings.Count(seen, "Embedded Kafka") != 1 || !strings.Contains(seen, "Streaming after") {
		t.Errorf("exit code %d\n%s", code, seen)
	}
}
