package main

import (
	"context"
	"errors"
	"io"
	"os"
)

// windowsOn are the processors that StreamTray is built for.
var windowsOn = [...]string{"amd64", "arm64"}

// trimmed has go build as the programs for Windows are built, so that both share what is compiled.
func trimmed() string { return "GOFLAGS=" + os.Getenv("GOFLAGS") + " -trimpath" }

// compileForWindows compiles every package with its tests for Windows. Nothing is linked: package links the programs, and
// the Wine suite those tests that Wine can run.
func compileForWindows(ctx context.Context, out io.Writer) error {
	var errs []error
	for _, arch := range windowsOn {
		compile := tool([]string{"GOOS=windows", "GOARCH=" + arch, trimmed()}, "go", "list", "-export", "-test", "-tags", "headless", "-f", "{{.ImportPath}}", "./...")
		errs = append(errs, compile(ctx, out))
	}
	return errors.Join(errs...)
}
