package docker

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"streamtray/internal/procgroup"
)

// probeWithin bounds asking a compose client for its version; a first start on Windows can take seconds.
const probeWithin = 20 * time.Second

// composeClient is the program that speaks compose here: `docker compose`, or the older `docker-compose`.
type composeClient struct {
	path    string
	base    []string // ["compose"] for the plugin
	version version
}

// speaksJSON reports whether the client can tell its progress as JSON, which began with 2.29.
func (c composeClient) speaksJSON() bool { return !c.version.less(version{2, 29}) }

// findCompose asks `docker compose` for its version, then `docker-compose`; the first to give one is it.
func findCompose(ctx context.Context, env []string) (composeClient, error) {
	var why []error
	for _, c := range []composeClient{{path: "docker", base: []string{"compose"}}, {path: "docker-compose"}} {
		path, err := lookUp(c.path)
		if err != nil {
			why = append(why, err)
			continue
		}
		c.path = path
		if c.version, err = c.askVersion(ctx, env); err == nil {
			return c, nil
		}
		if ctx.Err() != nil {
			return composeClient{}, fmt.Errorf("compose version: %w", ctx.Err())
		}
		why = append(why, err)
	}
	return composeClient{}, finalFault(ComposeMissing, nil, errors.Join(why...))
}

// Compose tells which compose client an Up would use: "docker compose" or "docker-compose", and its version. It asks the
// client alone, which needs no engine for the answer.
func Compose(ctx context.Context) (name, number string, err error) {
	c, err := findCompose(ctx, os.Environ())
	if err != nil {
		return "", "", err
	}
	name = "docker-compose"
	if len(c.base) > 0 {
		name = "docker compose"
	}
	return name, c.version.String(), nil
}

// askVersion runs the client for its version.
func (c composeClient) askVersion(ctx context.Context, env []string) (version, error) {
	ctx, cancel := within(ctx, probeWithin)
	defer cancel()
	args := append(c.base[:len(c.base):len(c.base)], "version", "--short")
	cmd := exec.Command(c.path, args...) //nolint:noctx // run ends it with its family when ctx does
	cmd.Env = env
	var v version
	out := &lines{each: func(line string) {
		if v == (version{}) {
			v = versionOf(line)
		}
	}}
	said := &composeOutput{}
	cmd.Stdout, cmd.Stderr = out, &lines{each: said.line}
	err := run(ctx, cmd, time.Second)
	out.flush()
	if err != nil {
		return v, fmt.Errorf("%s: %w: %.200s", c.path, err, decisive(said.tail))
	}
	if v == (version{}) {
		return v, fmt.Errorf("%s: it names no version", c.path)
	}
	return v, nil
}

// lookUp finds a program on the search path, else where installers put it.
func lookUp(name string) (string, error) {
	path, err := exec.LookPath(name)
	if err == nil {
		return path, nil
	}
	for _, dir := range clientDirs() {
		full, err := exec.LookPath(filepath.Join(dir, name))
		if err == nil && filepath.IsAbs(full) {
			return full, nil
		}
	}
	return "", err
}

// run is procgroup.Run with the error that os/exec has for a program that ended badly.
func run(ctx context.Context, cmd *exec.Cmd, grace time.Duration) error {
	_, err := procgroup.Run(ctx, cmd, grace)
	if state := cmd.ProcessState; ctx.Err() == nil && state != nil && !state.Success() {
		return &exec.ExitError{ProcessState: state}
	}
	return err
}
