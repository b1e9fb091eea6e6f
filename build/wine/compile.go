package wine

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"

	"streamtray/build/rig"
)

// Terminal builds the terminal program for Windows as the file named.
func Terminal(ctx context.Context, program string) error {
	return compile(ctx, "build", "-tags", "headless", "-ldflags", "-s -w", "-o", program, ".")
}

// Program builds the program with windows, whose C parts take minutes the first time, as the file named. Of the changes
// it has only the one to pipes: with the one to Go, all C would be compiled anew.
func Program(ctx context.Context, program string) error {
	root, err := rig.SourceTree()
	if err != nil {
		return err
	}
	flags, err := changed(ctx, root)
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w -H=windowsgui", "-o", program)
	cmd.Args = append(append(cmd.Args, flags[2:]...), ".")
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "GOOS=windows", "GOARCH=amd64", "GOAMD64=v1", "CGO_ENABLED=1", "CC=x86_64-w64-mingw32-gcc", "CGO_CFLAGS=", "CGO_LDFLAGS=")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %s: %w", bytes.TrimSpace(out), err)
	}
	return nil
}

// Tests builds the tests of packages, by their folders in the source tree, into dir: compose.test.exe for docker/compose.
func Tests(ctx context.Context, dir string, folders ...string) error {
	args := []string{"-c", "-tags", "headless", "-o", dir + "/"}
	for _, f := range folders {
		args = append(args, "./"+f)
	}
	return compile(ctx, "test", args...)
}

// compile runs go for Windows, without cgo, at the root of the source tree, with what Wine 8 needs changed.
func compile(ctx context.Context, verb string, args ...string) error {
	root, err := rig.SourceTree()
	if err != nil {
		return err
	}
	flags, err := changed(ctx, root)
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, "go", append(append([]string{verb}, flags...), args...)...)
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=windows", "GOARCH=amd64")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go %s: %s: %w", verb, bytes.TrimSpace(out), err)
	}
	return nil
}
