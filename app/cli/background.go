package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"time"

	"streamtray/app/agentrpc"
	"streamtray/app/project"
	"streamtray/internal/procgroup"
	"streamtray/internal/usererr"
)

// upDetached has a process of its own keep the story, and returns when it holds.
func (c *call) upDetached(ctx context.Context, p *project.Project, o upOptions) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	k, err := c.attach(ctx, p)
	if errors.Is(err, agentrpc.ErrNobody) {
		exited, err := c.spawn(p, o.names)
		if err != nil {
			return err
		}
		if k, err = c.attachSoon(ctx, p, exited); err != nil {
			return err
		}
	} else if err != nil {
		return err
	}
	if err := runs(p, k, o.names); err != nil {
		return err
	}
	end := show(ctx, c.printer(p.Title(), everything), k.Hub)
	err = c.follow(ctx, k, o, true)
	end()
	if err != nil {
		return errors.Join(err, errStillKept)
	}
	return nil
}

// errStillKept goes with an error of a story that the process in the background goes on with.
var errStillKept = fmt.Errorf("kept in the background: %w", errPrinted)

// spawnWithin is how long a process may take from its start to listening.
const spawnWithin = 10 * time.Second

// listenAgain is the pause before a process is looked for again that is about to listen.
const listenAgain = 10 * time.Millisecond

// attachSoon connects to a process that was just started, as soon as it listens.
func (c *call) attachSoon(ctx context.Context, p *project.Project, exited <-chan struct{}) (*agentrpc.Session, error) {
	limit, cancel := context.WithTimeout(ctx, spawnWithin)
	defer cancel()
	t := time.NewTicker(listenAgain)
	defer t.Stop()
	for last := false; ; {
		k, err := c.attach(ctx, p)
		if !errors.Is(err, agentrpc.ErrNobody) {
			return k, err
		}
		if last || limit.Err() != nil {
			return nil, usererr.New("cli.not_detached", map[string]any{"Log": p.AgentLog()}, err)
		}
		select {
		case <-limit.Done():
		case <-exited:
			last = true // unless it found that another one was quicker
		case <-t.C:
		}
	}
}

// spawn starts this program again, apart from this terminal, to keep the project. It is to outlive this process; that
// it exited before is told.
func (c *call) spawn(p *project.Project, names []string) (exited <-chan struct{}, err error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	log, err := p.OpenAgentLog()
	if err != nil {
		return nil, err
	}
	defer log.Close()
	args := append([]string{keepApart, "--project", p.Dir}, names...)
	if c.startEngine {
		args = append(args, "--start-engine")
	}
	if p.External() {
		args = append(args, "--no-app")
	}
	cmd := exec.Command(self, args...) //nolint:noctx // it outlives this process: that is its purpose
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = procgroup.Detached()
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	done := make(chan struct{})
	go func() {
		_ = cmd.Wait() // why is in its log
		close(done)
	}()
	return done, nil
}

// StopApart starts this program again, apart from whoever calls, to stop all containers of the project in dir. It does not
// wait for that.
func StopApart(self, dir string) error {
	cmd := exec.Command(self, "down", "--all", "--project", dir) //nolint:noctx // it outlives this process: that is its purpose
	cmd.SysProcAttr = procgroup.Detached()
	if err := cmd.Start(); err != nil {
		return err
	}
	return cmd.Process.Release()
}

// keepApart is the hidden verb of the process that --detach starts.
const keepApart = "keep-apart"

// runKeepApart keeps a project until it is stopped. The one who started it says what is wanted; if nobody does for a
// while, there is nothing to keep.
func runKeepApart(ctx context.Context, c *call) error {
	c.flags.BoolVar(&c.startEngine, "start-engine", false, "")
	noApp := c.flags.Bool("no-app", false, "")
	names, err := c.parse(mostNames)
	if err != nil {
		return err
	}
	p, err := c.openTrusted(ctx)
	if err != nil {
		return err
	}
	defer p.Close()
	if err := p.Only(names); err != nil {
		return err
	}
	if *noApp {
		p.LeaveApp()
	}
	running, stop := context.WithCancel(ctx)
	defer stop()
	k, err := c.keep(running, p, false)
	if err != nil || k.Far != nil {
		return err
	}
	end := show(ctx, jsonLines(c.Out, c.words, lasting), k.Hub)
	defer end()
	untilUnwanted(ctx, k)
	stop()
	return k.Wait()
}

// untilUnwanted returns when a story that was wanted is stopped, or none was wanted for a while.
func untilUnwanted(ctx context.Context, k *agentrpc.Session) {
	states := k.Hub.Watch(ctx)
	idle := time.NewTimer(spawnWithin)
	defer idle.Stop()
	wanted := false
	for {
		select {
		case s, open := <-states:
			switch {
			case !open, wanted && stopped(s):
				return
			case s.Want.Up:
				wanted = true
				idle.Stop()
			}
		case <-idle.C:
			return
		}
	}
}
