package detector

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"testing"
)

// nasty are arguments that a shell would change, that quoting gets wrong, or that one code page cannot hold.
var nasty = []string{
	"", " ", "two words", "tab\there", "line\nbreak",
	`"`, `""`, `"quoted"`, `in"side`, `'single'`,
	`\`, `C:\Program Files\`, `ends with two\\`, `\"`, `\\"`, `a\ b`, `"C:\Program Files\app" "two"`,
	"%PATH%", "%", "%%", "100%", "%TEMP%\\x", "!VAR!", "$HOME", "${HOME}", "`id`",
	"^", "a^b", "^^", "&", "a&b", "a && calc", "|", "<in", ">out", "(", ")", ";", ",", "=", "*", "?.*", "~", "#", "@", "-", "--", "/?",
	"检测 结果", "é", "日本語", "🚀", "\u200b", "a\u0301",
}

// No shell stands between: what a project says in app.command is what its app is given.
func TestArgumentsArriveUnchanged(t *testing.T) {
	wantNasty(t, launchOf(t, append([]string{"args"}, nasty...)...))
}

func TestVariablesArriveUnchanged(t *testing.T) {
	var orders []string
	env := map[string]string{}
	for i, value := range nasty {
		name := fmt.Sprint("ALGO_NASTY_", i)
		orders, env[name] = append(orders, "var:"+name), value
	}
	l := launchOf(t, orders...)
	l.Env = env
	wantNasty(t, l)
}

// wantNasty runs an app that prints what it was given, quoted, a line each.
func wantNasty(t *testing.T, l Launch) {
	t.Helper()
	a := started(t, theirs, l)
	ends(t, a)
	got, _ := a.Output().Since(0)
	if len(got) != len(nasty) {
		t.Errorf("got %d lines, want %d", len(got), len(nasty))
	}
	for i, given := range nasty[:min(len(got), len(nasty))] {
		if want := fmt.Sprintf("%+q", given); got[i].Text != want {
			t.Errorf("line %d: got %s, want %s", i, got[i].Text, want)
		}
	}
}

// deep is a folder below dir whose path is longer than Windows took before it was told otherwise (260).
func deep(dir string) string {
	for len(dir) < 300 {
		dir = filepath.Join(dir, "检测 项目 🚀 of several words")
	}
	return dir
}

// folders are those that projects, interpreters and logs live in.
func folders(t *testing.T) map[string]string {
	t.Helper()
	dir := t.TempDir()
	return map[string]string{
		"spaces":   filepath.Join(dir, "two  words"),
		"brackets": filepath.Join(dir, "app (1) [x] {y}"),
		"shell":    filepath.Join(dir, "100% & ^more! $HOME %TEMP%"),
		"Chinese":  filepath.Join(dir, "检测项目"),
		"emoji":    filepath.Join(dir, "🚀"),
	}
}

func TestTheProjectTheInterpreterAndTheLogMayBeAnywhere(t *testing.T) {
	for name, dir := range folders(t) {
		t.Run(name, func(t *testing.T) { wantPlace(t, dir, dir) })
	}
}

func TestTheProjectsPathMayBeLong(t *testing.T) {
	dir := t.TempDir()
	wantPlace(t, dir, deep(dir))
}

func TestTheInterpretersPathMayBeLong(t *testing.T) {
	dir := deep(t.TempDir())
	wantPlace(t, dir, dir)
}

// wantPlace runs an interpreter of one folder in a project of another, which has the log too.
func wantPlace(t *testing.T, home, project string) {
	t.Helper()
	program, err := os.ReadFile(self(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{home, project} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	app, log := filepath.Join(home, "my app.exe"), filepath.Join(project, "logs", "app.log")
	if err := os.WriteFile(app, program, 0o755); err != nil {
		t.Fatal(err)
	}
	a := startedAnywhere(t, Launch{Command: []string{app, "child", "place"}, Dir: project, Log: log})
	ends(t, a)
	said, _ := a.Output().Since(0)
	if len(said) != 2 {
		t.Fatalf("the app said %v, want where it is", said)
	}
	for i, want := range []string{app, project} {
		if got, err := strconv.Unquote(said[i].Text); err != nil || !sameFile(got, want) {
			t.Errorf("got %s, %v; want %s", got, err, want)
		}
	}
	if kept, err := ReadLog(log, 0); len(kept) != 2 || err != nil {
		t.Errorf("the log: got %v, %v; want both lines", kept, err)
	}
}

// startedAnywhere is started for a program whose path may be long. Wine 10 looks the long form of a short path up in a buffer
// of MAX_PATH, and where it does not fit, takes what the thread's stack held there for the program's path
// (create_process_params in kernelbase/process.c). A thread that runs its first program has zeros there, and then Wine takes
// the path that it was given: so a program that is not found is tried again by another thread, each of which ends with its try.
func startedAnywhere(t *testing.T, l Launch) *App {
	t.Helper()
	a := New(theirs)
	err := a.Start(t.Context(), l)
	for n := 0; n < 20 && runtime.GOOS == "windows" && errors.Is(err, fs.ErrNotExist); n++ {
		tried := make(chan error)
		go func() {
			runtime.LockOSThread() // and never unlocked: the thread ends with this function
			tried <- a.Start(t.Context(), l)
		}()
		err = <-tried
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Stop(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	return a
}

// sameFile reports whether two paths lead to one file or folder.
func sameFile(a, b string) bool {
	one, err1 := os.Stat(a)
	two, err2 := os.Stat(b)
	return err1 == nil && err2 == nil && os.SameFile(one, two)
}
