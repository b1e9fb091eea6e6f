//go:build !windows

package detector

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Every case has a project at P with its app in P/app, and a system whose PATH is P/../bin.
func TestFindTakesTheProgramThatTheProjectMeans(t *testing.T) {
	const venv = "pyvenv.cfg=home = /usr\nversion = 3.11\n"
	for _, c := range []struct {
		name    string
		command string
		plant   []string
		env     string // NAME=value, @ being the test's folder
		want    string // origin and path, or a fault; @ as above
	}{
		{"the app's own", "python", []string{"p/app/.venv/" + venv, "p/app/.venv/bin/python", "bin/python"}, "", "venv @/p/app/.venv/bin/python"},
		{"the project's", "python3", []string{"p/venv/" + venv, "p/venv/bin/python"}, "", "venv @/p/venv/bin/python"},
		{"the app's before the project's", "py", []string{"p/.venv/" + venv, "p/.venv/bin/python", "p/app/env/" + venv, "p/app/env/bin/python"}, "", "venv @/p/app/env/bin/python"},
		{"one with python3 only", "python", []string{"p/.venv/" + venv, "p/.venv/bin/python3"}, "", "venv @/p/.venv/bin/python3"},
		{"a folder that is called env", "python", []string{"p/env/settings=x", "bin/python"}, "", "path @/bin/python"},
		{"conda in the project", "python", []string{"p/.conda/conda-meta/", "p/.conda/bin/python"}, "", "conda @/p/.conda/bin/python"},
		{"conda, activated, in the project", "python", []string{"p/own/conda-meta/", "p/own/bin/python"}, "CONDA_PREFIX=@/p/own", "conda @/p/own/bin/python"},
		{"conda, activated, of that name", "python", []string{"x/det/conda-meta/", "x/det/bin/python", "p/environment.yml=name: det # ours\n"}, "CONDA_PREFIX=@/x/det CONDA_DEFAULT_ENV=det", "conda @/x/det/bin/python"},
		{"conda's base, activated by itself", "python", []string{"x/base/conda-meta/", "x/base/bin/python", "bin/python"}, "CONDA_PREFIX=@/x/base CONDA_DEFAULT_ENV=base", "path @/bin/python"},
		{"an activated one from elsewhere", "python", []string{"x/.venv/" + venv, "x/.venv/bin/python", "bin/python"}, "VIRTUAL_ENV=@/x/.venv", "venv @/x/.venv/bin/python"},
		{"the project's before an activated one", "python", []string{"x/.venv/" + venv, "x/.venv/bin/python", "p/.venv/" + venv, "p/.venv/bin/python"}, "VIRTUAL_ENV=@/x/.venv", "venv @/p/.venv/bin/python"},
		{"an activated one that is gone", "python", []string{"bin/python"}, "VIRTUAL_ENV=@/x/none", "path @/bin/python"},
		{"its base moved", "python", []string{"p/.venv/pyvenv.cfg=home = /none/python37\n", "p/.venv/bin/python", "bin/python"}, "", "detector.venv_broken @/p/.venv /none/python37"},
		{"no interpreter in it", "python", []string{"p/.venv/" + venv, "p/.venv/Scripts/python.exe", "bin/python"}, "", "detector.venv_broken @/p/.venv /usr"},
		{"python is python3 here", "python", []string{"bin/python3"}, "", "path @/bin/python3"},
		{"py is python3 here", "py", []string{"bin/python3", "bin/python"}, "", "path @/bin/python3"},
		{"no Python at all", "python", []string{"p/python"}, "", "detector.python_not_found"},

		{"a program on the PATH", "flask", []string{"bin/flask", "p/app/flask"}, "", "path @/bin/flask"},
		{"a program of the environment", "flask", []string{"p/.venv/" + venv, "p/.venv/bin/python", "p/.venv/bin/flask", "bin/flask"}, "", "venv @/p/.venv/bin/flask"},
		{"a program of the app", "sample", []string{"p/app/sample"}, "", "project @/p/app/sample"},
		{"a program of the project", "sample", []string{"p/sample"}, "", "project @/p/sample"},
		{"a relative one", "./run/sample", []string{"p/app/run/sample", "bin/sample"}, "", "project @/p/app/run/sample"},
		{"an absolute one", "@/x/sample", []string{"x/sample"}, "", "project @/x/sample"},
		{"a relative one that is missing", "./sample", []string{"bin/sample"}, "", "detector.command_not_found"},
		{"a text file is no program", "sample", []string{"p/app/sample=x"}, "", "detector.command_not_found"},
		{"a version of its own", "python3.9", []string{"p/.venv/" + venv, "p/.venv/bin/python", "bin/python3.9"}, "", "path @/bin/python3.9"},
	} {
		t.Run(c.name, func(t *testing.T) {
			root := t.TempDir()
			at := func(s string) string { return strings.ReplaceAll(s, "@", root) }
			plant(t, root, append(c.plant, "p/app/", "bin/")...)
			env := append(strings.Fields(at(c.env)), "PATH=bin:"+root+"/bin")
			dirs := []string{filepath.Join(root, "p", "app"), filepath.Join(root, "p")}
			found, err := Find(at(c.command), dirs, func(name string) string { return lookup(env, name) })
			got := string(found.Origin) + " " + found.Path
			if err != nil {
				id, args := err.(told).Message() //nolint:errorlint // these come unwrapped
				got = id
				if id == "detector.venv_broken" {
					got += " " + args["Env"].(string) + " " + args["Base"].(string)
				}
				wantFault(t, err, id, true, nil)
			}
			if got != at(c.want) {
				t.Errorf("got  %s\nwant %s", got, at(c.want))
			}
		})
	}
}

