//go:build wine

package wine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"streamtray/build/rig"
	"streamtray/internal/pause"
)

// Deadlines of waits. They end a hang; no test is decided by them.
const (
	soon    = 40 * time.Second // what takes moments, on a busy machine
	fromNil = 3 * time.Minute  // containers, broker, topics and app from nothing
)

// terminal is the terminal program, built once.
var terminal = sync.OnceValues(func() (string, error) {
	file := filepath.Join(here.dir, "streamtray.com")
	return file, Terminal(context.Background(), file)
})

// program is one that runs under Wine.
type program struct {
	*testing.T
	cmd       *exec.Cmd
	out, talk string // files with what it prints
	ended     chan struct{}
}

// start starts a program with further variables. It ends with the test at the latest.
func start(t *testing.T, w *Windows, env []string, file string, args ...string) *program {
	t.Helper()
	dir := t.TempDir()
	p := &program{T: t, out: filepath.Join(dir, "out"), talk: filepath.Join(dir, "talk"), ended: make(chan struct{})}
	p.cmd = w.Command(context.WithoutCancel(t.Context()), file, args...) // its end comes from the clean-up below
	p.cmd.Env = append(p.cmd.Env, env...)
	p.cmd.Dir = dir
	out, err := os.Create(p.out)
	must(t, err)
	defer out.Close()
	talk, err := os.Create(p.talk)
	must(t, err)
	defer talk.Close()
	p.cmd.Stdout, p.cmd.Stderr = out, talk
	must(t, p.cmd.Start())
	go func() {
		_ = p.cmd.Wait() // its exit code is asked for later
		close(p.ended)
	}()
	t.Cleanup(func() {
		p.kill()
		if t.Failed() {
			t.Logf("%s: %s", strings.Join(append([]string{filepath.Base(file)}, args...), " "), rig.LastLines(p.said(), 300)) // the stacks of one that hung are long
		}
	})
	return p
}

// kill ends the program as the task manager does: it is asked nothing.
func (p *program) kill() {
	_ = p.cmd.Process.Kill() // it may have ended
	<-p.ended
}

// said is all that it printed so far.
func (p *program) said() string {
	talk, _ := os.ReadFile(p.talk)
	out, _ := os.ReadFile(p.out)
	return string(out) + string(talk)
}

// exit waits for the program's end and returns its exit code.
func (p *program) exit(within time.Duration) int {
	p.Helper()
	select {
	case <-p.ended:
	case <-time.After(within):
		p.Fatalf("%v still runs after %v", p.cmd.Args[1:], within)
	}
	return p.cmd.ProcessState.ExitCode()
}

// event is one line of --json, as docs/json.md promises it.
type event struct {
	Kind, Step, Phase, Text string
}

// awaits waits for an event.
func (p *program) awaits(within time.Duration, claim string, is func(event) bool) {
	p.Helper()
	eventually(p.T, within, claim, func() (bool, error) {
		over := false
		select {
		case <-p.ended:
			over = true // look once more at what it said last
		default:
		}
		text, err := os.ReadFile(p.out)
		if err != nil {
			return false, err
		}
		var last event
		for line := range strings.Lines(string(text)) {
			if json.Unmarshal([]byte(line), &last) == nil && is(last) {
				return true, nil
			}
		}
		if over {
			p.Fatalf("%s: the program ended first: %s", claim, rig.LastLines(p.said(), 10))
		}
		return false, fmt.Errorf("last: %+v", last)
	})
}

// eventually looks until claim holds.
func eventually(t *testing.T, within time.Duration, claim string, holds func() (bool, error)) {
	t.Helper()
	var err error
	is := func() (ok bool) { ok, err = holds(); return ok }
	if !pause.Within(within, 100*time.Millisecond, is) {
		t.Fatal(errors.Join(fmt.Errorf("not within %v: %s", within, claim), err))
	}
}
