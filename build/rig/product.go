package rig

import (
	"context"
	"os"
	"os/exec"
)

// BuildProduct builds the terminal program, which needs no C compiler, as the file named by program.
func BuildProduct(ctx context.Context, program string) error {
	root, err := SourceTree()
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, "go", "build", "-buildvcs=false", "-tags", "headless", "-ldflags", "-s -w", "-o", program, ".")
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	return Quietly(cmd)
}
