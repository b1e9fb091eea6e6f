package docker

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/Microsoft/go-winio"
)

// fakeDesktop is a Docker Desktop as it is seen from outside: its folder, its settings, its programs and its pipe.
type fakeDesktop struct {
	*testing.T
	home string
}

// newDesktop installs one that does without WSL, and with nothing of it running.
func newDesktop(t *testing.T) *fakeDesktop {
	t.Helper()
	d := &fakeDesktop{t, t.TempDir()}
	for _, variable := range []string{"ProgramFiles", "LOCALAPPDATA", "APPDATA", "PATH"} {
		t.Setenv(variable, d.home)
	}
	desktopIn(t, d.home)
	must(t, writeBelow(filepath.Join(d.home, "Docker", "settings-store.json"), `{"WslEngineEnabled": false}`))
	return d
}

// runs has a program of Docker Desktop's run until the test ends: this test's own, by that name.
func (d *fakeDesktop) runs(name string) {
	d.Helper()
	self, err := os.Executable()
	must(d.T, err)
	text, err := os.ReadFile(self)
	must(d.T, err)
	file := filepath.Join(d.home, name)
	must(d.T, os.WriteFile(file, text, 0o700))
	program := exec.Command(file)
	program.Env = append(os.Environ(), envChild+"=1", envFake+"="+d.home)
	must(d.T, program.Start())
	d.Cleanup(func() {
		must(d.T, program.Process.Kill())
		_ = program.Wait() // killed: its error says so
	})
	awaitFile(d.T, filepath.Join(d.home, "child.pid"))
}

// offers has somebody answer at the pipe of Docker Desktop's own context, and returns that pipe. Under Wine the first who
// connects to a new pipe is heard by nobody: here it is nobody.
func (d *fakeDesktop) offers(answer http.Handler) Endpoint {
	d.Helper()
	const pipe = `\\.\pipe\streamtray-test-dockerDesktopLinuxEngine`
	l, err := winio.ListenPipe(pipe, nil)
	must(d.T, err)
	within := time.Second
	if first, err := winio.DialPipe(pipe, &within); err == nil {
		must(d.T, first.Close())
	}
	s := &http.Server{Handler: answer, ReadHeaderTimeout: time.Second}
	go s.Serve(l) // ends with Close
	d.Cleanup(func() { must(d.T, s.Close()) })
	return Endpoint{Host: "npipe:////./pipe/streamtray-test-dockerDesktopLinuxEngine"}
}

// Intent: each state of Docker Desktop that a person meets has a name of its own, and so a sentence and a next step of its
// own; final are those that time does not mend.
func TestEachStateOfDockerDesktopIsToldApart(t *testing.T) {
	engine := func(os string) func(*fakeDesktop) Endpoint {
		return func(d *fakeDesktop) Endpoint {
			e := newDaemon(d.T)
			e.os = os
			return d.offers(e)
		}
	}
	answers := func(code int, message string) func(*fakeDesktop) Endpoint {
		return func(d *fakeDesktop) Endpoint { return d.offers(says(code, message)) }
	}
	runs := func(program string) func(*fakeDesktop) Endpoint {
		return func(d *fakeDesktop) Endpoint {
			d.runs(program)
			return Endpoint{Host: absentPipe}
		}
	}
	for _, c := range []struct {
		name  string
		is    func(*fakeDesktop) Endpoint
		id    string
		final bool
	}{
		{"it is well", engine("linux"), "", false},
		{"it is stopped", func(*fakeDesktop) Endpoint { return Endpoint{Host: absentPipe} }, "docker.not_running", false},
		{"its window is there and its pipe is not", runs("Docker Desktop.exe"), "docker.desktop_coming", false},
		{"its backend is there and its pipe is not", runs("com.docker.backend.exe"), "docker.desktop_coming", false},
		{"it is being updated", runs("Docker Desktop Installer.exe"), "docker.desktop_updating", false},
		{"its engine is starting", answers(500, ""), "docker.starting", false},
		{"it is paused", answers(500, "Docker Desktop is manually paused. Unpause it through the Whale menu or Dashboard."), "docker.desktop_paused", false},
		{"its engine does not start", answers(500, "Docker Desktop is unable to start"), "docker.desktop_failed", false},
		{"it has Windows containers", engine("windows"), "docker.windows_containers", true},
		{"it wakes up", func(d *fakeDesktop) Endpoint {
			return d.offers(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
		}, "docker.hung", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDesktop(t)
			err := connect(t, c.is(d)).Answers(t.Context())
			if c.id == "" {
				must(t, err)
				return
			}
			check(t, err, c.id, c.final)
			for _, lang := range []string{"en", "zh"} {
				if all := texts(t, lang); all[c.id] == "" || all[c.id+".hint"] == "" {
					t.Errorf("%s: no sentence, or no next step, in %s", c.id, lang)
				}
			}
		})
	}
}

// Intent: who lacks WSL is told that, although Docker Desktop's window, which says the same, is open.
func TestWhatDockerDesktopStandsOnIsToldBeforeThatItIsComing(t *testing.T) {
	if serviceOf(wslServices) != absent {
		t.Skip("this Windows has WSL")
	}
	d := newDesktop(t)
	must(t, os.Remove(filepath.Join(d.home, "Docker", "settings-store.json")))
	d.runs("Docker Desktop.exe")
	check(t, connect(t, Endpoint{Host: absentPipe}).Answers(t.Context()), "docker.wsl_missing", true)
}

// Intent: a second call finds an engine that the first one woke up from Resource Saver.
func TestAnEngineThatWasWokenAnswersTheNextCall(t *testing.T) {
	d := newDesktop(t)
	e := newDaemon(t)
	woken := make(chan struct{})
	e.on("/containers/json", func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-woken:
			fmt.Fprint(w, "[]")
		default:
			close(woken)
			<-r.Context().Done()
		}
	})
	g := connect(t, d.offers(e))
	must(t, g.Answers(t.Context())) // the proxy's own answer: it wakes nobody
	s := &Stack{Engine: g, Name: "shop", Services: []string{"kafka"}}
	if _, err := s.Containers(t.Context()); idOf(err) != "docker.hung" {
		t.Errorf("while it wakes: got %v, want docker.hung", err)
	}
	if _, err := s.Containers(t.Context()); err != nil {
		t.Errorf("awake: got %v", err)
	}
}
