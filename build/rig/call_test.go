//go:build rig && linux

package rig

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"
)

// event is one line of --json, as docs/json.md promises it.
type event struct {
	Time    time.Time `json:"time"`
	Kind    string    `json:"kind"`
	Step    string    `json:"step"`
	Phase   string    `json:"phase"`
	Text    string    `json:"text"`
	Hint    string    `json:"hint"`
	Finding *finding  `json:"finding"`
	Error   *struct {
		ID   string         `json:"id"`
		Args map[string]any `json:"args"`
		Text string         `json:"text"`
	} `json:"error"`
}

func (e event) String() string {
	return fmt.Sprintf("%s %s %s %q", e.Phase, e.Step, e.Kind, e.Text)
}

// call is one run of the product's program.
type call struct {
	s     *stand
	cmd   *exec.Cmd
	ended chan struct{} // closed when the program has ended
	out   bytes.Buffer  // standard output, complete once ended
	talk  bytes.Buffer  // standard error, complete once ended

	mu     sync.Mutex
	events []event
	more   chan struct{} // closed and replaced when an event came
}

// start runs the product. Every line that it prints is kept in the stand's folder.
func (s *stand) start(args ...string) *call {
	s.Helper()
	program, err := here.program()
	s.must(err)
	s.calls++
	journal, err := os.Create(filepath.Join(s.kept, fmt.Sprintf("%02d-%s.txt", s.calls, args[0])))
	s.must(err)
	fmt.Fprintln(journal, args)
	c := &call{s: s, ended: make(chan struct{}), more: make(chan struct{})}
	c.cmd = exec.Command(program, args...)
	c.cmd.Dir, c.cmd.Env = s.home, s.env
	c.cmd.Stderr = io.MultiWriter(journal, &c.talk)
	out, err := c.cmd.StdoutPipe()
	s.must(err)
	s.must(c.cmd.Start())
	go func() {
		defer close(c.ended)
		defer journal.Close()
		c.read(io.TeeReader(out, journal))
		_ = c.cmd.Wait() // its exit code is asked for later
	}()
	s.Cleanup(func() {
		_ = c.cmd.Process.Kill()
		<-c.ended
	})
	return c
}

// up starts `up` on the project with events a line.
func (s *stand) up() *call {
	s.Helper()
	return s.start("up", "--project", s.project, "--trust", "--json")
}

func (c *call) read(out io.Reader) {
	lines := bufio.NewScanner(io.TeeReader(out, &c.out))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var e event
		if json.Unmarshal(lines.Bytes(), &e) != nil {
			continue // an answer over several lines, or a line for people
		}
		c.mu.Lock()
		c.events = append(c.events, e)
		close(c.more)
		c.more = make(chan struct{})
		c.mu.Unlock()
	}
}

// seen returns the events so far and a channel that is closed when there are more.
func (c *call) seen() ([]event, <-chan struct{}) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.events, c.more
}

// now is the number of events so far: the point from which a later wait looks.
func (c *call) now() int {
	events, _ := c.seen()
	return len(events)
}

// awaits returns the first event from the point on for which is holds. The call may end first: that is a failure.
func (c *call) awaits(within time.Duration, claim string, from int, is func(event) bool) event {
	c.s.Helper()
	limit := time.NewTimer(within)
	defer limit.Stop()
	ended := false
	for {
		events, more := c.seen()
		for ; from < len(events); from++ {
			if is(events[from]) {
				return events[from]
			}
		}
		if ended {
			c.s.Fatalf("%s: the program ended first: %s", claim, c.said())
		}
		select {
		case <-more:
		case <-c.ended:
			ended = true // look once more at what it said last
		case <-limit.C:
			c.s.Fatalf("%s: not within %s; last: %v", claim, within, last(events))
		}
	}
}

func last(events []event) any {
	if len(events) == 0 {
		return "nothing"
	}
	return events[len(events)-1]
}

// connected reports whether the app was seen to be connected to Kafka after the event.
func (e event) connected() bool { return e.Phase == "connected" || e.Phase == "streaming" }

// streams waits until the app was seen to be connected.
func (c *call) streams() {
	c.s.Helper()
	c.awaits(fromNil, "connected", 0, event.connected)
}

// exit waits until the program ends and returns its code; -1: by a signal.
func (c *call) exit(within time.Duration) int {
	c.s.Helper()
	select {
	case <-c.ended:
	case <-time.After(within):
		c.s.Fatalf("%v still runs after %s", c.cmd.Args[1:], within)
	}
	return c.cmd.ProcessState.ExitCode()
}

// interrupt is a person's Ctrl-C; it returns the exit code.
func (c *call) interrupt() int {
	c.s.Helper()
	if err := c.cmd.Process.Signal(os.Interrupt); err != nil && !errors.Is(err, os.ErrProcessDone) {
		c.s.Fatal(err)
	}
	return c.exit(soon)
}

// said is what an ended program printed for people.
func (c *call) said() string {
	return fmt.Sprintf("%s%s", c.talk.String(), LastLines(c.out.String(), 3))
}

// ok runs the product to its end, which must be good, and returns its answer.
func (s *stand) ok(args ...string) string {
	s.Helper()
	c := s.start(args...)
	if code := c.exit(fromNil); code != 0 {
		s.Fatalf("%v: exit code %d: %s", args, code, c.said())
	}
	return c.out.String()
}
