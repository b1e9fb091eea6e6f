package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"streamtray/assets"
	"streamtray/build/rig"
)

// The sample's project under a name and at a port of its own, so that a sample that is in use is left alone.
const (
	projectName = "streamtray-bench"
	port        = "19094"
	address     = "127.0.0.1:" + port
)

// stand is the sample on disk, the product to measure, and the user's folders that the product sees.
type stand struct {
	home     string
	project  string // the sample
	quick    string // the sample with a health check that looks every second
	thousand string // a project that declares a thousand topics on the same broker
	program  string
	env      []string
	services map[string]service // of the sample's compose file
}

// service is what of a service in a compose file matters to a client of the engine's own.
type service struct {
	Image       string            `yaml:"image"`
	Environment map[string]string `yaml:"environment"`
}

const composeFile = "deployment/docker-compose.infra.yml"

// newStand prepares all that is measured with; without a program it builds one.
func newStand(ctx context.Context, program string) (*stand, error) {
	home, err := os.MkdirTemp("", "sb") // short: sockets live in it, whose paths are limited
	if err != nil {
		return nil, err
	}
	s := &stand{home: home, program: program, env: os.Environ()}
	for name, dir := range map[string]string{"CONFIG_HOME": "config", "CACHE_HOME": "cache", "STATE_HOME": "state", "DATA_HOME": "data", "RUNTIME_DIR": "run"} {
		s.env = append(s.env, "XDG_"+name+"="+filepath.Join(home, dir))
	}
	err = os.Mkdir(filepath.Join(home, "run"), 0o700)
	for _, prepare := range []func() error{
		s.unpack,
		func() error { return s.clean(ctx) }, // of an earlier run that was cut off
		portFree,
		func() error { return s.build(ctx) },
	} {
		if err == nil {
			err = prepare()
		}
	}
	if err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

func (s *stand) build(ctx context.Context) error {
	if s.program != "" {
		return nil
	}
	s.program = filepath.Join(s.home, "streamtray")
	return rig.BuildProduct(ctx, s.program)
}

func portFree() error {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return &rig.Unavailable{What: "the port of the measurement is in use", How: "Free " + address + " and run this again.", Err: err}
	}
	return l.Close()
}

// close takes everything away, also when the measurement was interrupted.
func (s *stand) close() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if s.services != nil {
		if err := s.clean(ctx); err != nil {
			fmt.Fprintln(os.Stderr, "bench: left behind:", err)
		}
	}
	_ = os.RemoveAll(s.home)
}

// unpack writes the projects.
func (s *stand) unpack() error {
	sample, err := fs.Sub(assets.Sample, "sample")
	if err != nil {
		return err
	}
	s.project, s.quick, s.thousand = filepath.Join(s.home, "detection"), filepath.Join(s.home, "quick"), filepath.Join(s.home, "thousand")
	for _, dir := range []string{s.project, s.quick} {
		if err := os.CopyFS(dir, sample); err != nil {
			return err
		}
	}
	text, err := fs.ReadFile(sample, composeFile)
	if err != nil {
		return err
	}
	ours := "name: " + projectName + "\n" + strings.ReplaceAll(string(text), ":9092", ":"+port)
	eager := strings.ReplaceAll(ours, "interval: 15s", "interval: 1s")
	if strings.Contains(string(text), "\nname:") || strings.Count(ours, ":"+port) < 5 || eager == ours {
		return errors.New("the sample's compose file is not as the measurement knows it")
	}
	var parsed struct{ Services map[string]service }
	err = yaml.Unmarshal([]byte(ours), &parsed)
	s.services = parsed.Services
	return errors.Join(err,
		os.WriteFile(filepath.Join(s.project, composeFile), []byte(ours), 0o644),
		os.WriteFile(filepath.Join(s.quick, composeFile), []byte(eager), 0o644),
		writeThousand(s.thousand),
	)
}

// clean removes all that a way of starting Kafka left, with its data.
func (s *stand) clean(ctx context.Context) error {
	return s.compose(ctx, s.project, "down", "--volumes", "--remove-orphans", "--timeout", "0")
}

// stop stops the containers as a user would, and keeps them.
func (s *stand) stop(ctx context.Context) error { return s.compose(ctx, s.project, "stop") }

func (s *stand) compose(ctx context.Context, project string, args ...string) error {
	_, err := output(exec.CommandContext(ctx, "docker", append([]string{"compose", "-f", filepath.Join(project, composeFile)}, args...)...))
	return err
}

// output runs a program and returns what it printed; an error carries what it complained of.
func output(cmd *exec.Cmd) (string, error) {
	var talk bytes.Buffer
	cmd.Stderr = &talk
	cmd.WaitDelay = 10 * time.Second
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	out, err := cmd.Output()
	if err != nil {
		said := strings.TrimSpace(talk.String())
		return "", fmt.Errorf("%s: %s: %w", strings.Join(cmd.Args, " "), said[max(0, len(said)-500):], err)
	}
	return string(out), nil
}
