package doctor

import (
	"bytes"
	"cmp"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"streamtray/app"
	"streamtray/app/config"
	"streamtray/app/detector"
	"streamtray/app/redact"
	"streamtray/internal/cmdline"
	"streamtray/internal/limitbuf"
	"streamtray/internal/procgroup"
	"streamtray/internal/pymanager"
	"streamtray/internal/usererr"
)

// interpreter looks for the Python that the app would run with. It does not run it.
func (s *Subject) interpreter(context.Context) Result {
	found, _, _, err := s.parts.Launch.Interpreter(s.options.Environ)
	switch {
	case errors.Is(err, detector.ErrNoPython):
		return skip("doctor.python.none", args{"Command": s.config.App.Command[0]})
	case err != nil:
		return fromError(err)
	}
	if command := s.config.App.Command; len(command) > 0 && found.Home == "" && pymanager.Runs(command[0]) {
		if _, _, _, err := s.parts.Launch.Program(s.options.Environ); err != nil {
			return fromError(err).asWarning() // what chooses the Python is not there; that the app cannot start is app.program's
		}
	}
	a := args{"Path": found.Path, "Home": found.Home, "Manager": found.Manager, "Command": environmentCommand(found.Manager)}
	if found.Manager != "" { // its packages are not in this one
		return problem("doctor.python.interpreter.managed", a).asWarning()
	}
	return passed("doctor.python.interpreter."+string(found.Origin), a)
}

// environmentCommand is what a manager makes the project's environment by.
func environmentCommand(manager string) string { return strings.Join(pymanager.Command(manager), " ") }

// importsScript finds out with the app's own interpreter what the app imports and cannot.
//
//go:embed imports.py
var importsScript []byte

// report is what importsScript prints.
type report struct {
	Python  string
	Files   int
	Modules []string
	Failed  []failedImport
}

// failedImport is a package that the app needs and the interpreter cannot give.
type failedImport struct {
	Module, File string
	Line         int
	Optional     bool   // the app goes on without it
	Codec        string // the compression that needs it; empty: the app imports it
	Error, Text  string
}

// imports has the app's interpreter look which packages it can import. It runs a program of the project, which the
// person must have trusted.
func (s *Subject) imports(ctx context.Context) Result {
	if !s.trusted() {
		return skip("doctor.untrusted", nil).can(Trust)
	}
	r, python, err := s.runImports(ctx)
	if err != nil {
		return fromError(err)
	}
	if r.Files == 0 {
		return skip("doctor.python.imports.no_file", args{"Dir": s.config.App.Dir})
	}
	if len(r.Failed) == 0 && len(r.Modules) == 0 {
		return skip("doctor.python.imports.none", args{"Python": r.Python})
	}
	if len(r.Failed) == 0 {
		return passed("doctor.python.imports.ok", args{"Python": r.Python, "Modules": strings.Join(r.Modules, ", "), "Count": len(r.Modules)})
	}
	slices.SortStableFunc(r.Failed, func(a, b failedImport) int { return cmp.Compare(a.weight(), b.weight()) })
	first := r.Failed[0]
	f := first.result(python)
	if first.weight() == harmless {
		f = f.asWarning()
	}
	for _, other := range r.Failed[1:] {
		f = f.with(other.result(python).Message)
	}
	found, _, _, err := s.parts.Launch.Interpreter(s.options.Environ)
	switch names := missingPackages(r.Failed); {
	case err != nil:
	case found.Manager != "":
		f.Fix = app.Note{ID: "doctor.python.imports.manager", Args: args{"Command": environmentCommand(found.Manager)}}
	case found.Home == "": // a Python of the whole computer is left as it is
		instead := ""
		if own := s.parts.Launch.Unpinned(); own != nil {
			instead = config.List(own)
		}
		command := "streamtray up --setup"
		if set, ok := s.parts.Launch.Setup(s.options.Environ); ok && set.Missing == "" {
			f = f.can(SetUp)
			f.Setup = set
		} else {
			command = ownEnvironment(python, names)
		}
		f.Fix = app.Note{ID: "doctor.python.imports.setup", Args: args{"Command": command, "Instead": instead}}
	default:
		_, install := first.mend()
		if len(names) > 1 {
			install = s.listed(names)
		}
		command := append([]string{python, "-m", "pip", "install"}, install...)
		f.Fix.Args = args{"Command": typed(command)}
		f = f.can(SetUp)
		f.Setup = detector.Setup{Manager: "pip", Dir: s.config.App.Dir, Commands: [][]string{command}}
	}
	return f
}

