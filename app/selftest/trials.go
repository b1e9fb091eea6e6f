package selftest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"streamtray/app/agentrpc"
	"streamtray/app/autostart"
	"streamtray/app/detector"
	"streamtray/app/ports"
	"streamtray/docker"
	"streamtray/internal/usererr"
)

// trials are the rows of every system.
func trials() []trial {
	return []trial{
		{"killed", killed},
		{"ctrl-break", asked},
		{"long-path", longPath},
		{"console", console},
		{"pipe-rights", channel},
		{"owners", owners},
		{"unix-sockets", unixSockets},
		{"links", links},
		{"autostart", autostarts},
		{"engine", engine},
	}
}

func broken(format string, args ...any) error {
	return usererr.New("selftest.broken", map[string]any{"What": fmt.Sprintf(format, args...)}, nil)
}

// killed: an agent that is killed leaves neither its app nor what that started.
func killed(ctx context.Context, w *World) error {
	agent := exec.CommandContext(ctx, w.Self, w.Verb, "agent", "killed", w.roll.addr())
	if err := agent.Start(); err != nil {
		return err
	}
	err := w.roll.here(ctx, "killed", "killed-app", "killed-app-child")
	if err = errors.Join(err, agent.Process.Kill()); err != nil {
		return errors.Join(err, agent.Wait())
	}
	_ = agent.Wait() // killed: its error says so
	return w.roll.goneAll(ctx, "killed", "killed-app", "killed-app-child")
}

// asked: an app is asked to end, and given time, before anything is killed; then all that it left goes too.
func asked(ctx context.Context, w *World) error {
	a := detector.New(detector.Verdicts{})
	err := a.Start(ctx, detector.Launch{
		Command: []string{w.Self, w.Verb, "app", "asked", w.roll.addr()}, Dir: w.scratch, Keeper: w.Self, Grace: 10 * time.Second,
	})
	if err != nil {
		return err
	}
	err = w.roll.here(ctx, "asked", "asked-child")
	if err = errors.Join(err, a.Stop(ctx)); err != nil {
		return err
	}
	if err := w.roll.goneAll(ctx, "asked", "asked-child"); err != nil {
		return err
	}
	soon, cancel := context.WithTimeout(ctx, time.Second) // it is gone: what it said has arrived
	defer cancel()
	_, err = w.roll.said(soon, "asked", "asked")
	return err
}

