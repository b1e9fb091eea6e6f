package main

import (
	"context"
	"path/filepath"
	"runtime"

	"streamtray/build/rig"
)

// product builds the terminal program into build/dist and returns its path.
func product(ctx context.Context) (string, error) {
	root, err := rig.SourceTree()
	if err != nil {
		return "", err
	}
	program := filepath.Join(root, "build", "dist", "streamtray")
	if runtime.GOOS == "windows" {
		program += "-demo.exe" // streamtray.exe would be StreamTray.exe there, which package makes
	}
	return program, rig.BuildProduct(ctx, program)
}
