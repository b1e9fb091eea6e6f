package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"time"

	"streamtray/build/rig"
)

// machine is where and on what the measurement ran.
type machine struct {
	day, commit, text string
}

func describeMachine(ctx context.Context, r *rig.Rig) (machine, error) {
	commit, err := output(exec.CommandContext(ctx, "git", "-C", r.Root, "describe", "--always", "--dirty"))
	if err != nil {
		return machine{}, err
	}
	cpu, err := fieldOf("/proc/cpuinfo", "model name")
	if err != nil {
		return machine{}, err
	}
	memory, err := fieldOf("/proc/meminfo", "MemTotal")
	if err != nil {
		return machine{}, err
	}
	kib, err := strconv.ParseFloat(strings.TrimSuffix(memory, " kB"), 64)
	if err != nil {
		return machine{}, err
	}
	load, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return machine{}, err
	}
	return machine{
		day:    time.Now().Format(time.DateOnly),
		commit: strings.TrimSpace(commit),
		text: fmt.Sprintf("Machine: %s, %d cores, %.0f GB, %s/%s; %s; Docker Engine %s; docker compose %s; load average before the first round %s.",
			cpu, runtime.NumCPU(), kib*1024/1e9, runtime.GOOS, runtime.GOARCH, runtime.Version(), r.Engine, r.Compose, strings.Fields(string(load))[0]),
	}, nil
}

// fieldOf is the value of the first line "name : value" of one of the kernel's files.
func fieldOf(file, name string) (string, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	for line := range strings.Lines(string(text)) {
		if key, value, found := strings.Cut(line, ":"); found && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value), nil
		}
	}
	return "", fmt.Errorf("%s: no %s", file, name)
}
