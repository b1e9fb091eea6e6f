//go:build wine

package wine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"streamtray/app/testenv"
	"streamtray/build/rig"
)

// The addresses that the sample uses, unmodified.
const (
	kafkaAddress = "127.0.0.1:9092"
	appAddress   = "127.0.0.1:5000"
)

// composeProject is the name that the containers of these tests get: a person's own are never touched.
const composeProject = "streamtray-wine"

// project is the sample project somewhere.
type project struct {
	*testing.T
	dir, home string // where it is, and what belongs to its person
	env       []string
	on        *Windows
	twin      string // the terminal program
}

// sampleProject has the program itself make the sample project in a folder.
func sampleProject(t *testing.T, dir string) *project {
	t.Helper()
	home := t.TempDir()
	twin, err := terminal()
	must(t, err)
	p := &project{
		T: t, dir: dir, home: home, env: []string{"STREAMTRAY_LANG=en", "STREAMTRAY_HOME=" + Path(home)}, on: here.Windows, twin: twin,
	}
	p.unpack()
	return p
}

// unpack has the program make the sample project.
func (p *project) unpack() {
	p.Helper()
	if init := p.start("init", "--sample", Path(p.dir)); init.exit(soon) != 0 {
		p.Fatal("init: ", init.said())
	}
}

// newProject is a sample project whose app is its Go twin.
func newProject(t *testing.T, dir string) *project {
	t.Helper()
	p := sampleProject(t, dir)
	p.withoutPython()
	return p
}

// withoutPython has the app be its Go twin, which is in the terminal program.
func (p *project) withoutPython() {
	p.Helper()
	p.edit("command: [python, app.py]", fmt.Sprintf("command: ['%s', sample-app]", Path(p.twin)))
}

// edit replaces text in the project's configuration, which must hold it exactly once.
func (p *project) edit(from, to string) {
	p.Helper()
	p.code("streamtray.yaml", from, to)
}

// code replaces text in a file of the project, which must hold it exactly once.
func (p *project) code(name, from, to string) {
	p.Helper()
	file := filepath.Join(p.dir, name)
	text, err := os.ReadFile(file)
	must(p.T, err)
	if n := strings.Count(string(text), from); n != 1 {
		p.Fatalf("%s holds %q %d times, want once", file, from, n)
	}
	must(p.T, os.WriteFile(file, []byte(strings.Replace(string(text), from, to, 1)), 0o644))
}

func (p *project) start(args ...string) *program {
	p.Helper()
	return start(p.T, p.on, p.env, p.twin, args...)
}

// run runs a command about the project.
func (p *project) run(command string, args ...string) *program {
	p.Helper()
	return p.start(append([]string{command, "--project", Path(p.dir)}, args...)...)
}

// up keeps the project until it is told otherwise; its app says that its producer is made when this returns. That it is
// connected cannot be seen under Wine, whose sockets are all its server's.
func (p *project) up() *program {
	p.Helper()
	up := p.run("up", "--trust", "--json")
	up.awaits(fromNil, "the producer", func(e event) bool {
		return e.Step == "producer" && (e.Kind == "done" || e.Kind == "holds")
	})
	return up
}

// step is one of status --json.
type step struct {
	Step, State string
	Soft        bool
}

// steps are the states of the project's steps, as status tells them.
func (p *project) steps() map[string]string {
	p.Helper()
	status := p.run("status", "--json")
	status.exit(soon) // 1 where not all of it holds
	var told struct{ Steps []step }
	text, err := os.ReadFile(status.out)
	if err := errors.Join(err, json.Unmarshal(text, &told)); err != nil {
		p.Fatalf("status: %v: %s", err, status.said())
	}
	states := map[string]string{}
	for _, s := range told.Steps {
		if !s.Soft {
			states[s.Step] = s.State
		}
	}
	return states
}

