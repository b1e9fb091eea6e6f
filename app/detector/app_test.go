package detector

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestStartingTwiceStartsOnce(t *testing.T) {
	d := newDoor(t)
	l := launchOf(t, "hold:"+d.addr())
	a := started(t, theirs, l)
	app := d.enter()
	if err := a.Start(t.Context(), l); err != nil {
		t.Errorf("the same again: got %v, want nil", err)
	}
	if f := a.Facts(); f.PID != app.pid || !f.Running {
		t.Errorf("got facts %+v, want the first run, process %d", f, app.pid)
	}
	other := l
	other.Env = map[string]string{"ALGO_ENABLE_KAFKA_STREAMING": "false"}
	wantFault(t, a.Start(t.Context(), other), "detector.already_running", true, map[string]any{"PID": app.pid})
	if !app.lives() {
		t.Error("the app ended meanwhile")
	}
}

func TestStoppingIsSafeAtAnyTime(t *testing.T) {
	d := newDoor(t)
	a := New(theirs)
	if err := a.Stop(t.Context()); err != nil {
		t.Errorf("never started: got %v", err)
	}
	if err := a.Start(t.Context(), launchOf(t, "hold:"+d.addr())); err != nil {
		t.Fatal(err)
	}
	app := d.enter()
	for range 2 {
		if err := a.Stop(t.Context()); err != nil {
			t.Errorf("got %v", err)
		}
	}
	app.gone("the app")
	wantFault(t, a.Alive(t.Context()), "detector.not_running", false, nil)
	if err := a.Start(t.Context(), launchOf(t, "hold:"+d.addr())); err != nil {
		t.Fatal("again:", err)
	}
	d.enter()
	if err := errors.Join(a.Alive(t.Context()), a.Stop(t.Context())); err != nil {
		t.Error(err)
	}
}

func TestAnAppMayTakeItsLeave(t *testing.T) {
	d := newDoor(t)
	a := started(t, theirs, launchOf(t, "farewell", "hold:"+d.addr()))
	d.enter()
	if err := a.current().group.Ask(); err != nil {
		t.Skip("this system has no way to ask: ", err) // Wine has none
	}
	if err := a.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	says(t, a, "farewell")
	if f := a.Facts(); f.ExitCode != 0 || f.Signal != "" || f.Ended.IsZero() {
		t.Errorf("got facts %+v, want a clean exit", f)
	}
}

// With and without a keeper, politely or not, no process may be left of any shape of tree.
func TestStopLeavesNobody(t *testing.T) {
	for _, keeper := range []string{"", self(t)} {
		for _, tree := range []struct {
			name   string
			orders []string
			flags  string
		}{
			{"an obedient tree", nil, ""},
			{"a deaf app", []string{"ignore"}, ""},
			{"a deaf grandchild", nil, ",ignore"},
			{"all deaf", []string{"ignore"}, ",ignore"},
		} {
			t.Run(tree.name+map[bool]string{true: ", kept"}[keeper != ""], func(t *testing.T) {
				d := newDoor(t)
				l := launchOf(t, append(tree.orders, "spawn:"+d.addr()+tree.flags, "hold:"+d.addr())...)
				l.Keeper, l.Grace = keeper, 50*time.Millisecond
				a := started(t, theirs, l)
				one, two := d.enter(), d.enter()
				if err := a.Stop(t.Context()); err != nil {
					t.Error(err)
				}
				one.gone("one")
				two.gone("another")
			})
		}
	}
}

func TestStopEndsADeafAppEvenWhenNobodyWaits(t *testing.T) {
	d := newDoor(t)
	l := launchOf(t, "ignore", "hold:"+d.addr())
	l.Grace = time.Hour
	a := started(t, theirs, l)
	app := d.enter()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := a.Stop(ctx); err != nil {
		t.Error(err)
	}
	app.gone("the app")
}

// StreamTray can be killed without a chance to clean up; its app and the app's children must not outlive it.
func TestAKilledAgentLeavesNobody(t *testing.T) {
	d := newDoor(t)
	agent := exec.Command(self(t), "child", "agent:kept,"+d.addr())
	agent.Stderr = os.Stderr
	if err := agent.Start(); err != nil {
		t.Fatal(err)
	}
	guests := []*guest{d.enter(), d.enter(), d.enter()} // the agent, its app, the app's child
	agent.Process.Kill()
	agent.Wait()
	for _, g := range guests {
		g.gone("one of three")
	}
}

