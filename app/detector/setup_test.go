package detector

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func TestWhatWouldMakeTheEnvironment(t *testing.T) {
	bin := t.TempDir()
	name := "uv"
	if runtime.GOOS == "windows" {
		name = "uv.exe"
	}
	put(t, filepath.Join(bin, name), "")
	for what, c := range map[string]struct {
		files         map[string]string
		command       string
		want, missing string
	}{
		"uv":                       {files: map[string]string{"uv.lock": ""}, command: "python app.py", want: "uv sync"},
		"uv, run by itself":        {files: map[string]string{"uv.lock": ""}, command: "uv run app.py"},
		"poetry that is not there": {files: map[string]string{"poetry.lock": ""}, command: "uvicorn app:app", want: "poetry install", missing: "poetry"},
		"another language":         {files: map[string]string{"requirements.txt": ""}, command: "node app.js"},
		"an interpreter by path":   {files: map[string]string{"requirements.txt": ""}, command: "/opt/py/bin/python app.py"},
		"no list":                  {files: map[string]string{"app.py": ""}, command: "python app.py"},
		"an environment":           {files: map[string]string{"uv.lock": "", ".venv/pyvenv.cfg": "home = /", ".venv/bin/python": "", ".venv/Scripts/python.exe": ""}, command: "python app.py"},
		"a list in a folder":       {files: map[string]string{"requirements/base.txt": ""}, command: "python app.py", want: "-r requirements/base.txt"},
	} {
		t.Run(what, func(t *testing.T) {
			dir := t.TempDir()
			for file, text := range c.files {
				put(t, filepath.Join(dir, filepath.FromSlash(file)), text)
			}
			l := Launch{Command: strings.Fields(c.command), Dir: dir, Project: dir}
			s, ok := l.Setup([]string{"PATH=" + bin, "HOME=" + bin, "USERPROFILE=" + bin})
			if ok != (c.want != "") {
				t.Fatalf("got %+v, %v", s, ok)
			}
			if !ok {
				return
			}
			last := strings.Join(s.Commands[len(s.Commands)-1], " ")
			if !strings.HasSuffix(last, c.want) || c.missing != "" && s.Missing != c.missing || s.Dir != dir {
				t.Errorf("got %+v", s)
			}
			if s.Manager == "pip" && !strings.HasPrefix(last, filepath.Join(dir, ".venv")) {
				t.Errorf("packages would go into another Python: %s", last)
			}
		})
	}
}

func put(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
}
