package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"streamtray/build/rig"
)

// setup prepares the rig and leaves its engine running, for work by hand; `setup stop` ends it.
func setup(ctx context.Context, args []string) error {
	if len(args) == 1 && args[0] == "stop" {
		return rig.StopEngine(ctx)
	}
	_, err := rig.Setup(ctx, sayPart)
	return withRemedy(err)
}

func sayPart(part, text string) { fmt.Fprintf(os.Stderr, "  %-9s %s\n", part, text) }

// withRemedy adds what to do to an error that knows it.
func withRemedy(err error) error {
	var missing *rig.Unavailable
	if errors.As(err, &missing) {
		return fmt.Errorf("%w\n%s", err, missing.How)
	}
	return err
}
