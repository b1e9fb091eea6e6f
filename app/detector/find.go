package detector

import (
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"streamtray/internal/lazyregexp"
	"streamtray/internal/projectfile"
	"streamtray/internal/usererr"
)

// Found is a program to run.
type Found struct {
	Path   string   // absolute
	Args   []string // what goes before the command's own arguments: {"-3"} for Windows' launcher
	Origin Origin
	Home   string // the folder of the environment it belongs to; empty outside one
	// Manager is what manages the project's environment, where it was looked for and not found: poetry, uv, pdm, pipenv, conda.
	Manager string
}

// Origin tells where a program was found.
type Origin string

// The places where programs are found.
const (
	FromVenv     Origin = "venv"     // a virtual environment, the project's or an activated one
	FromConda    Origin = "conda"    // a conda environment of the project
	FromLauncher Origin = "launcher" // Windows' py
	FromPath     Origin = "path"     // the PATH
	FromProject  Origin = "project"  // a file of the project
)

// variable names the environment variable that activating such an environment sets.
func (o Origin) variable() string {
	if o == FromConda {
		return "CONDA_PREFIX"
	}
	return "VIRTUAL_ENV"
}

// Find looks for the program that a command names. dirs are the app's folder and then the project's, absolute.
//
// For python, python3 and py it is the interpreter that the project means: that of .venv, venv, env or .conda in
// dirs and above them up to the repository's root; that which the project's manager keeps elsewhere (poetry, pdm, pipenv,
// conda, pyenv); of the environment that the caller activated (a conda one only if it is in dirs or named by their
// environment.yml, since conda activates its base by itself); Windows' launcher; the PATH, without the stub that only
// opens the Store. Any other name with a separator is a file relative to the first of dirs; one without is looked for
// among the programs of that same environment (flask, uvicorn), on the PATH and in dirs.
//
// Errors are final: detector.venv_broken, detector.python_not_found, detector.command_not_found.
func Find(name string, dirs []string, getenv func(string) string) (Found, error) {
	env, inEnv, err := environmentOf(dirs, getenv)
	manager := managerOf(upwards(dirs))
	if !isPython(name) {
		return findProgram(name, dirs, getenv, env)
	}
	if err != nil || inEnv {
		return env, err
	}
	if found, ok := systemPython(name, getenv); ok {
		found.Manager = manager
		return found, nil
	}
	return Found{}, usererr.New(PythonNotFound, map[string]any{"Dir": dirs[0]}, nil).Terminal()
}

// environmentOf is the Python environment of the project, its interpreter being what was found.
func environmentOf(dirs []string, getenv func(string) string) (Found, bool, error) {
	all := upwards(dirs)
	for _, dir := range all {
		for _, folder := range []string{".venv", "venv", "env", ".conda"} {
			found, ok, err := environment(filepath.Join(dir, folder))
			if err != nil || ok {
				return found, ok, err
			}
		}
	}
	if found, ok := activated(all, getenv); ok {
		return found, true, nil
	}
	for _, home := range managed(all, getenv) {
		if found, ok, err := environment(home); ok && err == nil {
			return found, true, nil
		}
	}
	return Found{}, false, nil
}

// upwards are dirs and the folders above the last of them up to its repository's root: a repository of several projects
// keeps one environment at its root.
func upwards(dirs []string) []string {
	all := slices.Clone(dirs)
	last := dirs[len(dirs)-1]
	var above []string
	for d := last; d != filepath.Dir(d); d = filepath.Dir(d) {
		if d != last {
			above = append(above, d)
		}
		if exists(filepath.Join(d, ".git")) {
			return append(all, above...)
		}
	}
	return all // in no repository what lies above is not the project's
}

func isPython(name string) bool {
	switch strings.TrimSuffix(strings.ToLower(name), ".exe") {
	case "python", "python3", "py":
		return true
	}
	return false
}

// interpreterName is what a Python interpreter's program is called, with or without its version.
var interpreterName = lazyregexp.New(`^(?:python|pypy)w?(?:\d(?:\.\d+)?t?)?(?:\.exe)?$`)

// isInterpreter reports whether a command names one interpreter: by its path or its version, and not the project's own.
func isInterpreter(name string) bool {
	return !isPython(name) && interpreterName.MatchString(strings.ToLower(filepath.Base(name)))
}

