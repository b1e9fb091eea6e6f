package main

import (
	"context"
	"os"
	"path/filepath"

	"streamtray/build/pack"
	"streamtray/build/rig"
)

// packages makes what Windows users download, into build/dist.
func packages(ctx context.Context, _ []string) error {
	root, err := rig.SourceTree()
	if err != nil {
		return err
	}
	source, err := pack.Read(ctx, root)
	if err != nil {
		return err
	}
	job := pack.Job{Source: source, Out: filepath.Join(root, "build", "dist"), Say: sayTo(os.Stderr)}
	return withRemedy(pack.Programs(ctx, job))
}