// longPath: a project's path may be longer than 260 characters, and have spaces, Chinese and emoji in it.
func longPath(ctx context.Context, w *World) error {
	dir := w.scratch
	for len(dir) < 300 {
		dir = filepath.Join(dir, "a project's folder 流媒体 😀")
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	log := filepath.Join(dir, "app.log")
	a := detector.New(detector.Verdicts{})
	err := a.Start(ctx, detector.Launch{Command: []string{w.Self, w.Verb, "plain", "long", w.roll.addr()}, Dir: dir, Log: log, Keeper: w.Self})
	if err != nil {
		return err
	}
	err = w.roll.here(ctx, "long")
	if err = errors.Join(err, a.Stop(ctx)); err != nil {
		return err
	}
	_, err = os.Stat(log)
	return err
}

// console: pipes and exit codes work as a shell needs them.
func console(ctx context.Context, w *World) error {
	var out bytes.Buffer
	cmd := exec.CommandContext(ctx, w.Self, "version")
	cmd.Stdout = &out
	if err := cmd.Run(); err != nil {
		return err
	}
	if !strings.HasPrefix(out.String(), "streamtray ") {
		return broken("%q", out.String())
	}
	var ended *exec.ExitError
	if err := exec.CommandContext(ctx, w.Self, "no-such-command").Run(); !errors.As(err, &ended) || ended.ExitCode() != 2 {
		return broken("exit code: %v", err)
	}
	return nil
}

// channel: the channel between processes is this user's alone, and one process's alone.
func channel(ctx context.Context, w *World) error {
	name := agentrpc.Of(w.scratch, w.scratch)
	l, err := name.Listen()
	if err != nil {
		return err
	}
	defer l.Close()
	if second, err := name.Listen(); !errors.Is(err, agentrpc.ErrTaken) {
		if err == nil {
			second.Close()
		}
		return broken("a second listener: %v", err)
	}
	if err := name.Alone(); err != nil {
		return err
	}
	go func() {
		if c, err := l.Accept(); err == nil {
			_, _ = io.WriteString(c, "hello")
			c.Close()
		}
	}()
	c, err := name.Dial(ctx)
	if err != nil {
		return err
	}
	defer c.Close()
	return hears(ctx, c)
}

// hears reads a greeting.
func hears(ctx context.Context, c net.Conn) error {
	if limit, ok := ctx.Deadline(); ok {
		if err := c.SetReadDeadline(limit); err != nil {
			return err
		}
	}
	text, err := io.ReadAll(c)
	if err != nil || string(text) != "hello" {
		return broken("%q, %v", text, err)
	}
	return nil
}

// owners: who holds a port is named.
func owners(ctx context.Context, w *World) error {
	holder := exec.CommandContext(ctx, w.Self, w.Verb, "listen", "owner", w.roll.addr())
	if err := holder.Start(); err != nil {
		return err
	}
	defer func() {
		_ = holder.Process.Kill()
		_ = holder.Wait() // killed: its error says so
	}()
	text, err := w.roll.said(ctx, "owner", "port")
	if err != nil {
		return err
	}
	var port, pid int
	if _, err := fmt.Sscan(text, &port, &pid); err != nil {
		return err
	}
	o, found, err := ports.Holder(port)
	if err != nil || !found || o.PID != pid || !strings.EqualFold(o.Name, filepath.Base(w.Self)) {
		return broken("%+v, %v, %v: process %d", o, found, err, pid)
	}
	return nil
}

// unixSockets: an engine behind a Unix socket could be reached.
func unixSockets(ctx context.Context, w *World) error {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "unix", filepath.Join(w.scratch, "s"))
	if err != nil {
		return skip("selftest.no_unix_sockets", nil, err)
	}
	defer l.Close()
	go func() {
		if c, err := l.Accept(); err == nil {
			_, _ = io.WriteString(c, "hello")
			c.Close()
		}
	}()
	var d net.Dialer
	c, err := d.DialContext(ctx, "unix", l.Addr().String())
	if err != nil {
		return err
	}
	defer c.Close()
	return hears(ctx, c)
}

// links: a symbolic link in a project leads where it says.
func links(_ context.Context, w *World) error {
	file, link := filepath.Join(w.scratch, "file"), filepath.Join(w.scratch, "link")
	if err := os.WriteFile(file, []byte("hello"), 0o600); err != nil {
		return err
	}
	if err := os.Symlink(file, link); err != nil {
		return skip("selftest.no_links", nil, err) // Windows gives the right with the developer mode
	}
	text, err := os.ReadFile(link)
	if err != nil || string(text) != "hello" {
		return broken("%q, %v", text, err)
	}
	return nil
}

// autostarts: an entry of the user's own is written, found and taken away; it is not StreamTray's.
func autostarts(_ context.Context, w *World) error {
	const name = "StreamTray-selftest"
	err := autostart.Set(name, w.Self, "version")
	defer autostart.Remove(name) //nolint:errcheck // once more, for a trial that was cut off
	if err != nil {
		return err
	}
	if !autostart.On(name) {
		return broken("the entry is not there")
	}
	if err := autostart.Remove(name); err != nil {
		return err
	}
	if autostart.On(name) {
		return broken("the entry is still there")
	}
	return nil
}

// engine: the container engine is found where the docker command would find it, and answers.
func engine(ctx context.Context, w *World) error {
	at, err := docker.Resolve(w.Getenv, w.Home)
	if err != nil {
		return err
	}
	e, err := docker.Connect(at)
	if err != nil {
		return err
	}
	defer e.Close()
	err = e.Answers(ctx)
	var told *docker.Error
	if errors.As(err, &told) && (told.ID == docker.NotInstalled || told.ID == docker.NotRunning) {
		return skip(told.ID, told.Args, err)
	}
	return err
}
