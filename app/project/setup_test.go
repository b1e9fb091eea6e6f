package project

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"streamtray/app/detector"
	"streamtray/app/settings"
	"streamtray/internal/usererr"
)

// said are the values of the fault that err is.
func said(err error) map[string]any {
	var told *usererr.Error
	if !errors.As(err, &told) {
		return nil
	}
	return told.Args
}

// The manager is a script that notes what it is asked to and makes an environment, as uv does.
func TestTheEnvironmentIsMadeByItsManagerOnceThatIsAgreedTo(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the manager of this test is a shell script")
	}
	bin := t.TempDir()
	t.Setenv("PATH", bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	uv := func(script string) {
		write(t, filepath.Join(bin, "uv"), "#!/bin/sh\n"+script)
		if err := os.Chmod(filepath.Join(bin, "uv"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	dir := projectDir(t, "kafka: {mode: embedded}\napp: {command: [python, app.py]}\n")
	write(t, filepath.Join(dir, "app.py"), "import kafka\n")
	write(t, filepath.Join(dir, "uv.lock"), "")
	o := opening(t, dir, t.TempDir())
	o.Environ = os.Environ()

	uv("touch ran\n")
	stranger := must(t, o)
	if err := stranger.SetUp(within(t), setupOf(t, stranger), func(string) {}); id(err) != "project.untrusted" {
		t.Errorf("a project that nobody trusts: %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "ran")); err == nil {
		t.Error("something of a project that nobody trusts was run")
	}

	uv("echo working; echo 'no such package' >&2; exit 3\n")
	p := agreed(t, o)
	shown := p.Plan().Setup
	if shown == nil || len(shown.Commands) != 1 || strings.Join(shown.Commands[0], " ") != "uv sync" {
		t.Errorf("the plan shows %+v", shown)
	}
	if err := p.SetUp(within(t), setupOf(t, p), func(string) {}); id(err) != "project.setup_failed" || said(err)["Last"] != "no such package" {
		t.Errorf("a manager that fails: %v", err)
	}

	uv("echo \"$1 in $(pwd)\"; mkdir -p .venv/bin; echo 'home = /' > .venv/pyvenv.cfg; printf '#!/bin/sh\\n' > .venv/bin/python; chmod +x .venv/bin/python\n")
	var told []string
	if err := p.SetUp(within(t), setupOf(t, p), func(line string) { told = append(told, line) }); err != nil {
		t.Fatal(err)
	}
	if all := strings.Join(told, "\n"); !strings.Contains(all, "$ uv sync\nsync in "+dir) {
		t.Errorf("it tells %q", all)
	}
	person, err := settings.Load(o.Folders)
	if err != nil {
		t.Fatal(err)
	}
	o.Settings = person
	again := must(t, o)
	if trusts, _ := again.Trusts(); !trusts {
		t.Error("what was agreed to and made is asked for again")
	}
	if s, missing := again.Setup(); missing {
		t.Errorf("it is to be made again: %+v", s)
	}
}

func TestThePlanShowsEveryEnvironmentThatIsToBeMade(t *testing.T) {
	dir := projectDir(t, "kafka: {mode: embedded}\napps:\n  feed: {command: [python, feed.py], dir: feed}\n  sink: {command: [python, sink.py], dir: sink}\n  tail: {command: [python, tail.py], dir: sink}\n")
	for _, name := range []string{"feed", "sink"} {
		write(t, filepath.Join(dir, name, name+".py"), "import kafka\n")
		write(t, filepath.Join(dir, name, "uv.lock"), "")
	}
	write(t, filepath.Join(dir, "sink", "tail.py"), "import kafka\n")
	var shown []string
	for _, line := range must(t, opening(t, dir, t.TempDir())).Plan().Lines() {
		if line.Kind == "setup" {
			shown = append(shown, line.Text)
		}
	}
	if want := []string{"uv sync  (" + filepath.Join(dir, "feed") + ")", "uv sync  (" + filepath.Join(dir, "sink") + ")"}; !slices.Equal(shown, want) {
		t.Errorf("it shows %q", shown)
	}
}

// Compose fails in the middle of starting, in words about an interpolation, where a file of variables is not there.
func TestAFileOfVariablesThatIsNotThereIsToldBeforeAnythingIsStarted(t *testing.T) {
	dir := projectDir(t, "compose: {files: [compose.yaml]}\n")
	write(t, filepath.Join(dir, "compose.yaml"), "services:\n  kafka:\n    image: apache/kafka:3.9.0\n    ports: [\"9092:9092\"]\n    env_file: [conf/kafka.env]\n")
	write(t, filepath.Join(dir, "conf", "kafka.env.example"), "A=1\n")
	p := must(t, opening(t, dir, t.TempDir()))
	if len(p.stack.gone) != 1 || !p.stack.gone[0].still() {
		t.Fatalf("it misses %+v", p.stack.gone)
	}
	err := p.stack.Blocked(within(t))
	if id(err) != "project.env_file_gone" || said(err)["Example"] != "conf/kafka.env.example" {
		t.Errorf("it tells %v", err)
	}
	write(t, filepath.Join(dir, "conf", "kafka.env"), "A=1\n")
	if err := p.stack.Blocked(within(t)); id(err) == "project.env_file_gone" {
		t.Errorf("with the file in its place: %v", err)
	}
}

func TestTheCardSaysWhichProgramsThisComputerDoesNotHave(t *testing.T) {
	dir := projectDir(t, "kafka: {mode: embedded}\napps:\n  feed: {command: [python, feed.py]}\n  web: {command: [uvicorn, 'feed:app']}\n")
	write(t, filepath.Join(dir, "feed.py"), "")
	write(t, filepath.Join(dir, "poetry.lock"), "")
	o := opening(t, dir, t.TempDir())
	o.Environ = []string{"PATH=" + t.TempDir()}
	p := must(t, o)
	var missing []string
	for _, l := range p.Plan().Lines() {
		if l.Kind == "missing" {
			missing = append(missing, l.Text)
		}
	}
	if want := []string{"python", "uvicorn", "poetry"}; !slices.Equal(missing, want) {
		t.Errorf("the card says that %q are missing, want %q", missing, want)
	}
	before := p.Plan()
	write(t, filepath.Join(o.Environ[0][len("PATH="):], "poetry"), "")
	if err := os.Chmod(filepath.Join(o.Environ[0][len("PATH="):], "poetry"), 0o755); err != nil {
		t.Fatal(err)
	}
	if after := must(t, o).Plan(); after.Hash() != before.Hash() {
		t.Error("that the manager was installed asks for trust again")
	}
}

func setupOf(t *testing.T, p *Project) detector.Setup {
	t.Helper()
	s, missing := p.Setup()
	if !missing {
		t.Fatal("nothing is to be set up")
	}
	return s
}