func TestAnAppThatEndsTakesItsChildrenAlong(t *testing.T) {
	for _, keeper := range []string{"", self(t)} {
		d := newDoor(t)
		l := launchOf(t, "spawn:"+d.addr(), "hold:"+d.addr(), "exit:3")
		l.Keeper = keeper
		a := started(t, theirs, l)
		one, two := d.enter(), d.enter()
		app, grandchild := one, two
		if f := a.Facts(); two.pid == f.PID {
			app, grandchild = two, one
		}
		app.Close() // which lets it go on
		grandchild.gone("the grandchild")
		ends(t, a)
		wantFault(t, a.Alive(t.Context()), "detector.exited", true, map[string]any{"Code": 3})
	}
}

func TestAliveTellsHowTheAppEnded(t *testing.T) {
	for _, c := range []struct {
		name   string
		orders []string
		id     string
		args   map[string]any
	}{
		{
			"by a code",
			[]string{"err:Traceback (most recent call last):", `err:  File \"app.py\", line 1`, "err:ImportError: no module", "err:", "exit:7"},
			"detector.exited",
			map[string]any{"Code": 7, "Line": "ImportError: no module"},
		},
		{"with no error of its own words", []string{"out:hello", "err:usage: app.py", "exit:2"}, "detector.exited", map[string]any{"Code": 2, "Line": "usage: app.py"}},
		{"all is well", []string{"out:bye"}, "detector.exited_clean", map[string]any{"Line": ""}},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := started(t, theirs, launchOf(t, c.orders...))
			ends(t, a)
			wantFault(t, a.Alive(t.Context()), c.id, true, c.args)
			wantFault(t, a.Producing(t.Context()), c.id, true, c.args)
			wantFault(t, a.Serving(t.Context()), c.id, true, c.args)
		})
	}
}

