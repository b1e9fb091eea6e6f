package detector

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"streamtray/app/facts"
	"streamtray/internal/pymanager"
	"streamtray/internal/usererr"
)

// Launch says how to start the app.
type Launch struct {
	// Command is the program and its arguments: {"python", "app.py"}. What Find says about names holds for the
	// first one.
	Command []string

	// Dir is the app's folder, in which it runs.
	Dir string

	// Project is the project's folder, where a virtual environment is looked for after Dir. Empty: only Dir.
	Project string

	// Env is added to this process's environment and wins over it: the streaming flag, the bootstrap servers, the
	// topic names. On Windows names differing in case are the same name.
	Env map[string]string

	// Grace is how long the app may take to end when asked. Zero means DefaultGrace.
	Grace time.Duration

	// Log is a file that keeps the app's lines for other processes, see ReadLog. Empty: none.
	Log string

	// Keeper is a program whose main hands over to procgroup.Keep: os.Executable of this one. With it no process outlives
	// us, and none escapes by leaving its process group. Windows needs none. Empty: no keeper.
	Keeper string

	// Mark is in the environment of all the app's processes, so that those of a run whose agent and keeper were killed
	// are found. No two apps have the same one. Empty: they are not.
	Mark string
}

// DefaultGrace is how long an app may take to end when asked.
const DefaultGrace = 5 * time.Second

func (l Launch) withDefaults() Launch {
	l.Dir = absolute(l.Dir)
	if l.Project != "" {
		l.Project = absolute(l.Project)
	}
	if l.Grace == 0 {
		l.Grace = DefaultGrace
	}
	l.Command, l.Env = slices.Clone(l.Command), maps.Clone(l.Env)
	return l
}

// same reports whether starting other would start what l, which has its defaults, did.
func (l Launch) same(other Launch) bool {
	other = other.withDefaults()
	return slices.Equal(l.Command, other.Command) && l.Dir == other.Dir && l.Project == other.Project &&
		maps.Equal(l.Env, other.Env)
}

// launcherVersion is an argument that is for the Windows launcher, not for Python: "py -3.11 app.py".
var launcherVersion = regexp.MustCompile(`^-([23](\.\d+)?(-\d+)?|V:.+)$`)

// resolve finds the program; argv is what will run.
func (l Launch) resolve(getenv func(string) string) (found Found, argv []string, err error) {
	if len(l.Command) == 0 || l.Command[0] == "" {
		return Found{}, nil, usererr.New("detector.no_command", nil, nil).Terminal()
	}
	if info, err := os.Stat(l.Dir); err != nil || !info.IsDir() {
		return Found{}, nil, usererr.New("detector.no_folder", map[string]any{"Dir": l.Dir}, err).Terminal()
	}
	found, err = Find(l.Command[0], l.dirs(), getenv)
	if err != nil {
		return Found{}, nil, err
	}
	rest := l.Command[1:]
	if isPython(l.Command[0]) && len(rest) > 0 && launcherVersion.MatchString(rest[0]) {
		if found.Origin == FromLauncher {
			found.Args = nil // the command chooses its version itself
		} else {
			rest = rest[1:]
		}
	}
	return found, slices.Concat([]string{found.Path}, found.Args, rest), nil
}

// Program finds what Start would run, without running it: the program, what goes before the command's own arguments, and
// the variables that are added to base for the sake of Python and its environment, the launch's own left out. Errors are
// those of Find.
func (l Launch) Program(base []string) (path string, args, env []string, err error) {
	l = l.withDefaults()
	l.Env = nil
	found, _, err := l.resolve(func(name string) string { return lookup(base, name) })
	if err != nil {
		return "", nil, nil, err
	}
	return found.Path, found.Args, l.environ([]string{"PATH=$PATH"}, found)[1:], nil
}

// at is where a program lies that a command names by a path; a name without one is in no folder.
func (l Launch) at(name string) string {
	if filepath.IsAbs(name) || filepath.Base(name) == name {
		return name
	}
	return filepath.Join(l.Dir, name)
}

