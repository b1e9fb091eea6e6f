package detector

import (
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"streamtray/internal/pymanager"
)

// Setup is what makes the environment that a program is to run in, where the project has none yet: its manager's own
// command, else an environment of the project's own with what its list of packages names. It never touches a Python of the
// whole computer.
type Setup struct {
	Manager  string     // uv, poetry, pdm, pipenv, conda or pip
	Dir      string     // absolute; where the commands are run
	Commands [][]string // one after the other
	Missing  string     // the manager's program, where this computer does not have it; empty: it does
}

// lists are files that name what a project needs, for pip.
var lists = []string{"requirements.txt", "requirements-dev.txt", "requirements/base.txt", "requirements/dev.txt", "requirements/local.txt"}

// Setup finds what would make the environment of the project, from the files in the launch's folders; false where there is
// one, where the command sees to it by itself, and where nothing says what would be in it. Nothing is run.
func (l Launch) Setup(base []string) (Setup, bool) {
	l = l.withDefaults()
	getenv := func(name string) string { return lookup(base, name) }
	if len(l.Command) == 0 || !isPython(l.Command[0]) && !RunsPython(l.Command[0]) || l.Command[0] == "uv" {
		return Setup{}, false
	}
	if filepath.Base(l.Command[0]) != l.Command[0] { // a program by its path is its own choice
		return Setup{}, false
	}
	if _, there, err := environmentOf(l.dirs(), getenv); there || err != nil {
		return Setup{}, false
	}
	for _, dir := range upwards(l.dirs()) {
		if s, ok := setupIn(dir, getenv); ok {
			return s, true
		}
	}
	return Setup{}, false
}

// setupIn is what the files of one folder ask for.
func setupIn(dir string, getenv func(string) string) (Setup, bool) {
	if manager := managerOf([]string{dir}); manager != "" {
		s := Setup{Manager: manager, Dir: dir, Commands: [][]string{pymanager.Command(manager)}}
		if manager == "conda" && !exists(filepath.Join(dir, "environment.yml")) {
			s.Commands[0][len(s.Commands[0])-1] = "environment.yaml"
		}
		if _, ok := onPath(s.Commands[0][0], getenv, nil); !ok {
			s.Missing = s.Commands[0][0]
		}
		return s, true
	}
	packages := []string{"-e", "."}
	if i := slices.IndexFunc(lists, func(list string) bool { return exists(filepath.Join(dir, filepath.FromSlash(list))) }); i >= 0 {
		packages = []string{"-r", lists[i]}
	} else if text, err := readProject(filepath.Join(dir, "pyproject.toml")); err != nil || !strings.Contains(string(text), "[build-system]") {
		return Setup{}, false
	}
	s := Setup{Manager: "pip", Dir: dir}
	python, ok := systemPython("python", getenv)
	if !ok {
		s.Missing = "python"
		python.Path = "python"
	}
	inner := filepath.Join(dir, ".venv", "bin", "python")
	if runtime.GOOS == "windows" {
		inner = filepath.Join(dir, ".venv", "Scripts", "python.exe")
	}
	s.Commands = [][]string{
		slices.Concat([]string{python.Path}, python.Args, []string{"-m", "venv", ".venv"}),
		append([]string{inner, "-m", "pip", "install", "--disable-pip-version-check"}, packages...),
	}
	return s, true
}
