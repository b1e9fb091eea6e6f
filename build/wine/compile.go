package wine

import (
	"context"
	"os"
	"os/exec"

	"streamtray/build/rig"
)

// Terminal builds the terminal program for Windows as the file named.
func Terminal(ctx context.Context, program string) error {
	return compile(ctx, "build", "-tags", "headless", rig.Small, "-ldflags", "-s -w", "-o", program, ".")
}

// Tests builds the tests of packages, by their folders in the source tree, into dir: compose.test.exe for docker/compose.
func Tests(ctx context.Context, dir string, folders ...string) error {
	args := []string{"test", "-c", "-tags", "headless", "-o", dir + "/"}
	for _, f := range folders {
		args = append(args, "./"+f)
	}
	return compile(ctx, args...)
}

// compile runs go for 64-bit Windows, without cgo, at the root of the source tree.
func compile(ctx context.Context, args ...string) error {
	root, err := rig.SourceTree()
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "GOOS=windows", "GOARCH=amd64", "CGO_ENABLED=0")
	return rig.Quietly(cmd)
}
