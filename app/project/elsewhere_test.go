package project

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"streamtray/app"
	"streamtray/app/ports"
	"streamtray/app/story"
	"streamtray/internal/usererr"
)

// startedBySomebody runs an app that is connected to addr, in dir, with these arguments; end ends it.
func startedBySomebody(t *testing.T, dir, addr string, args ...string) (pid int, end func()) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self, args...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), envConnect+"="+addr)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "connected\n" {
		t.Fatal(line, err)
	}
	end = func() {
		in.Close()
		_ = cmd.Wait()
	}
	t.Cleanup(end)
	return cmd.Process.Pid, end
}

// external is a project whose app somebody else starts, and where its Kafka seems to be.
func external(t *testing.T, yaml string) (p *Project, e *elsewhere, addr string) {
	t.Helper()
	if _, known := ports.OriginOf(os.Getpid()); !known {
		t.Skip("this system does not tell where a process was started")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	p = must(t, opening(t, projectDir(t, yaml), t.TempDir()))
	p.cluster.brokers = []string{l.Addr().String()}
	return p, p.newElsewhere(), l.Addr().String()
}

// look looks for the app as if the last look were long ago.
func look(t *testing.T, e *elsewhere) error {
	t.Helper()
	e.looked = e.looked.Add(-foundFor)
	return e.Alive(t.Context())
}

// othersIn are the programs that are connected, as the error tells them.
func othersIn(err error) string {
	var told *usererr.Error
	errors.As(err, &told)
	return fmt.Sprint(told.Args["Others"])
}

const startedElsewhere = "kafka: {mode: embedded}\napp: {mode: external, command: [python, app.py], ready: {log: '', http: ''}}\n"

func TestAnAppThatSomebodyElseStartsIsFoundByItsConnection(t *testing.T) {
	p, e, addr := external(t, startedElsewhere)
	if got := look(t, e); id(got) != "project.app_awaited" {
		t.Errorf("nobody started it: %v", got)
	}
	other, endOther := startedBySomebody(t, t.TempDir(), addr)
	got := look(t, e)
	if id(got) != "project.app_awaited" {
		t.Errorf("another program is connected: %v", got)
	}
	if others := othersIn(got); !strings.Contains(others, fmt.Sprint(other)) {
		t.Errorf("process %d is not named: %q", other, others)
	}
	pid, end := startedBySomebody(t, p.Dir, addr)
	if err := look(t, e); err != nil {
		t.Fatal(err)
	}
	if n := e.Facts(); n.ID != "project.app_elsewhere" || n.Args["PID"] != pid {
		t.Errorf("told %v, want process %d", n, pid)
	}
	if got := e.processes(); len(got) != 1 {
		t.Errorf("processes %v, want %d alone", got, pid)
	}
	end()
	if got := e.Alive(t.Context()); id(got) != "project.app_awaited" {
		t.Errorf("it has ended: %v", got)
	}
	endOther()
	byFile, _ := startedBySomebody(t, t.TempDir(), addr, filepath.Join(p.Dir, "app.py"))
	if err := look(t, e); err != nil || e.processes()[0] != byFile {
		t.Errorf("started from another folder by its file: %v, %v", e.processes(), err)
	}
}

// Another script in the project's folder is another program: it may have the app's port, and say what the app says.
func TestAnotherScriptOfTheProjectIsNotTheApp(t *testing.T) {
	p := must(t, opening(t, projectDir(t, startedElsewhere), t.TempDir()))
	for line, another := range map[string]bool{
		"/usr/bin/python3 other.py":                true,
		"python -u tools/other.py --to app":        true,
		"python app.py":                            false,
		"python -m debugger --port 5678 app.py":    false,
		"python -m http.server 5000":               false,
		"/opt/server app.py":                       false,
		"python -c from-multiprocessing --workers": false,
	} {
		o := ports.Origin{Dir: p.Dir, Args: strings.Fields(line)}
		if e := p.newElsewhere(); !e.runs(o) && e.runsAnother(o) != another {
			t.Errorf("%q runs another script: %v", line, !another)
		}
	}
}

func TestWhoConnectsElsewhereIsFoundInTheProjectsFolderAlone(t *testing.T) {
	p, e, _ := external(t, startedElsewhere)
	l, err := net.Listen("tcp", "127.0.0.1:19092") // a port that Kafkas have by custom
	if err != nil {
		t.Skip(err)
	}
	defer l.Close()
	startedBySomebody(t, t.TempDir(), l.Addr().String())
	if got := look(t, e); id(got) != "project.app_awaited" || othersIn(got) != "" {
		t.Errorf("a program that has nothing to do with this project: %v", got)
	}
	pid, _ := startedBySomebody(t, p.Dir, l.Addr().String())
	if err := look(t, e); err != nil || e.processes()[0] != pid {
		t.Errorf("the app, at a wrong address: %v, %v", e.processes(), err)
	}
}

// Nothing is waited for, started or ended of an app that somebody else starts.
func TestAnAppThatSomebodyElseStartsIsOnlyLookedAt(t *testing.T) {
	p, _, _ := external(t, startedElsewhere)
	for _, noApp := range []bool{false, true} {
		for page, want := range map[string]string{
			"":                       "embedded broker topics app connection flow", // what it has not is not shown
			"http://127.0.0.1:5000/": "embedded broker topics app connection web flow",
		} {
			p.Config.App.Ready.HTTP = page
			var all []string
			for _, s := range p.Parts(noApp).Steps(true) {
				all = append(all, s.ID)
			}
			if got := strings.Join(all, " "); got != want {
				t.Errorf("with the page %q: %s", page, got)
			}
		}
		for _, s := range p.Parts(noApp).Steps(true) {
			if s.ID == story.StepApp && (!s.Soft || s.Do != nil || s.Undo != nil || s.Proves != app.Starting) {
				t.Errorf("the app's step: %+v", s)
			}
		}
	}
	if got := p.Plan().Processes[0]; len(got.Command) > 0 || !got.External {
		t.Errorf("the plan has it run: %+v", got)
	}
}
