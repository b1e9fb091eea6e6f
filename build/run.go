package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"

	"streamtray/build/rig"
	"streamtray/internal/procgroup"
)

// tool runs a program at the root of the source tree, without cgo unless env says otherwise. All it says goes to out.
func tool(env []string, args ...string) func(context.Context, io.Writer) error {
	return func(ctx context.Context, out io.Writer) error { return run(ctx, out, out, env, args...) }
}

// grace is how long a program may take to end when it is asked to.
const grace = 10 * time.Second

// run is tool with its answer and its talk apart. When ctx ends, the program is ended with all that it has started: go
// test has programs of its own.
func run(ctx context.Context, answer, talk io.Writer, env []string, args ...string) error {
	root, err := rig.SourceTree()
	if err != nil {
		return err
	}
	cmd := exec.Command(args[0], args[1:]...) //nolint:noctx // its group is ended when ctx does
	cmd.Dir = root
	cmd.Env = append(append(os.Environ(), "CGO_ENABLED=0"), env...)
	cmd.Stdout, cmd.Stderr = answer, talk
	exit, err := procgroup.Run(ctx, cmd, grace)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case exit.Signal != "":
		err = errors.Join(fmt.Errorf("%s: ended by signal %s", args[0], exit.Signal), err)
	case exit.Code != 0:
		err = errors.Join(fmt.Errorf("%s: exit code %d", args[0], exit.Code), err)
	}
	return err
}
