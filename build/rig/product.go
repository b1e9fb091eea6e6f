package rig

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// BuildProduct builds the terminal program, which needs no C compiler, as the file named by program.
func BuildProduct(ctx context.Context, program string) error {
	root, err := SourceTree()
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-tags", "headless", "-ldflags", "-s -w", "-o", program, ".")
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %s: %w", strings.TrimSpace(string(out)), err)
	}
	return nil
}
