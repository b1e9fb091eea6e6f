package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"streamtray/build/rig"
)

// bench measures the product against its peers. They stand in a module of its own, which is why it is a program of its
// own too.
func bench(ctx context.Context, args []string) error {
	root, err := rig.SourceTree()
	if err != nil {
		return err
	}
	program := filepath.Join(root, "build", "dist", "bench")
	build := exec.CommandContext(ctx, "go", "build", "-o", program, ".")
	build.Dir = filepath.Join(root, "build", "bench")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	build.Stdout, build.Stderr = os.Stdout, os.Stderr
	if err := build.Run(); err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir = root
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = time.Minute // it takes its containers away first
	return cmd.Run()
}
