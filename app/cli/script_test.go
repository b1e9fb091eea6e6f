package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"streamtray/app/spies"
	"streamtray/internal/golden"
	"streamtray/internal/pause"
	"streamtray/internal/procgroup"
)

// TestMain lets the test binary be the program itself, under its name, in sessions and for the processes that these start.
func TestMain(m *testing.M) {
	spies.IfAsked()
	testscript.Main(m, map[string]func(){"streamtray": program, "docker": desktopCommand})
}

// envCompose makes the docker command one that knows compose, too: it writes down what it is to stop.
const envCompose = "CLI_TEST_COMPOSE"

// desktopCommand is a docker command that knows how to start Docker Desktop, which then never comes up.
func desktopCommand() {
	if asked := strings.Join(os.Args[1:], " "); os.Getenv(envCompose) != "" && strings.HasPrefix(asked, "compose ") {
		fmt.Println("2.40.3") // its version, in case that was asked
		if strings.Contains(asked, " stop ") && os.WriteFile(filepath.Join(os.Getenv("STREAMTRAY_HOME"), "stopped"), []byte(asked), 0o600) != nil {
			os.Exit(1)
		}
		return
	}
	if len(os.Args) < 3 || os.Args[1] != "desktop" || os.Args[2] != "start" {
		os.Exit(1)
	}
	if err := os.WriteFile(filepath.Join(os.Getenv("STREAMTRAY_HOME"), "started"), nil, 0o600); err != nil {
		os.Exit(1)
	}
}

// program is what main does.
func program() {
	if code, done := procgroup.Keep(os.Args[1:]); done {
		os.Exit(code)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	dir, _ := os.Getwd()
	os.Exit(Run(ctx, Env{
		In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Getenv: os.Getenv, Environ: os.Environ(), Dir: dir, Version: "1.2.3",
	}, os.Args[1:]))
}

// TestSessions plays what a person types and holds what they see. Each session has a home of its own and no Docker.
//
// Beside testscript's own commands there are:
//
//	exits N COMMAND...   runs a command that must end with exit code N
//	await COMMAND...     runs a command again and again until it ends well
//	port NAME            puts a free TCP port into the variable NAME
//	expand FILE...       replaces ${NAME} in files by the variable
//	nothing PATTERN      holds when no file's path matches
//	gone                 waits until nothing runs any more that this session started
func TestSessions(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		UpdateScripts:       *golden.Update,
		Setup:               prepare,
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"exits": exits, "await": await, "port": port, "expand": expand, "gone": gone, "nothing": nothing,
		},
	})
}

func prepare(e *testscript.Env) error {
	self, err := exec.LookPath("streamtray")
	if err != nil {
		return err
	}
	e.Setenv("SELF", filepath.ToSlash(self))
	e.Setenv("STREAMTRAY_HOME", filepath.Join(e.WorkDir, "home"))
	e.Setenv("STREAMTRAY_LANG", "en")
	e.Setenv("HOME", filepath.Join(e.WorkDir, "user"))
	e.Setenv("USERPROFILE", filepath.Join(e.WorkDir, "user"))
	e.Setenv("DOCKER_HOST", "tcp://127.0.0.1:1") // where no engine is
	e.Setenv("GORACE", "atexit_sleep_ms=50")     // each process of a session would sleep a second
	e.Defer(func() { endAll(e.WorkDir) })
	return nil
}

func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits N COMMAND...")
	}
	code := 0
	var ended *exec.ExitError
	if err := ts.Exec(args[1], args[2:]...); errors.As(err, &ended) {
		code = ended.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if strconv.Itoa(code) != args[0] {
		ts.Fatalf("exit code %d, want %s", code, args[0])
	}
}

// patience is how long what a session waits for may take on a busy machine.
const patience = 30 * time.Second

func await(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: await COMMAND...")
	}
	until(ts, strings.Join(args, " "), func() bool { return ts.Exec(args[0], args[1:]...) == nil })
}

func until(ts *testscript.TestScript, what string, holds func() bool) {
	if !pause.Within(patience, 50*time.Millisecond, holds) {
		ts.Fatalf("not within %v: %s", patience, what)
	}
}

func port(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: port NAME")
	}
	p, err := freePort()
	ts.Check(err)
	ts.Setenv(args[0], p)
}

func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return strconv.Itoa(l.Addr().(*net.TCPAddr).Port), nil
}

func expand(ts *testscript.TestScript, neg bool, args []string) {
	for _, name := range args {
		file := ts.MkAbs(name)
		b, err := os.ReadFile(file)
		ts.Check(err)
		ts.Check(os.WriteFile(file, []byte(os.Expand(string(b), ts.Getenv)), 0o644))
	}
}

func nothing(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: nothing PATTERN")
	}
	found, err := filepath.Glob(ts.MkAbs(args[0]))
	ts.Check(err)
	if len(found) > 0 {
		ts.Fatalf("left behind: %v", found)
	}
}

func gone(ts *testscript.TestScript, neg bool, args []string) {
	until(ts, "everything has ended", func() bool { return len(running(ts.Getenv("WORK"))) == 0 })
}
