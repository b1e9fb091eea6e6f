package main

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"

	"streamtray/build/rig"
)

// forWindows proves on any computer what can be proved of the Windows sides without running them: on Intel's processors
// and on Arm's, they vet, and with all their tests they compile and link.
func forWindows() lane {
	return lane{
		{name: "vet for Windows on Arm", run: tool([]string{"GOOS=windows", "GOARCH=arm64"}, "go", "vet", "-tags", "headless", "./...")},
		{name: "staticcheck for Windows", run: staticcheckForWindows},
		{name: "tests for Windows compile", run: compileForWindows},
	}
}

// windowsOn are the processors that StreamTray is built for.
var windowsOn = [...]string{"amd64", "arm64"}

// staticcheckForWindows installs the checker first: go run would build it for Windows as well.
func staticcheckForWindows(ctx context.Context, out io.Writer) error {
	root, err := rig.SourceTree()
	if err != nil {
		return err
	}
	bin := filepath.Join(root, "build", "cache", "bin")
	if err := tool([]string{"GOBIN=" + bin}, "go", "install", staticcheck)(ctx, out); err != nil {
		return err
	}
	var errs []error
	for _, arch := range windowsOn {
		check := tool([]string{"GOOS=windows", "GOARCH=" + arch}, filepath.Join(bin, "staticcheck"), "-tags", "headless", "./...")
		errs = append(errs, check(ctx, out))
	}
	return errors.Join(errs...)
}

// compileForWindows makes the test programs of every package, and throws them away.
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
		compile := tool([]string{"GOOS=windows", "GOARCH=" + arch}, "go", "test", "-c", "-tags", "headless", "-ldflags", "-s -w", "-o", into, "./...")
		errs = append(errs, compile(ctx, out))
	}
	return errors.Join(errs...)
}
