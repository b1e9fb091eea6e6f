//go:build wine

package wine

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Intent: the story holds with all that is real at once: Windows' Python, the engine over TCP, and Kafka in its container.
func TestWindowsOwnPythonStreamsToTheRealKafka(t *testing.T) {
	proves(t)
	py := pythons(t)
	p := sampleProject(t, filepath.Join(t.TempDir(), "检测 项目"))
	must(t, py.Environment(t.Context(), here.Windows, p.dir))
	engine(t, p)
	up := p.up()
	p.throughAllTopics(kafkaAddress, "docker", 10)
	p.kill("python.exe")
	p.streams()
	p.throughAllTopics(kafkaAddress, "again", 5)
	up.kill()
	eventually(t, soon, "the app of a killed agent is gone", func() (bool, error) { return free(appAddress), nil })
	if got := containers(t); got != 2 {
		t.Errorf("after the kill %d containers run, want both", got)
	}
	if down := p.run("down", "--all"); down.exit(fromNil) != 0 || containers(t) != 0 {
		t.Errorf("down --all: %d containers run, want none: %s", containers(t), down.said())
	}
}

// Intent: on a Chinese Windows, in a folder with Chinese, a real Python is started, understood when it prints in the system's
// code page, has its code checked by itself, and is ended with the process that Flask's reloader works in.
func TestWindowsOwnPythonOnAChineseWindows(t *testing.T) {
	proves(t)
	py := pythons(t)
	p := sampleProject(t, filepath.Join(t.TempDir(), "检测 项目"))
	p.on = here.InChina()
	p.edit("mode: docker", "mode: embedded")
	p.edit("command: [python, app.py]", "command: [python, app.py]\n  env: {PYTHONUTF8: \"0\"}")
	must(t, py.Environment(t.Context(), here.Windows, p.dir))
	p.code("app.py", "def main() -> None:\n", "def main() -> None:\n    print(f\"检测服务已启动 {sys.stdout.encoding}\", flush=True)\n")
	p.code("app.py", "import logging\n", "import logging\nimport sys\n")

	up := p.up()
	p.throughAllTopics(p.streams(), "chinese", 5)
	t.Run("code page", func(t *testing.T) {
		logs := p.of(t).run("logs")
		if logs.exit(soon); !strings.Contains(logs.said(), "检测服务已启动 cp936") && !strings.Contains(logs.said(), "检测服务已启动 gbk") {
			t.Errorf("the app's line is not there: %s", logs.said())
		}
	})
	t.Run("doctor", func(t *testing.T) { p.of(t).checked() })
	if down := p.run("down"); down.exit(soon) != 0 || up.exit(soon) != 0 {
		t.Errorf("down: %s", down.said())
	}

	t.Run("reloader", func(t *testing.T) {
		p := p.of(t)
		p.code("app.py", "        server.serve_forever()\n", "        server.server_close()\n        create_app().run(settings.host, settings.port, debug=True)\n")
		up := p.run("up", "--trust", "--json")
		eventually(t, soon, "the reloader and what it reloads", func() (bool, error) {
			both := running(t, p.dir+"/.venv")
			return len(both) == 2, fmt.Errorf("there are %q", both)
		})
		if down := p.run("down"); down.exit(soon) != 0 {
			t.Errorf("down: %s", down.said())
		}
		up.exit(soon) // with a code that tells whether it streamed by then
		eventually(t, soon, "the reloader's process is gone", func() (bool, error) {
			left := running(t, p.dir+"/.venv")
			return len(left) == 0 && free(appAddress), fmt.Errorf("left: %q", left)
		})
	})
}

// of is the project in a part of its test.
func (p *project) of(t *testing.T) *project {
	part := *p
	part.T = t
	return &part
}

// checked is that the doctor reads the project's code by the project's Python, and finds nothing wrong with it.
func (p *project) checked() {
	p.Helper()
	doctor := p.run("doctor", "--json")
	doctor.exit(fromNil) // 1: a Windows without Docker has findings
	text, err := os.ReadFile(doctor.out)
	must(p.T, err)
	var told struct {
		Checks []struct{ ID, Status, Text string }
	}
	if err := json.Unmarshal(text, &told); err != nil {
		p.Fatalf("%v: %s", err, doctor.said())
	}
	read := 0
	for _, c := range told.Checks {
		if strings.HasPrefix(c.ID, "code.") || c.ID == "python.interpreter" || c.ID == "python.imports" {
			read++
			if c.Status != "ok" {
				p.Errorf("%s: %s: %s", c.ID, c.Status, c.Text)
			}
		}
	}
	if read < 5 {
		p.Errorf("only %d checks are of the code and its Python: %s", read, text)
	}
}

// running are the commands of the processes that are run from a folder of this computer.
func running(t *testing.T, dir string) (commands []string) {
	t.Helper()
	files, err := filepath.Glob("/proc/[0-9]*/cmdline")
	must(t, err)
	for _, file := range files {
		line, _ := os.ReadFile(file) // one that just ended is none
		program, _, _ := bytes.Cut(line, []byte{0})
		if strings.HasPrefix(string(program), Path(dir)) {
			commands = append(commands, string(program))
		}
	}
	return commands
}