// ownEnvironment is what makes an environment of the project's own that holds what is missing.
func ownEnvironment(python string, names []string) string {
	inner := filepath.Join(".venv", "bin", "python")
	if runtime.GOOS == "windows" {
		inner = filepath.Join(".venv", "Scripts", "python")
	}
	return cmdline.Quoted(python) + " -m venv .venv; " + inner + " -m pip install " + strings.Join(names, " ")
}

const harmless = 2

// listed are what pip installs at once where several packages are missing: the project's own list of them, if it has one.
func (s *Subject) listed(names []string) []string {
	for _, dir := range []string{s.config.App.Dir, s.config.Dir} {
		if file := filepath.Join(dir, "requirements.txt"); exists(file) {
			return []string{"-r", file}
		}
	}
	return names
}

// typed is a command as it is typed into a terminal.
func typed(command []string) string {
	texts := make([]string, len(command))
	for i, arg := range command {
		texts[i] = cmdline.Quoted(arg)
	}
	return strings.Join(texts, " ")
}

// missingPackages are what pip knows the missing modules by, those left out that the app goes on without, unless there are
// no others.
func missingPackages(failed []failedImport) []string {
	var names, optional []string
	for _, i := range failed {
		top, _, _ := strings.Cut(i.Module, ".")
		to := &names
		if i.weight() == harmless {
			to = &optional
		}
		if name := cmp.Or(packages[top], top); i.Error == "ModuleNotFoundError" && !slices.Contains(*to, name) {
			*to = append(*to, name)
		}
	}
	if len(names) == 0 {
		return optional
	}
	return names
}

func exists(file string) bool {
	info, err := os.Stat(file)
	return err == nil && !info.IsDir()
}

// weight orders by how much a missing package matters. One that streams is needed even where the app goes on without it.
func (i failedImport) weight() int {
	top, _, _ := strings.Cut(i.Module, ".")
	switch {
	case slices.Contains([]string{"kafka", "confluent_kafka", "aiokafka"}, top):
		return 0
	case !i.Optional:
		return 1
	}
	return harmless
}

// packages are the names that pip knows modules by, where they differ.
var packages = map[string]string{
	"kafka": "kafka-python", "confluent_kafka": "confluent-kafka", "snappy": "python-snappy", "cv2": "opencv-python",
	"yaml": "PyYAML", "PIL": "Pillow", "sklearn": "scikit-learn", "dotenv": "python-dotenv", "flask_sock": "flask-sock",
	"flask_cors": "flask-cors", "pydantic_settings": "pydantic-settings", "google": "protobuf", "bs4": "beautifulsoup4",
	"serial": "pyserial", "dateutil": "python-dateutil", "jwt": "PyJWT",
}

// mend is what is wrong with the package, and what pip is told to install for it.
func (i failedImport) mend() (id string, install []string) {
	top, _, _ := strings.Cut(i.Module, ".")
	pip := cmp.Or(packages[top], top)
	switch {
	case strings.Contains(i.Text, "six.moves"): // an old kafka-python on Python 3.12 and later
		return importsBroken, []string{"--upgrade", pip}
	case i.Codec != "":
		return "doctor.python.imports.codec", []string{pip}
	case i.weight() == harmless && i.Error == "ModuleNotFoundError":
		return "doctor.python.imports.optional", []string{pip}
	case i.Error != "ModuleNotFoundError" || !strings.Contains(i.Text, "'"+top+"'"):
		return importsBroken, []string{"--force-reinstall", pip}
	}
	return "doctor.python.imports.missing", []string{pip}
}

