package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"streamtray/build/rig"
)

// setup prepares the rig and leaves its engine running, for work by hand; `setup stop` ends it.
func setup(ctx context.Context, args []string) error {
	if len(args) == 1 && args[0] == "stop" {
		return rig.StopEngine(ctx)
	}
	_, err := rig.Setup(ctx, sayTo(os.Stderr))
	return withRemedy(err)
}

// sayTo prints each part of the rig that is ready, a line each.
func sayTo(out io.Writer) func(part, text string) {
	return func(part, text string) { fmt.Fprintf(out, "  %-9s %s\n", part, text) }
}

// withRemedy adds what to do to an error that knows it.
func withRemedy(err error) error {
	var missing *rig.Unavailable
	if errors.As(err, &missing) {
		return fmt.Errorf("%w\n%s", err, missing.How)
	}
	return err
}
