package main

import (
	"context"
	"os"
	"os/exec"

	"streamtray/build/rig"
)

// faults tries every fault of the matrix, the slow ones too, and writes down what it has measured.
func faults(ctx context.Context, _ []string) error {
	if err := prepare(ctx, os.Stdout); err != nil {
		return err
	}
	root, err := rig.SourceTree()
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, "go", "test", "-tags", "headless,rig", "-count=1", "-v", "-run", "^TestEveryFaultIsSeenAndHealed$", "-timeout", scenariosWithin,
		"./build/rig", "-slow", "-update")
	cmd.Dir = root
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	if err := cmd.Run(); err != nil {
		return err
	}
	again := exec.CommandContext(ctx, "go", "run", "./build", "docs") // this program has the figures of before
	again.Dir = root
	again.Stdout, again.Stderr = os.Stdout, os.Stderr
	return again.Run()
}