// importsBroken is a package that is there and cannot be imported.
const importsBroken = "doctor.python.imports.broken"

func (i failedImport) result(python string) Result {
	id, install := i.mend()
	module := i.Module
	if id != importsBroken { // what is missing is the whole package
		module, _, _ = strings.Cut(module, ".")
	}
	return problem(id, args{
		"Module": module, "Where": fmt.Sprintf("%s:%d", filepath.ToSlash(i.File), i.Line), "Codec": i.Codec,
		"Detail": redact.Text(i.Error + ": " + i.Text), "Command": typed(append([]string{python, "-m", "pip", "install"}, install...)),
	})
}

// mostAnswer bounds what is read of the interpreter's answer.
const mostAnswer = 1 << 20

// runImports runs importsScript. Nothing is written, not even compiled modules.
func (s *Subject) runImports(ctx context.Context) (report, string, error) {
	found, argv, env, err := s.parts.Launch.Interpreter(s.options.Environ)
	if err != nil {
		return report{}, "", err
	}
	argv = append(argv, "-B", "-")
	cmd := exec.CommandContext(ctx, argv[0], append(argv[1:], s.config.App.Command...)...)
	cmd.SysProcAttr = procgroup.Quiet()
	cmd.Dir, cmd.Env, cmd.Stdin = s.config.App.Dir, env, bytes.NewReader(importsScript)
	cmd.WaitDelay = time.Second
	out, talk := &limitbuf.Buffer{Limit: mostAnswer}, &limitbuf.Buffer{Limit: mostAnswer}
	cmd.Stdout, cmd.Stderr = out, talk
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return report{}, "", ctx.Err()
		}
		return report{}, "", mute(found.Path, cmp.Or(lastLine(talk.String()), err.Error()), err)
	}
	var r report
	if err := json.Unmarshal(out.Bytes(), &r); err != nil { // what it said is no answer of Python's
		return report{}, "", mute(found.Path, cmp.Or(lastLine(talk.String()), lastLine(out.String())), err)
	}
	return r, found.Path, nil
}

// mute is why an interpreter gave no answer, with the last that it said.
func mute(python, said string, cause error) error {
	return usererr.New("pycheck.died", map[string]any{"Python": python, "Said": said}, cause)
}

func lastLine(text string) string {
	text = strings.TrimSpace(text)
	return text[strings.LastIndexByte(text, '\n')+1:]
}

// encoding looks whether Python would read and write texts as UTF-8 when a person starts the app by hand. StreamTray sees
// to that itself, unless the project's own settings say otherwise.
func (s *Subject) encoding(context.Context) Result {
	if v := s.config.App.Env["PYTHONUTF8"]; v != "" && v != "1" {
		return problem("doctor.python.encoding.project", args{"Value": v})
	}
	if v := s.options.Getenv("PYTHONIOENCODING"); v != "" && !isUTF8(v) {
		return problem("doctor.python.encoding.variable", args{"Value": v, "Command": setting("PYTHONIOENCODING", "utf-8")}).asWarning()
	}
	is := s.machine.encoding(s.options.Getenv)
	if is == "" || isUTF8(is) || s.options.Getenv("PYTHONUTF8") == "1" {
		return passed("doctor.python.encoding.ok", nil)
	}
	return problem("doctor.python.encoding.system", args{"Encoding": is, "Command": setting("PYTHONUTF8", "1")}).asWarning()
}

func isUTF8(name string) bool {
	name, _, _ = strings.Cut(strings.ToLower(name), ":")
	return name == "utf-8" || name == "utf8"
}
