package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// event is what of a line of --json matters here; see docs/json.md.
type event struct {
	Kind  string `json:"kind"`
	Step  string `json:"step"`
	Phase string `json:"phase"`
	Text  string `json:"text"`
}

// call is a run of the product that prints events.
type call struct {
	cmd   *exec.Cmd
	lines *bufio.Scanner
	talk  strings.Builder
	last  event
}

// start runs the product with these arguments and --json.
func (s *stand) start(ctx context.Context, args ...string) (*call, error) {
	c := &call{cmd: s.product(ctx, args...)}
	c.cmd.Stderr = &c.talk
	out, err := c.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	c.lines = bufio.NewScanner(out)
	c.lines.Buffer(nil, 1<<20)
	return c, c.cmd.Start()
}

func (s *stand) product(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, s.program, append(args, "--json")...)
	cmd.Dir, cmd.Env = s.home, s.env
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	return cmd
}

// until reads events up to one that is awaited, and returns when it arrived here.
func (c *call) until(what string, is func(event) bool) (time.Time, error) {
	for c.lines.Scan() {
		at := time.Now()
		c.last = event{}
		if err := json.Unmarshal(c.lines.Bytes(), &c.last); err != nil {
			return at, fmt.Errorf("%q: %w", c.lines.Text(), err)
		}
		if is(c.last) {
			return at, nil
		}
	}
	err := c.cmd.Wait()
	return time.Time{}, fmt.Errorf("up ended before %s (%v): %s; last: %+v", what, err, strings.TrimSpace(c.talk.String()), c.last)
}

// kept is the event that says that a step holds.
func kept(step string) func(event) bool {
	return func(e event) bool { return e.Step == step && slices.Contains([]string{"done", "holds"}, e.Kind) }
}

// end reads the rest and waits for the program's good end.
func (c *call) end() error {
	for c.lines.Scan() { //nolint:revive // what comes after the verdict is not measured
	}
	if err := c.cmd.Wait(); err != nil {
		return fmt.Errorf("up: %w: %s", err, strings.TrimSpace(c.talk.String()))
	}
	return nil
}
