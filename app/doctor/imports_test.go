package doctor

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"streamtray/app/testenv"
)

// python is an interpreter of this computer.
func python(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"python3", "python"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	testenv.Of(t, "no Python here")
	return ""
}

// asked runs the real script in dir, with the packages in site, and returns its report.
func asked(t *testing.T, dir, site string, command ...string) report {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), python(t), append([]string{"-B", "-"}, command...)...)
	cmd.Dir, cmd.Stdin = dir, bytes.NewReader(importsScript)
	cmd.Env = append(os.Environ(), "PYTHONPATH="+site)
	var talk bytes.Buffer
	cmd.Stderr = &talk
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, &talk)
	}
	var r report
	if err := json.Unmarshal(out, &r); err != nil {
		t.Fatalf("%v: %q", err, out)
	}
	return r
}

func files(t *testing.T, all map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range all {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestTheImportsOfAnAppAreFollowedWithoutRunningIt(t *testing.T) {
	site := files(t, map[string]string{
		"kafka/__init__.py":  "raise ModuleNotFoundError(\"No module named 'kafka.vendor.six.moves'\")\n",
		"flask/__init__.py":  "print('a package that talks')\n",
		"loguru/__init__.py": "import sys\nsys.exit('a package that ends the program')\n",
		"heavy/__init__.py":  "raise RuntimeError('it was only to be looked for')\n",
	})
	dir := files(t, map[string]string{
		"app.py": strings.Join([]string{
			"open('ran', 'w')", "import os, heavy, flask", "from routes import ws", "from config import settings",
			"if TYPE_CHECKING:", "    import only_for_types", "",
		}, "\n"),
		"config.py":          "import pydantic_not_there\n",
		"routes/__init__.py": "",
		"routes/ws.py":       "from ..routes import deeper\nfrom . import deeper\nfrom algo.kafka import producer\n",
		"routes/deeper.py":   "import loguru\n",
		"algo/kafka/producer.py": strings.Join([]string{
			"try:", "    from kafka import KafkaProducer", "except ImportError:", "    KafkaProducer = None",
			"p = KafkaProducer(compression_type='snappy')", "",
		}, "\n"),
		"tests/test_app.py": "import pytest_not_there\n",
		"broken.py":         "def (\n",
	})
	r := asked(t, dir, site, "python", "app.py")
	var got []string
	for _, f := range r.Failed {
		got = append(got, f.Module+" "+filepath.ToSlash(f.File))
	}
	want := []string{"kafka algo/kafka/producer.py", "loguru routes/deeper.py", "pydantic_not_there config.py", "snappy algo/kafka/producer.py"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	for _, f := range r.Failed {
		if f.Optional != (f.Module == "kafka") || (f.Codec == "snappy") != (f.Module == "snappy") {
			t.Errorf("got %+v", f)
		}
	}
	if r.Failed[0].result("python").Message.ID != "doctor.python.imports.broken" || r.Failed[0].Line != 2 {
		t.Errorf("an old kafka-python: %+v", r.Failed[0])
	}
	for name := range map[string]bool{"ran": true, "__pycache__": true, "routes/__pycache__": true} {
		if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
			t.Errorf("%s is there: the app was run, or something written", name)
		}
	}
}

func TestAnAppIsFoundByHowItIsStarted(t *testing.T) {
	dir := files(t, map[string]string{
		"app.py": "import one_not_there\n", "pkg/__init__.py": "", "pkg/__main__.py": "import two_not_there\n", "web.py": "import three_not_there\n",
	})
	for _, c := range []struct {
		command []string
		want    string
	}{
		{[]string{"python", "app.py"}, "one_not_there"},
		{[]string{"python", "-m", "pkg"}, "two_not_there"},
		{[]string{"uvicorn", "web:app"}, "three_not_there"},
		{[]string{"flask", "run"}, "one_not_there"},
	} {
		r := asked(t, dir, t.TempDir(), c.command...)
		if len(r.Failed) != 1 || r.Failed[0].Module != c.want {
			t.Errorf("%v: got %+v, want %s", c.command, r.Failed, c.want)
		}
	}
	if r := asked(t, t.TempDir(), t.TempDir(), "python", "gone.py"); r.Files != 0 {
		t.Errorf("an app that is not there: got %+v", r)
	}
}

func TestAServerThatIsNotThereComesWithThePackages(t *testing.T) {
	w := newWorld(t)
	w.must(os.RemoveAll(filepath.Join(w.dir, ".venv")))
	w.write(filepath.Join(w.dir, "requirements.txt"), "uvicorn\n")
	w.yaml("app: {command: [uvicorn, 'app:app']}")
	w.set("PATH", w.dir)
	w.write(filepath.Join(w.dir, "python3"), "")
	w.must(os.Chmod(filepath.Join(w.dir, "python3"), 0o755))
	for _, r := range Run(t.Context(), w.subject(), func(Result) {}) {
		if r.ID != "app.program" {
			continue
		}
		if r.Status != Problem || r.Fix.ID != "doctor.python.imports.setup" {
			t.Errorf("app.program is %s, %v, and advises %v", r.Status, r.Message, r.Fix)
		}
	}
}