// ErrNoPython is why there is no interpreter: the command is another program, outside of a Python environment.
var ErrNoPython = errors.New("the command runs no Python")

// Interpreter finds the Python that the app runs with. A command may name it by a path or a version (/usr/bin/python3,
// python3.11). Where it is a program that runs on Python (uvicorn, flask,
// uv run), it is that of the project's environment, else of this computer. For any other command outside of an environment
// the error is ErrNoPython. argv starts it as the command does, the app's script left out; env is what the app's environment
// would be on top of base. Nothing is run. Other errors are those of Find.
func (l Launch) Interpreter(base []string) (found Found, argv, env []string, err error) {
	l = l.withDefaults()
	getenv := func(name string) string { return lookup(base, name) }
	if len(l.Command) == 0 {
		l.Command = []string{"python"}
	}
	if name := l.Command[0]; !isPython(name) {
		own, inEnv, err := environmentOf(l.dirs(), getenv)
		switch {
		case isInterpreter(name) && !(inEnv && inside(own.Home, filepath.Dir(l.at(name)))): // that one and no other
		case err == nil && !inEnv && !RunsPython(name):
			return Found{}, nil, nil, ErrNoPython
		default:
			l.Command = []string{"python"}
		}
	}
	keep := min(1, len(l.Command))
	if len(l.Command) > 1 && launcherVersion.MatchString(l.Command[1]) {
		keep = 2
	}
	l.Command = l.Command[:keep]
	if found, argv, err = l.resolve(getenv); err != nil {
		return Found{}, nil, nil, err
	}
	return found, argv, l.environ(base, found), nil
}

// RunsPython reports whether a program of this name runs on Python without being an interpreter itself: a server or a worker,
// what runs a command in a project's environment, a script.
func RunsPython(name string) bool {
	base := strings.TrimSuffix(strings.ToLower(filepath.Base(name)), ".exe")
	return facts.Runs(base) || pymanager.Runs(base) || slices.Contains([]string{"django-admin", "dramatiq", "rq"}, base) || strings.HasSuffix(base, ".py")
}

// Unpinned is the command with the Python of the project's environment in the place of one that it names by its path; nil where
// it names none: an environment that is made for the project would not be used.
func (l Launch) Unpinned() []string {
	if len(l.Command) == 0 || !isInterpreter(l.Command[0]) {
		return nil
	}
	return append([]string{"python"}, l.Command[1:]...)
}

// dirs are the app's folder and those above it up to the project's.
func (l Launch) dirs() []string {
	all := []string{l.Dir}
	if l.Project == "" || !inside(l.Project, l.Dir) {
		return all
	}
	for d := l.Dir; d != l.Project; {
		d = filepath.Dir(d)
		all = append(all, d)
	}
	return all
}

// environ is the app's environment: base, what Python needs to be read line by line as UTF-8, what activating the
// environment would have set, and the launch's own. Later entries win, as os/exec promises.
func (l Launch) environ(base []string, found Found) []string {
	env := slices.Clone(base)
	env = append(env, "PYTHONUTF8=1", "PYTHONUNBUFFERED=1")
	if found.Home != "" {
		env = slices.DeleteFunc(env, func(kv string) bool { return envKey(kv) == "PYTHONHOME" })
		env = append(env, found.Origin.variable()+"="+found.Home)
		path := append(programDirs(found), lookup(env, "PATH"))
		env = append(env, "PATH="+strings.Join(path, string(filepath.ListSeparator)))
	}
	for _, k := range slices.Sorted(maps.Keys(l.Env)) {
		env = append(env, k+"="+l.Env[k])
	}
	return env
}

// envKey is the name in "name=value", as the system tells names apart.
func envKey(kv string) string {
	name, _, _ := strings.Cut(kv, "=")
	return sameName(name)
}

// lookup gives the value that env, whose last entry wins, has for name.
func lookup(env []string, name string) string {
	for _, kv := range slices.Backward(env) {
		if envKey(kv) == sameName(name) {
			_, value, _ := strings.Cut(kv, "=")
			return value
		}
	}
	return ""
}
