package detector

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"streamtray/internal/pause"
	"streamtray/internal/procgroup"
)

// The tests' apps, and their keepers, are this test binary.
func TestMain(m *testing.M) {
	if code, done := procgroup.Keep(os.Args[1:]); done {
		os.Exit(code)
	}
	if len(os.Args) > 1 && os.Args[1] == "child" {
		os.Exit(child(os.Args[2:]))
	}
	if os.Getenv("GORACE") == "" {
		os.Setenv("GORACE", "atexit_sleep_ms=0") // or each child of a race-built test lingers for a second
	}
	os.Exit(m.Run())
}

// child obeys its orders one after the other and returns the code to exit with:
//
//	out:TEXT err:TEXT   print a line (\n, \xNN and so on are understood)
//	env:NAME            print the variable
//	var:NAME            print the variable's value, quoted
//	args                print each of all further arguments, quoted, instead of obeying it
//	place               print the program's path and the current folder, quoted
//	ignore              be deaf to polite signals
//	farewell            when asked to end, say so and exit
//	hold:ADDR           dial the test and go on when it hangs up; until then it sees that we live
//	spawn:ADDR,FLAG...  start a grandchild that holds ADDR; its flags: ignore, session (its own)
//	flood:N             print N lines
//	exit:N              exit
//	agent:MODE,ADDR     run an app as StreamTray would, that spawns and holds ADDR; MODE: kept, alone, marked
//	                    (kept, with a mark and a child in a session of its own), slow (marked, with a grace)
func child(orders []string) int {
	for i, o := range orders {
		verb, arg, _ := strings.Cut(o, ":")
		switch verb {
		case "out":
			io.WriteString(os.Stdout, unescape(arg)+"\n")
		case "err":
			io.WriteString(os.Stderr, unescape(arg)+"\n")
		case "env":
			fmt.Printf("%s=%s\n", arg, os.Getenv(arg))
		case "var":
			fmt.Printf("%+q\n", os.Getenv(arg))
		case "args":
			for _, a := range orders[i+1:] {
				fmt.Printf("%+q\n", a)
			}
			return 0
		case "place":
			dir, _ := os.Getwd()
			fmt.Printf("%+q\n%+q\n", os.Args[0], dir)
		case "ignore":
			signal.Ignore(syscall.SIGTERM, os.Interrupt)
		case "farewell":
			asked := make(chan os.Signal, 1)
			signal.Notify(asked, syscall.SIGTERM, os.Interrupt)
			go func() {
				<-asked
				fmt.Println("farewell")
				os.Exit(0)
			}()
		case "hold":
			hold(arg)
		case "spawn":
			spawn(strings.Split(arg, ","))
		case "flood":
			flood(arg)
		case "agent":
			mode, addr, _ := strings.Cut(arg, ",")
			agent(mode, addr)
		case "exit":
			n, _ := strconv.Atoi(arg)
			return n
		default:
			panic("unknown order " + o)
		}
	}
	return 0
}

func unescape(s string) string {
	u, err := strconv.Unquote(`"` + s + `"`)
	if err != nil {
		panic(err)
	}
	return u
}

func hold(addr string) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		panic(err)
	}
	fmt.Fprintln(conn, os.Getpid())
	io.Copy(io.Discard, conn)
}

func spawn(args []string) {
	orders := []string{"child"}
	attr := &syscall.SysProcAttr{}
	for _, flag := range args[1:] {
		switch flag {
		case "ignore":
			orders = append(orders, "ignore")
		case "session":
			ownSession(attr)
		}
	}
	cmd := exec.Command(os.Args[0], append(orders, "hold:"+args[0])...)
	cmd.Stdout, cmd.Stderr, cmd.SysProcAttr = os.Stdout, os.Stderr, attr
	if err := cmd.Start(); err != nil {
		panic(err)
	}
}

func flood(count string) {
	n, _ := strconv.Atoi(count)
	var b bytes.Buffer
	for i := range n {
		fmt.Fprintf(&b, "2025-10-20 21:30:00.123 | INFO     | algo.detect:run:41 - frame %d: 3 objects\n", i)
		if b.Len() > 3<<10 { // a pipe takes so much in one piece, and no line in two
			b.WriteTo(os.Stdout)
		}
	}
	b.WriteTo(os.Stdout)
}

func agent(mode, addr string) {
	self, err := os.Executable()
	if err != nil {
		panic(err)
	}
	l := Launch{Command: []string{self, "child", "ignore", "spawn:" + addr + ",ignore", "hold:" + addr}, Grace: time.Millisecond}
	switch mode {
	case "kept":
		l.Keeper = self
	case "marked", "slow":
		l.Keeper, l.Mark = self, markOf(addr)
		l.Command[3] = "spawn:" + addr + ",session,ignore"
		if mode == "slow" {
			l.Grace = time.Second / 2
		}
	}
	if err := New(Verdicts{}).Start(context.Background(), l); err != nil {
		panic(err)
	}
	hold(addr)
}