// Intent: on Windows as elsewhere, one command brings the project up on the real engine and the real broker, another
// sees it so, a killed one leaves no app behind, the next takes over what is left, and down takes back what it says it
// does. The project lives in a folder whose name has spaces, Chinese and an emoji.
func TestUpStatusAndDownOnTheRealEngine(t *testing.T) {
	proves(t)
	p := newProject(t, filepath.Join(t.TempDir(), "检测 项目 🚀"))
	engine(t, p)

	up := p.up()
	states := p.steps()
	if len(states) != 7 {
		t.Errorf("status tells of %v, want all seven steps", states)
	}
	for id, state := range states {
		if state != "done" && state != "holds" {
			t.Errorf("status while it streams: %s is %s", id, state)
		}
	}
	if got := topics(t); !strings.Contains(got, "llm-analysis-results") {
		t.Errorf("an independent client sees %s, want the project's topics", got)
	}

	up.kill()
	eventually(t, soon, "the app of a killed agent is gone", func() (bool, error) { return free(appAddress), nil })
	if got := containers(t); got != 2 {
		t.Errorf("after the kill %d containers run, want both", got)
	}

	up = p.up() // takes over what runs
	up.awaits(soon, "the app's connection", func(e event) bool { return e.Phase == "connected" })
	if down := p.run("down"); down.exit(soon) != 0 {
		t.Errorf("down: %s", down.said())
	}
	if code := up.exit(soon); code != 0 {
		t.Errorf("up, when it was told down: exit code %d, want 0", code)
	}
	if !free(appAddress) || containers(t) != 2 {
		t.Errorf("after down: the app's port is free: %v, containers: %d; want it free, and both", free(appAddress), containers(t))
	}
	if down := p.run("down", "--all"); down.exit(fromNil) != 0 || containers(t) != 0 {
		t.Errorf("down --all: %d containers run, want none: %s", containers(t), down.said())
	}
}

// engine makes the real engine reachable from Windows, at an address of loopback, for as long as the test.
func engine(t *testing.T, p *project) {
	t.Helper()
	if missing := rig.Missing(t.Context(), []rig.Need{{Package: "kcat", Program: "kcat"}}); missing != nil {
		testenv.Of(t, "kcat is the client that has nothing to do with ours: install it")
	}
	_, err := rig.Setup(t.Context(), func(part, text string) { t.Logf("%-9s %s", part, text) })
	var lacks *rig.Unavailable
	if errors.As(err, &lacks) {
		testenv.Of(t, lacks, lacks.How)
	}
	must(t, err)
	for _, address := range []string{kafkaAddress, appAddress} {
		if !free(address) {
			t.Fatalf("%s is in use", address)
		}
	}
	compose, err := rig.ComposeForWindows(t.Context())
	must(t, err)
	p.env = append(p.env, "DOCKER_HOST=tcp://"+door(t), "WINEPATH="+Path(compose), "COMPOSE_PROJECT_NAME="+composeProject)
	t.Cleanup(func() { docker(t, "compose", "--project-name", composeProject, "down", "--volumes", "--timeout", "1") })
}

// door is an address of loopback behind which the engine answers.
func door(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	var open sync.WaitGroup
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	t.Cleanup(func() {
		cancel()
		l.Close()
		open.Wait()
	})
	open.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			open.Go(func() { pass(ctx, c) })
		}
	})
	return l.Addr().String()
}

// pass joins a connection with the engine's socket, until both ends are closed or ctx ends.
func pass(ctx context.Context, c net.Conn) {
	defer c.Close()
	e, err := net.Dial("unix", "/var/run/docker.sock")
	if err != nil {
		return
	}
	defer e.Close()
	defer context.AfterFunc(ctx, func() {
		c.Close()
		e.Close()
	})()
	var both sync.WaitGroup
	both.Go(func() {
		io.Copy(e, c)
		e.(*net.UnixConn).CloseWrite()
	})
	both.Go(func() {
		io.Copy(c, e)
		c.(*net.TCPConn).CloseWrite()
	})
	both.Wait()
}

// docker runs the engine's own client and returns its answer.
func docker(t *testing.T, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), fromNil) // it runs in clean-up too
	defer cancel()
	out, err := rig.Output(exec.CommandContext(ctx, "docker", args...))
	if err != nil {
		t.Error(err)
	}
	return out
}

// containers is how many containers of the project run.
func containers(t *testing.T) int {
	t.Helper()
	return len(strings.Fields(docker(t, "ps", "--quiet", "--filter", "label=com.docker.compose.project="+composeProject)))
}

// topics are those that a client sees which has nothing to do with ours.
func topics(t *testing.T) string {
	t.Helper()
	out, err := rig.Output(exec.CommandContext(t.Context(), "kcat", "-b", kafkaAddress, "-L"))
	if err != nil {
		t.Error(err)
	}
	return out
}

// free tells whether nobody listens at the address.
func free(address string) bool {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return false
	}
	l.Close()
	return true
}