func TestAVersionForTheLauncherIsNotForPython(t *testing.T) {
	dir := t.TempDir()
	plant(t, dir, ".venv/pyvenv.cfg=home = /usr\n", ".venv/bin/python")
	python := filepath.Join(dir, ".venv", "bin", "python")
	for command, want := range map[string]string{
		"py -3.11 app.py": python + " app.py", "py -3 app.py": python + " app.py", "py -V:3.12 app.py": python + " app.py",
		"py app.py": python + " app.py", "python -m app": python + " -m app", "python": python,
	} {
		_, argv, err := Launch{Command: strings.Fields(command), Dir: dir}.resolve(os.Getenv)
		if got := strings.Join(argv, " "); got != want || err != nil {
			t.Errorf("%s: got %q, %v; want %q", command, got, err, want)
		}
	}
}

func TestAnEnvironmentIsEnteredAsIfActivated(t *testing.T) {
	base := []string{"PATH=/usr/bin", "PYTHONHOME=/opt/other", "VIRTUAL_ENV=/x", "A=1"}
	l := Launch{Env: map[string]string{"A": "2", "B": "3"}}
	got := l.environ(base, Found{Origin: FromVenv, Home: "/p/.venv", Path: "/p/.venv/bin/python"})
	for name, want := range map[string]string{
		"PATH": "/p/.venv/bin:/usr/bin", "VIRTUAL_ENV": "/p/.venv", "PYTHONHOME": "", "A": "2", "B": "3", "PYTHONUTF8": "1",
	} {
		if v := lookup(got, name); v != want {
			t.Errorf("%s: got %q, want %q", name, v, want)
		}
	}
	if !slices.Equal(base, []string{"PATH=/usr/bin", "PYTHONHOME=/opt/other", "VIRTUAL_ENV=/x", "A=1"}) {
		t.Errorf("the base was changed: %v", base)
	}
	plain := l.environ(base, Found{Origin: FromPath, Path: "/usr/bin/python"})
	if got, want := lookup(plain, "PYTHONHOME"), "/opt/other"; got != want {
		t.Errorf("outside an environment: got PYTHONHOME %q, want %q", got, want)
	}
}
