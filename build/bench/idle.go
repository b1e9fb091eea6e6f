package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// The product is watched for a minute while nothing happens, in parts that each give a value.
const (
	idleParts = 5
	idlePart  = 12 * time.Second
)

// idle is what the product takes while it keeps a project in which nothing happens.
type idle struct {
	cpu      []float64 // percent of one core
	resident []float64 // memory in MB, the program's file included
	own      []float64 // memory in MB, the program's file left out
}

// idleTurn has the product start Kafka and keep it, and watches it afterwards.
func (s *stand) idleTurn(ctx context.Context) (idle, error) {
	running, cancel := context.WithCancel(ctx)
	defer cancel()
	c, err := s.start(running, "up", "--project", s.project, "--trust", "--no-app")
	if err != nil {
		return idle{}, err
	}
	if _, err := c.until("all was ready", func(e event) bool { return e.Phase == "ready" }); err != nil {
		return idle{}, err
	}
	ended := make(chan error, 1)
	go func() { ended <- c.end() }() // reads on, so that the product is not held up
	found, err := watchIdle(ctx, c.cmd.Process.Pid)
	cancel() // as Ctrl-C does
	return found, errors.Join(err, ignoreInterrupt(<-ended))
}

// ignoreInterrupt drops the error of a program that we interrupted.
func ignoreInterrupt(err error) error {
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

func watchIdle(ctx context.Context, pid int) (idle, error) {
	var found idle
	before, err := cpuTime(pid)
	if err != nil {
		return found, err
	}
	tick := time.NewTicker(idlePart)
	defer tick.Stop()
	for range idleParts {
		select {
		case <-ctx.Done():
			return found, ctx.Err()
		case <-tick.C:
		}
		now, err := cpuTime(pid)
		if err != nil {
			return found, err
		}
		resident, err := memory(pid, "VmRSS")
		if err != nil {
			return found, err
		}
		own, err := memory(pid, "RssAnon")
		if err != nil {
			return found, err
		}
		found.cpu = append(found.cpu, 100*float64(now-before)/float64(idlePart))
		found.resident, found.own = append(found.resident, resident), append(found.own, own)
		before = now
	}
	return found, nil
}

// cpuTime is what the process's threads have run so far.
func cpuTime(pid int) (time.Duration, error) {
	files, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", pid))
	if err != nil || len(files) == 0 {
		return 0, fmt.Errorf("process %d: no threads: %w", pid, err)
	}
	var sum time.Duration
	for _, f := range files {
		text, err := os.ReadFile(f)
		if errors.Is(err, os.ErrNotExist) {
			continue // the thread has ended
		}
		if err != nil {
			return 0, err
		}
		ran, _, _ := strings.Cut(string(text), " ")
		n, err := strconv.ParseInt(ran, 10, 64)
		if err != nil {
			return 0, err
		}
		sum += time.Duration(n)
	}
	return sum, nil
}

// memory is one of the kernel's figures of what the process occupies, in MB.
func memory(pid int, field string) (float64, error) {
	text, err := fieldOf(fmt.Sprintf("/proc/%d/status", pid), field)
	if err != nil {
		return 0, err
	}
	kib, err := strconv.ParseFloat(strings.TrimSuffix(text, " kB"), 64)
	return kib * 1024 / 1e6, err
}
