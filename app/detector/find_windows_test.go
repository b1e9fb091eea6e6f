package detector

import (
	"path/filepath"
	"strings"
	"testing"
)

func TestFindTakesTheProgramThatTheProjectMeansOnWindows(t *testing.T) {
	for _, c := range []struct {
		name    string
		command string
		plant   []string
		want    string // origin, path and arguments, or a fault; @ is the test's folder, § the same as another computer would name it
	}{
		{"the project's own", "python", []string{"p/.venv/pyvenv.cfg=home = @/py311", "py311/python.exe", "p/.venv/Scripts/python.exe", "bin/py.exe"}, "venv @/p/.venv/Scripts/python.exe"},
		{"its base moved", "python", []string{"p/.venv/pyvenv.cfg=home = @/py311", "py311/", "p/.venv/Scripts/python.exe", "bin/py.exe"}, "detector.venv_broken"},
		{"conda", "python", []string{"p/.conda/conda-meta/", "p/.conda/python.exe"}, "conda @/p/.conda/python.exe"},
		{"the launcher", "python", []string{"bin/py.exe", "bin/python.exe"}, "launcher @/bin/py.exe -3"},
		{"on the PATH", "python3", []string{"bin/python.exe"}, "path @/bin/python.exe"},
		{"only the Store's stub", "python", []string{"Microsoft/WindowsApps/python.exe"}, "detector.python_not_found"},
		{"a program of the environment", "flask", []string{"p/.venv/pyvenv.cfg=home = @/py311", "py311/python.exe", "p/.venv/Scripts/python.exe", "p/.venv/Scripts/flask.exe"}, "venv @/p/.venv/Scripts/flask.exe"},
		{"a program of the app", "sample", []string{"p/sample.exe"}, "project @/p/sample.exe"},
		{"a relative one", `run\sample`, []string{"p/run/sample.exe"}, "project @/p/run/sample.exe"},
		{"a missing one", "sample", nil, "detector.command_not_found"},
		{"one of another computer", "§/run/sample.exe", []string{"run/sample.exe"}, "detector.command_not_found"},
		{"its base on another computer", "python", []string{"p/.venv/pyvenv.cfg=home = §/py311", "py311/python.exe", "p/.venv/Scripts/python.exe"}, "detector.venv_broken"},
	} {
		t.Run(c.name, func(t *testing.T) {
			root := t.TempDir()
			share := "//localhost/" + strings.Replace(filepath.ToSlash(root), ":", "$", 1)
			at := func(s string) string { return strings.NewReplacer("@", filepath.ToSlash(root), "§", share).Replace(s) }
			for _, f := range append(c.plant, "p/") {
				plant(t, root, at(f))
			}
			env := []string{`PATH=` + root + `\Microsoft\WindowsApps;` + root + `\bin`, "PATHEXT=.COM;.EXE"}
			found, err := Find(at(c.command), []string{filepath.Join(root, "p")}, func(name string) string { return lookup(env, name) })
			got := strings.Join(append([]string{string(found.Origin), filepath.ToSlash(found.Path)}, found.Args...), " ")
			if err != nil {
				got, _ = err.(told).Message() //nolint:errorlint // these come unwrapped
			}
			if got != at(c.want) {
				t.Errorf("got  %s\nwant %s", got, at(c.want))
			}
		})
	}
}