// markOf is a mark of those who hold addr.
func markOf(addr string) string { return "test-" + addr }

// door is where children show that they live.
type door struct {
	net.Listener
	t *testing.T
}

func newDoor(t *testing.T) *door {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return &door{l, t}
}

func (d *door) addr() string { return d.Addr().String() }

// patience bounds what a test waits for that should come at once.
const patience = 30 * time.Second

// guest is a child that holds.
type guest struct {
	net.Conn
	pid int
	t   *testing.T
}

// enter waits for the next child to hold.
func (d *door) enter() *guest {
	d.t.Helper()
	d.Listener.(*net.TCPListener).SetDeadline(time.Now().Add(patience))
	conn, err := d.Accept()
	if err != nil {
		d.t.Fatal("no child came:", err)
	}
	d.t.Cleanup(func() { conn.Close() })
	g := &guest{Conn: conn, t: d.t}
	conn.SetReadDeadline(time.Now().Add(patience))
	if _, err := fmt.Fscanln(conn, &g.pid); err != nil {
		d.t.Fatal("a child did not say who it is:", err)
	}
	return g
}

// gone waits until the child is no more.
func (g *guest) gone(who string) {
	g.t.Helper()
	if !until(patience, func() bool { return !g.lives() || ended(g.pid) }) {
		g.t.Errorf("%s: process %d still lives after %v, want it gone", who, g.pid, patience)
	}
}

// until waits until done, for at most d, and reports whether it became so.
func until(d time.Duration, done func() bool) bool { return pause.Within(d, 10*time.Millisecond, done) }

// lives reports whether the child has not ended so far.
func (g *guest) lives() bool {
	g.SetReadDeadline(time.Now().Add(10 * time.Millisecond))
	_, err := g.Read(make([]byte, 1))
	return os.IsTimeout(err)
}

func self(t *testing.T) string {
	t.Helper()
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// launchOf launches a child with orders under a keeper.
func launchOf(t *testing.T, orders ...string) Launch {
	t.Helper()
	return Launch{Command: append([]string{self(t), "child"}, orders...), Dir: t.TempDir(), Keeper: self(t)}
}

// started is an app that runs a child with orders, stopped at the test's end.
func started(t *testing.T, v Verdicts, l Launch) *App {
	t.Helper()
	a := New(v)
	if err := a.Start(t.Context(), l); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Stop(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	return a
}

// says waits for a line that has text.
func says(t *testing.T, a *App, text string) Line {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for lines := range a.Output().Follow(ctx, 0) {
		for _, l := range lines {
			if strings.Contains(l.Text, text) {
				return l
			}
		}
	}
	t.Fatalf("the app did not say %q", text)
	return Line{}
}

// ends waits for the end of the app's run.
func ends(t *testing.T, a *App) {
	t.Helper()
	select {
	case <-a.current().done:
	case <-time.After(patience):
		t.Fatal("the app did not end")
	}
}

// told is what a fault says of itself.
type told interface {
	error
	Final() bool
	Message() (string, map[string]any)
}

// wantFault checks an error's name, whether it is final, and some of its values.
func wantFault(t *testing.T, err error, id string, final bool, args map[string]any) {
	t.Helper()
	f, ok := err.(told) //nolint:errorlint // these come unwrapped
	if !ok {
		t.Errorf("got error %v, want %s", err, id)
		return
	}
	gotID, gotArgs := f.Message()
	if gotID != id || f.Final() != final {
		t.Errorf("got %s (final %v) %v, want %s (final %v)", gotID, f.Final(), gotArgs, id, final)
	}
	for _, k := range slices.Sorted(maps.Keys(args)) {
		if gotArgs[k] != args[k] {
			t.Errorf("%s: got %s %q, want %q", id, k, gotArgs[k], args[k])
		}
	}
}

// plant makes files in dir: "path" a program, "path=text" a file with that text, "path/" a folder.
func plant(t *testing.T, dir string, files ...string) {
	t.Helper()
	for _, f := range files {
		name, text, isText := strings.Cut(f, "=")
		path := filepath.Join(dir, name)
		if strings.HasSuffix(name, "/") {
			if err := os.MkdirAll(path, 0o755); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		mode := os.FileMode(0o755)
		if isText {
			mode = 0o644
		}
		if err := os.WriteFile(path, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
	}
}