func TestWhatCannotStartSaysWhy(t *testing.T) {
	program := filepath.Join(t.TempDir(), "broken.exe")
	if err := os.WriteFile(program, []byte("\x7fELF, but not quite"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, keeper := range []string{"", self(t)} {
		for id, l := range map[string]Launch{
			"detector.no_command":        {},
			"detector.no_folder":         {Command: []string{"python"}, Dir: filepath.Join(t.TempDir(), "none")},
			"detector.command_not_found": {Command: []string{"./none"}, Dir: t.TempDir()},
			"detector.start_failed":      {Command: []string{program}, Dir: t.TempDir()},
		} {
			l.Keeper = keeper
			a := New(theirs)
			wantFault(t, a.Start(t.Context(), l), id, id != "detector.start_failed", nil)
			wantFault(t, a.Alive(t.Context()), "detector.not_running", false, nil)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := New(theirs).Start(ctx, launchOf(t)); !errors.Is(err, context.Canceled) {
		t.Errorf("with a context that has ended: got %v, want %v", err, context.Canceled)
	}
}

func TestTheAppGetsItsEnvironment(t *testing.T) {
	t.Setenv("ALGO_ENABLE_KAFKA_STREAMING", "false")
	t.Setenv("PYTHONUTF8", "0")
	l := launchOf(t, "env:ALGO_ENABLE_KAFKA_STREAMING", "env:KAFKA_SASL_PASSWORD", "env:PYTHONUTF8", "env:PYTHONUNBUFFERED")
	l.Env = map[string]string{"ALGO_ENABLE_KAFKA_STREAMING": "true", "KAFKA_SASL_PASSWORD": "s3cret"}
	a := started(t, theirs, l)
	for _, want := range []string{"STREAMING=true", "PASSWORD=s3cret", "PYTHONUTF8=1", "PYTHONUNBUFFERED=1"} {
		says(t, a, want)
	}
	l.Env["PYTHONUTF8"] = "0"
	b := started(t, theirs, l)
	says(t, b, "PYTHONUTF8=0")
}

const loguruLine = "2025-10-20 21:30:00.123 | %-8s | routes.ws:<module>:24 - "

func logged(level, message string) string {
	return "err:" + strings.Replace(loguruLine, "%-8s", (level + "        ")[:8], 1) + message
}

func TestProducingFollowsWhatTheAppSays(t *testing.T) {
	for _, c := range []struct {
		name string
		said []string
		id   string // empty: producing
		args map[string]any
	}{
		{"nothing yet", []string{logged("INFO", "Running on http://0.0.0.0:5000")}, "detector.waiting_ready", nil},
		{"ready", []string{logged("INFO", "Kafka producer initialized for streaming mode")}, "", nil},
		{
			"failed",
			[]string{logged("ERROR", "Failed to initialize Kafka producer: [Errno -1] Connection refused")},
			"detector.init_failed",
			map[string]any{"Reason": "[Errno -1] Connection refused", "Where": "routes.ws:<module>:24"},
		},
		{
			"failed, the web server runs",
			[]string{logged("ERROR", "Failed to initialize Kafka producer: x"), "err: * Running on http://0.0.0.0:5000"},
			"detector.init_failed",
			map[string]any{"Reason": "x"},
		},
		{"the reason is hidden", []string{logged("ERROR", "Failed to initialize Kafka producer: %s")}, "detector.init_failed_hidden", nil},
		{"no reason", []string{logged("ERROR", "Failed to initialize Kafka producer")}, "detector.init_failed_unsaid", nil},
		{"no module", []string{logged("WARNING", "Kafka module not available, streaming mode disabled")}, "detector.degraded", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDoor(t)
			a := started(t, theirs, launchOf(t, append(c.said, "err:said", "hold:"+d.addr())...))
			says(t, a, "said")
			err := a.Producing(t.Context())
			if c.id == "" {
				if err != nil {
					t.Errorf("got %v, want producing", err)
				}
				return
			}
			wantFault(t, err, c.id, c.id != "detector.waiting_ready", c.args)
			if err := a.Alive(t.Context()); err != nil {
				t.Errorf("alive: got %v", err)
			}
		})
	}
}

// What an earlier run said proves nothing for this one.
func TestEveryLaunchHasToProveItself(t *testing.T) {
	d := newDoor(t)
	a := started(t, theirs, launchOf(t, "out:Kafka producer initialized for streaming mode", "hold:"+d.addr()))
	says(t, a, "initialized")
	if err := a.Producing(t.Context()); err != nil {
		t.Fatal(err)
	}
	d.enter()
	if err := a.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := a.Start(t.Context(), launchOf(t, "hold:"+d.addr(), "out:Kafka producer initialized at last", "hold:"+d.addr())); err != nil {
		t.Fatal(err)
	}
	app := d.enter()
	wantFault(t, a.Producing(t.Context()), "detector.waiting_ready", false, nil)
	app.Close()
	says(t, a, "at last")
	if err := a.Producing(t.Context()); err != nil {
		t.Errorf("got %v, want producing", err)
	}
}

func TestServingLooksAtThisMachineOnly(t *testing.T) {
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/away":
			http.Redirect(w, r, "http://192.0.2.1/", http.StatusFound)
		case "/broken":
			w.WriteHeader(http.StatusBadGateway)
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	}))
	defer web.Close()
	d := newDoor(t)
	a := started(t, theirs, launchOf(t, "hold:"+d.addr()))
	look := func(address string) error {
		a.verdicts.ReadyHTTP = address
		return a.Serving(t.Context())
	}
	for _, ok := range []string{"", web.URL, web.URL + "/away", strings.Replace(web.URL, "127.0.0.1", "localhost", 1)} {
		if err := look(ok); err != nil {
			t.Errorf("%q: got %v, want nil", ok, err)
		}
	}
	wantFault(t, look(web.URL+"/broken"), "detector.http_status", false, map[string]any{"Status": 502})
	web.Close()
	wantFault(t, look(web.URL), "detector.not_serving", false, nil)
	for _, bad := range []string{"http://192.0.2.1/", "http://0.0.0.0:5000/", "ftp://127.0.0.1/", "http://localhost.example/", ":"} {
		wantFault(t, look(bad), "detector.bad_ready_url", true, map[string]any{"URL": bad})
	}
}

func TestAFloodNeitherBlocksTheAppNorFillsTheMemory(t *testing.T) {
	const n = 100_000
	begin := time.Now()
	a := started(t, theirs, launchOf(t, "flood:100000", "out:done"))
	ends(t, a)
	t.Logf("%d lines in %v", n, time.Since(begin))
	if got := a.Output().Last(); got != n+1 {
		t.Errorf("got %d lines, want %d", got, n+1)
	}
	lines, skipped := a.Output().Since(0)
	if len(lines) > RingLines || skipped != n+1-uint64(len(lines)) {
		t.Errorf("kept %d lines and skipped %d, want at most %d and the rest", len(lines), skipped, RingLines)
	}
	if got := lines[len(lines)-1].Text; got != "done" {
		t.Errorf("the last line is %q, want done", got)
	}
}
