package main

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
)

// windowsOn are the processors that StreamTray is built for.
var windowsOn = [...]string{"amd64", "arm64"}

// compileForWindows makes the test programs of every package for Windows, and throws them away. What it compiles is what
// the programs for Windows are made of: with -trimpath, as they are.
func compileForWindows(ctx context.Context, out io.Writer) (err error) {
	dir, err := os.MkdirTemp("", "streamtray-tests-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	var errs []error
	for _, arch := range windowsOn {
		into := filepath.Join(dir, arch) + string(filepath.Separator)
		if err := os.Mkdir(into, 0o755); err != nil {
			return err
		}
		compile := tool([]string{"GOOS=windows", "GOARCH=" + arch}, "go", "test", "-c", "-vet=off", "-trimpath", "-tags", "headless", "-ldflags", "-s -w", "-o", into, "./...")
		errs = append(errs, compile(ctx, out))
	}
	return errors.Join(errs...)
}
