package rig

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"streamtray/internal/procgroup"
)

// engineStart is how long a daemon may take from its start to its first answer.
const engineStart = time.Minute

// engine finds the engine that answers, or starts one.
func (r *Rig) engine(ctx context.Context) error {
	began := time.Now()
	answer := r.engineAnswers(ctx)
	if answer == nil {
		r.took("engine", "Docker "+r.Engine+" answers", began)
		return nil
	}
	if !r.install || os.Getenv("DOCKER_HOST") != "" {
		return &Unavailable{What: "no Docker engine answers", How: "Start Docker and run this again.", Err: answer}
	}
	if err := r.need(ctx, "dockerd", "docker"); err != nil {
		return err
	}
	// Where a service supervisor runs, installing has started the engine.
	if r.engineAnswers(ctx) != nil {
		if err := r.StartEngine(ctx); err != nil {
			return err
		}
	}
	r.took("engine", "Docker "+r.Engine+" answers, started for the rig", began)
	return nil
}

// engineAnswers asks once, by the same address rules as everybody's docker command.
func (r *Rig) engineAnswers(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	version, err := r.output(ctx, "docker", "version", "--format", "{{.Server.Version}}")
	if err == nil {
		r.Engine = version
	}
	return err
}

// StartEngine starts dockerd in the background and waits until it answers. Its data lives in the cache, and published
// ports without an address bind to loopback.
func (r *Rig) StartEngine(ctx context.Context) error {
	if err := mountCgroups(ctx, r); err != nil {
		return err
	}
	// A daemon that was cut off leaves its number behind, which may be another program's by now.
	if !r.OwnsEngine() {
		if err := os.Remove(r.pidFile()); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	logPath := filepath.Join(r.Cache, "logs", "dockerd.log")
	log, err := os.Create(logPath)
	if err != nil {
		return err
	}
	defer log.Close()
	daemon := exec.Command("dockerd", //nolint:noctx // it outlives us on purpose
		"--data-root", filepath.Join(r.Cache, "engine"),
		"--exec-root", "/var/run/streamtray-rig", // short: it holds sockets, whose paths are limited
		"--pidfile", r.pidFile(),
		"--ip", "127.0.0.1",
		"--log-level", "warn")
	daemon.Stdout, daemon.Stderr = log, log
	daemon.SysProcAttr = procgroup.Detached()
	if err := daemon.Start(); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- daemon.Wait() }() // ends with the daemon

	ctx, cancel := context.WithTimeout(ctx, engineStart)
	defer cancel()
	err = until(ctx, 100*time.Millisecond, func() (bool, error) {
		select {
		case err := <-ended:
			return false, fmt.Errorf("dockerd ended: %w", err)
		default:
			return r.engineAnswers(ctx) == nil, nil
		}
	})
	if err != nil {
		text, _ := os.ReadFile(logPath)
		return fmt.Errorf("dockerd: %s: %w", LastLines(string(text), 8), err)
	}
	return nil
}

// StopEngine ends the engine that a Setup of this cache started earlier, and waits until it is gone. It does nothing
// if there is none.
func StopEngine(ctx context.Context) error {
	r, err := locate(func(string, string) {})
	if err != nil {
		return err
	}
	return r.StopEngine(ctx)
}

// EngineRuns tells whether an engine that a Setup of this cache started is still there.
func EngineRuns() bool {
	r, err := locate(func(string, string) {})
	return err == nil && r.OwnsEngine()
}

// StopEngine ends the rig's own engine, as the function does.
func (r *Rig) StopEngine(ctx context.Context) error {
	pid, err := r.enginePID()
	if err != nil || pid == 0 {
		return err
	}
	daemon, err := os.FindProcess(pid)
	if err == nil {
		err = daemon.Signal(syscall.SIGTERM)
	}
	if err != nil {
		return fmt.Errorf("dockerd: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, engineStart)
	defer cancel()
	return until(ctx, 100*time.Millisecond, func() (bool, error) { return !engineAlive(pid), nil })
}

// OwnsEngine tells whether the engine is the rig's own, which a scenario may stop.
func (r *Rig) OwnsEngine() bool {
	pid, err := r.enginePID()
	return err == nil && pid != 0
}

// enginePID is the process of the rig's own engine, 0 if it does not run.
func (r *Rig) enginePID() (int, error) {
	text, err := os.ReadFile(r.pidFile())
	if errors.Is(err, os.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return 0, fmt.Errorf("%s: %w", r.pidFile(), err)
	}
	if !engineAlive(pid) {
		return 0, nil
	}
	return pid, nil
}

// engineAlive is false for a process that ended but was not yet waited for, and for another program that has got the
// number meanwhile. Only Linux, which tells that in a file, starts an engine of its own.
func engineAlive(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return false
	}
	_, state, engine := bytes.Cut(stat, []byte(" (dockerd) "))
	return engine && state[0] != 'Z'
}

func (r *Rig) pidFile() string { return filepath.Join(r.Cache, "dockerd.pid") }

// mountCgroups mounts the control groups on a machine that booted without a service supervisor to do it.
func mountCgroups(ctx context.Context, r *Rig) error {
	for _, mounted := range []string{"/sys/fs/cgroup/cgroup.controllers", "/sys/fs/cgroup/memory"} {
		if _, err := os.Stat(mounted); err == nil {
			return nil
		}
	}
	_, err := r.output(ctx, "cgroupfs-mount")
	return err
}
