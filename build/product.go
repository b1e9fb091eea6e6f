package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"

	"streamtray/build/rig"
)

// demo builds the terminal program and runs its demo with the same arguments.
func demo(ctx context.Context, args []string) error {
	program, err := product(ctx)
	if err != nil {
		return err
	}
	cmd := exec.Command(program, append([]string{"demo"}, args...)...) //nolint:noctx // a Ctrl-C reaches it by itself; it ends in good order
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	return cmd.Run()
}

// product builds the terminal program into build/dist and returns its path.
func product(ctx context.Context) (string, error) {
	root, err := rig.SourceTree()
	if err != nil {
		return "", err
	}
	program := filepath.Join(root, "build", "dist", "streamtray")
	if runtime.GOOS == "windows" {
		program += ".exe"
	}
	return program, rig.BuildProduct(ctx, program)
}