// environment looks whether home is a Python environment. One that cannot run is an error rather than passed over:
// the project has it, so another interpreter would miss its packages.
func environment(home string) (Found, bool, error) {
	marker := filepath.Join(home, "pyvenv.cfg")
	venv, conda := exists(marker), exists(filepath.Join(home, "conda-meta"))
	if !venv && !conda {
		return Found{}, false, nil
	}
	found := Found{Origin: FromConda, Home: home}
	if venv {
		found.Origin = FromVenv
	}
	i := slices.IndexFunc(pythons(home), exists)
	base := ""
	if venv {
		base = baseOf(marker)
	}
	if i < 0 || base != "" && !hasBase(home, base) {
		args := map[string]any{"Env": home, "Base": base}
		return Found{}, false, usererr.New(VenvBroken, args, nil).Terminal()
	}
	found.Path = pythons(home)[i]
	return found, true, nil
}

// mostMetadata is how many bytes of a file that tells of a project's environment are read.
const mostMetadata = 1 << 20

// readProject reads a file that a project brings along, perhaps before anybody trusts it: a pipe or a device is refused.
func readProject(path string) ([]byte, error) {
	return projectfile.In(filepath.Dir(path)).Read(path, mostMetadata)
}

// baseOf reads from pyvenv.cfg where the Python is that the environment was made from; empty when it does not say.
func baseOf(marker string) string {
	text, err := readProject(marker)
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(text)) {
		key, value, ok := strings.Cut(line, "=")
		if ok && strings.EqualFold(strings.TrimSpace(key), "home") {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// activated is the environment that the caller's shell has activated, unless that is none of this project's.
func activated(dirs []string, getenv func(string) string) (Found, bool) {
	if home := getenv("VIRTUAL_ENV"); filepath.IsAbs(home) {
		if found, ok, err := environment(home); ok && err == nil {
			return found, true
		}
	}
	home := getenv("CONDA_PREFIX")
	if !filepath.IsAbs(home) || !slices.ContainsFunc(dirs, func(dir string) bool {
		return inside(dir, home) || condaName(dir) != "" && condaName(dir) == getenv("CONDA_DEFAULT_ENV")
	}) {
		return Found{}, false
	}
	found, ok, err := environment(home)
	return found, ok && err == nil
}

func inside(dir, path string) bool {
	rel, err := filepath.Rel(dir, path)
	return err == nil && filepath.IsLocal(rel)
}

var condaNameLine = regexp.MustCompile(`(?m)^name:[ \t]*["']?([^"'\s#]+)`)

// condaName is the name that the project's environment.yml gives to its environment.
func condaName(dir string) string {
	for _, file := range []string{"environment.yml", "environment.yaml"} {
		text, err := readProject(filepath.Join(dir, file))
		if err != nil {
			continue
		}
		if m := condaNameLine.FindSubmatch(text); m != nil {
			return string(m[1])
		}
	}
	return ""
}

func findProgram(name string, dirs []string, getenv func(string) string, env Found) (Found, error) {
	if filepath.IsAbs(name) {
		return firstProgram(name, dirs, Found{Path: name, Origin: FromProject})
	}
	if filepath.Base(name) != name {
		return firstProgram(name, dirs, Found{Path: filepath.Join(dirs[0], name), Origin: FromProject})
	}
	var places []Found
	if env.Home != "" {
		for _, dir := range programDirs(env) {
			places = append(places, Found{Path: filepath.Join(dir, name), Origin: env.Origin, Home: env.Home})
		}
	}
	if path, ok := onPath(name, getenv, nil); ok {
		places = append(places, Found{Path: path, Origin: FromPath})
	}
	for _, dir := range dirs {
		places = append(places, Found{Path: filepath.Join(dir, name), Origin: FromProject})
	}
	return firstProgram(name, dirs, places...)
}

// firstProgram is the first of the places where there is a program, its ending (.exe) added where that is usual.
func firstProgram(name string, dirs []string, places ...Found) (Found, error) {
	for _, p := range places {
		if _, err := projectfile.In(dirs[0]).Resolve(p.Path); err != nil && p.Origin == FromProject {
			continue // on another computer, which is not asked before anybody trusts the project
		}
		if path, err := exec.LookPath(p.Path); err == nil {
			p.Path = path
			return p, nil
		}
	}
	args := map[string]any{"Name": name, "Dir": dirs[0]}
	return Found{}, usererr.New(CommandNotFound, args, nil).Terminal()
}

// onPath looks name up in the PATH's absolute folders, passing over what skip (if any) refuses.
func onPath(name string, getenv func(string) string, skip func(path string) bool) (string, bool) {
	for _, dir := range filepath.SplitList(getenv("PATH")) {
		if !filepath.IsAbs(dir) {
			continue
		}
		path, err := exec.LookPath(filepath.Join(dir, name))
		if err == nil && (skip == nil || !skip(path)) {
			return path, true
		}
	}
	return "", false
}

func exists(path string) bool { return existsFrom(filepath.Dir(path), path) }

// existsFrom is exists for a path that a file in dir names, which may lead to another computer: that is not asked.
func existsFrom(dir, path string) bool { return projectfile.In(dir).Exists(path) }
