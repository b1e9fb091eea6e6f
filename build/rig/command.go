package rig

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"streamtray/internal/pause"
)

// command is a program to run with the machine's environment and some more variables.
type command struct {
	dir  string
	env  []string
	in   io.Reader
	log  string // keep stdout and stderr in logs/<log>.log
	args []string
}

// run returns the program's standard output. An error carries the last lines that it printed.
func (r *Rig) run(ctx context.Context, c command) (string, error) {
	cmd := exec.CommandContext(ctx, c.args[0], c.args[1:]...)
	cmd.Dir, cmd.Stdin = c.dir, c.in
	cmd.Env = append(os.Environ(), c.env...)
	cmd.WaitDelay = 5 * time.Second
	var out, talk bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &talk
	if c.log != "" {
		file, err := os.Create(filepath.Join(r.Cache, "logs", c.log+".log"))
		if err != nil {
			return "", err
		}
		defer file.Close()
		cmd.Stdout, cmd.Stderr = io.MultiWriter(file, &out), io.MultiWriter(file, &talk)
	}
	if err := cmd.Run(); err != nil {
		last := strings.TrimSpace(LastLines(out.String(), 3) + "\n" + LastLines(talk.String(), 5))
		return out.String(), fmt.Errorf("%s: %s: %w", strings.Join(c.args, " "), last, err)
	}
	return strings.TrimSpace(out.String()), nil
}

// output runs a program that needs nothing but its arguments.
func (r *Rig) output(ctx context.Context, args ...string) (string, error) {
	return r.run(ctx, command{args: args})
}

// LastLines are the last of a text.
func LastLines(text string, n int) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}

// until looks every so often until ok is true; the error is ctx's or the look's.
func until(ctx context.Context, every time.Duration, ok func() (bool, error)) error {
	var err error
	ended := pause.Until(ctx, every, func() (done bool) {
		done, err = ok()
		return done || err != nil
	})
	if !ended {
		return ctx.Err()
	}
	return err
}

// Output runs a program and returns its standard output without the white space around it: that is its answer. What it
// says on the other stream, where a warning may come at any time, is only told in the error.
func Output(cmd *exec.Cmd) (string, error) {
	out, err := cmd.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		err = fmt.Errorf("%s: %w", bytes.TrimSpace(exit.Stderr), err)
	}
	if err != nil {
		err = fmt.Errorf("%s: %w", strings.Join(cmd.Args, " "), err)
	}
	return strings.TrimSpace(string(out)), err
}

// Quietly runs a program whose answer is of no interest. What it said is told in the error.
func Quietly(cmd *exec.Cmd) error {
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %s: %w", strings.Join(cmd.Args, " "), strings.TrimSpace(said.String()), err)
	}
	return nil
}
