package main

import (
	"context"
	"os"
)

// faults tries every fault of the matrix, the slow ones too, and writes down what it has measured.
func faults(ctx context.Context, _ []string) error {
	if err := prepare(ctx, os.Stdout); err != nil {
		return err
	}
	err := run(ctx, os.Stdout, os.Stderr, nil, "go", "test", "-tags", "headless,rig", "-count=1", "-v", "-run", "^TestEveryFaultIsSeenAndHealed$", "-timeout", scenariosWithin,
		"./build/rig", "-slow", "-update")
	if err != nil {
		return err
	}
	return run(ctx, os.Stdout, os.Stderr, nil, "go", "run", "./build", "docs") // this program has the figures of before
}
