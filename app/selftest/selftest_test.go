package selftest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"streamtray/app/autostart"
	"streamtray/app/doctor"
	"streamtray/app/i18n"
	"streamtray/internal/procgroup"
)

const verb = "part-of-a-selftest"

// TestMain lets the test binary be the program: its parts, its keeper, and what it answers in a shell.
func TestMain(m *testing.M) {
	if code, done := procgroup.Keep(os.Args[1:]); done {
		os.Exit(code)
	}
	if len(os.Args) > 1 {
		switch os.Args[1] {
		case verb:
			os.Exit(Part(context.Background(), os.Args[2:]))
		case "version":
			fmt.Println("streamtray test")
			os.Exit(0)
		case "no-such-command":
			os.Exit(2)
		}
	}
	os.Exit(m.Run())
}

// world is what a selftest is tried with here: a home of its own, and no engine.
func world(t *testing.T, verb string) World {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	home := t.TempDir()
	run, err := os.MkdirTemp("", "st") // short: the path of a socket has at most 107 bytes
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(run) })
	t.Setenv("XDG_RUNTIME_DIR", run)
	t.Setenv("HOME", home)
	t.Setenv("XDG_CONFIG_HOME", home)
	t.Setenv("TMPDIR", home)
	t.Setenv("TMP", home)
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
	getenv := func(key string) string {
		if key == "DOCKER_HOST" {
			return "tcp://127.0.0.1:1"
		}
		return ""
	}
	return World{Self: self, Verb: verb, Getenv: getenv, Home: home}
}

// tried are the rows by their ids, in the order tried.
func tried(t *testing.T, w World) (rows map[string]doctor.Result, order []string) {
	t.Helper()
	all, err := Run(t.Context(), w)
	if err != nil {
		t.Fatal(err)
	}
	rows = map[string]doctor.Result{}
	for r := range all {
		rows[r.ID] = r
		order = append(order, r.ID)
	}
	return rows, order
}

func TestEveryRowIsTriedAndNothingIsLeft(t *testing.T) {
	w := world(t, verb)
	rows, order := tried(t, w)
	elsewhere := map[string]doctor.Status{"notification": doctor.Skipped, "engine": doctor.Problem} // no desktop, and an address without an engine
	for _, id := range order {
		want, known := elsewhere[id]
		if !known {
			want = doctor.OK
		}
		if r := rows[id]; r.Status != want && !lacks[id] {
			t.Errorf("%s: got %s, %v; want %s", id, r.Status, r.More, want)
		}
	}
	if len(order) < 11 {
		t.Errorf("only %v were tried", order)
	}
	if left, _ := filepath.Glob(filepath.Join(w.Home, "streamtray-selftest-*")); len(left) > 0 || autostart.On("StreamTray-selftest") {
		t.Errorf("left behind: %v, autostart %t", left, autostart.On("StreamTray-selftest"))
	}
}

// A program that does not do what it should fails the rows that are about it.
func TestABrokenProgramFails(t *testing.T) {
	w := world(t, "no-such-command")
	w.Patience = time.Second
	rows, _ := tried(t, w)
	for _, id := range []string{"killed", "ctrl-break", "long-path", "owners"} {
		if r := rows[id]; r.Status != doctor.Problem || len(r.More) == 0 {
			t.Errorf("%s: got %s, %v; want it failed", id, r.Status, r.More)
		}
	}
	w = world(t, verb)
	w.Patience = time.Second
	w.Self = filepath.Join(w.Home, "not-there")
	rows, _ = tried(t, w)
	if r := rows["console"]; r.Status != doctor.Problem {
		t.Errorf("a program that is not there: got %s", r.Status)
	}
}

func TestEveryRowAndReasonHasWords(t *testing.T) {
	for _, lang := range []string{"en", "zh"} {
		w, err := i18n.New(lang)
		if err != nil {
			t.Fatal(err)
		}
		var ids []string
		for _, r := range slices.Concat(trials(), systemTrials()) {
			ids = append(ids, "selftest.row."+r.id, "selftest.row."+r.id+".means", "selftest.row."+r.id+".hint")
		}
		for _, id := range ids {
			if _, ok := w.Find(id, nil); !ok {
				t.Errorf("%s: no text %s", lang, id)
			}
		}
	}
}
