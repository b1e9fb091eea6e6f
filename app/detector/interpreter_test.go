//go:build !windows

package detector

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"streamtray/internal/usererr"
)

func TestTheInterpreterIsTheOneThatTheAppRunsWith(t *testing.T) {
	dir := t.TempDir()
	plant := func(path string) string {
		path = filepath.Join(dir, path)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, nil, 0o755)); err != nil {
			t.Fatal(err)
		}
		return path
	}
	system, app := plant("bin/python"), filepath.Dir(plant("app/app.py"))
	base := []string{"PATH=" + filepath.Dir(system), "PYTHONHOME=/elsewhere"}
	launch := func(command ...string) Launch {
		return Launch{Command: command, Dir: app, Env: map[string]string{"MINE": "1"}}
	}
	for _, command := range [][]string{{"python", "app.py"}, {"python", "-3.11", "app.py"}, {"python3"}} {
		_, argv, _, err := launch(command...).Interpreter(base)
		if !slices.Equal(argv, []string{system}) || err != nil {
			t.Errorf("%v: got %v, %v; want %s alone", command, argv, err, system)
		}
	}
	if _, _, _, err := launch("node", "app.js").Interpreter(base); !errors.Is(err, ErrNoPython) {
		t.Errorf("an app in another language: got %v", err)
	}
	for _, command := range [][]string{nil, {"uvicorn", "main:app"}, {"uv", "run", "main.py"}, {"flask", "run"}} {
		if _, argv, _, err := launch(command...).Interpreter(base); !slices.Equal(argv, []string{system}) || err != nil {
			t.Errorf("%v: got %v, %v; want %s", command, argv, err, system)
		}
	}
	// A path or a version names one interpreter, and it was taken for no Python at all: nothing of the app was checked.
	other := plant("opt/bin/python3")
	versioned := plant("bin/python3.11")
	for command, want := range map[string]string{other: other, "python3.11": versioned, "../opt/bin/python3": other} {
		if _, argv, _, err := launch(command, "app.py").Interpreter(base); !slices.Equal(argv, []string{want}) || err != nil {
			t.Errorf("%s: got %v, %v; want %s", command, argv, err, want)
		}
	}
	for _, command := range []string{"pythonista", "/opt/bin/python-config", "python3.11.sh"} {
		if isInterpreter(command) {
			t.Errorf("%s is taken for an interpreter", command)
		}
	}
	plant("app/.venv/pyvenv.cfg")
	own := plant("app/.venv/bin/python")
	if _, argv, _, err := launch(other, "app.py").Interpreter(base); !slices.Equal(argv, []string{other}) || err != nil {
		t.Errorf("another Python than the environment's: got %v, %v; want %s", argv, err, other)
	}
	for _, command := range [][]string{{"python", "app.py"}, {"flask", "run"}, {own, "app.py"}, {".venv/bin/python", "app.py"}} {
		found, argv, env, err := launch(command...).Interpreter(base)
		if !slices.Equal(argv, []string{own}) || found.Origin != FromVenv || err != nil {
			t.Errorf("%v: got %v, %v; want the environment's own", command, argv, err)
		}
		if lookup(env, "MINE") != "1" || lookup(env, "PYTHONUTF8") != "1" || lookup(env, "PYTHONHOME") != "" || lookup(env, "VIRTUAL_ENV") != found.Home {
			t.Errorf("%v: not the environment that the app would run in: %v", command, env)
		}
	}
}

func TestALogTellsWhatARunningAppWould(t *testing.T) {
	v := Verdicts{Ready: "producer initialized", Failed: []string{"Failed to initialize Kafka producer"}, Degraded: []string{"streaming mode disabled"}}
	for _, c := range []struct {
		want string
		text []string
	}{
		{"detector.waiting_ready", nil},
		{"detector.waiting_ready", []string{"INFO Running on http://0.0.0.0:5000"}},
		{"", []string{"ERROR Failed to initialize Kafka producer: gone", "INFO Kafka producer initialized"}},
		{"detector.init_failed", []string{"INFO Kafka producer initialized", "ERROR Failed to initialize Kafka producer: gone"}},
		{"detector.init_failed_hidden", []string{"ERROR Failed to initialize Kafka producer: %s"}},
		{"detector.degraded", []string{"WARNING Kafka module not available, streaming mode disabled"}},
	} {
		path := filepath.Join(t.TempDir(), "app.log")
		var text []byte
		for _, l := range c.text {
			text = append(text, "2025-10-20T21:30:00.000Z stdout "+l+"\n"...)
		}
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		lines, err := ReadLog(path, 0)
		if err != nil {
			t.Fatal(err)
		}
		id := ""
		var told *usererr.Error
		if errors.As(Said(lines, v, Launch{Command: []string{"python", "app.py"}, Dir: t.TempDir()}), &told) {
			id = told.ID
		}
		if id != c.want {
			t.Errorf("%q: got %q, want %q", c.text, id, c.want)
		}
	}
}
