//go:build engine

package docker

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// The trial runs against a real engine and the real compose clients: go test -tags engine ./docker

const trialImage = "streamtray-docker-trial:1"

// trial is a project on the real engine, taken away with everything in it at the test's end.
func trial(t *testing.T, composeFile string, services ...string) *Stack {
	t.Helper()
	home, err := os.UserHomeDir()
	must(t, err)
	end, err := Resolve(os.Getenv, home)
	must(t, err)
	g := connect(t, end)
	if err := g.Answers(t.Context()); err != nil {
		t.Skipf("no engine to try: %v", err)
	}
	importImage(t)
	s := &Stack{
		Engine: g, Dir: t.TempDir(), Files: []string{"deployment/infra.yml"}, Services: services,
		Name: fmt.Sprintf("streamtray-trial-%d-%d", os.Getpid(), time.Now().UnixNano()%1e6),
	}
	must(t, os.Mkdir(filepath.Join(s.Dir, "deployment"), 0o700))
	must(t, os.WriteFile(filepath.Join(s.Dir, s.Files[0]), []byte(composeFile), 0o600))
	t.Cleanup(func() { remove(t, s) })
	return s
}

// importImage makes an image of nothing but the scratch program.
func importImage(t *testing.T) {
	t.Helper()
	dir := t.TempDir()
	build := exec.Command("go", "build", "-o", filepath.Join(dir, "scratch"), "./testdata/scratch")
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux")
	command(t, build)
	tar := exec.Command("tar", "-C", dir, "-c", "scratch")
	var archive bytes.Buffer
	tar.Stdout = &archive
	must(t, tar.Run())
	load := exec.Command("docker", "import", "-c", `ENTRYPOINT ["/scratch"]`, "-", trialImage)
	load.Stdin = &archive
	command(t, load)
	t.Cleanup(func() { command(t, exec.Command("docker", "rmi", trialImage)) }) // after the containers
}

// command runs a program and returns its answer, which no warning is part of.
func command(t *testing.T, c *exec.Cmd) string {
	t.Helper()
	var talk bytes.Buffer
	c.Stderr = &talk
	out, err := c.Output()
	if err != nil {
		t.Fatalf("%v: %v\n%s", c.Args, err, talk.String())
	}
	return strings.TrimSpace(string(out))
}

func remove(t *testing.T, s *Stack) {
	for _, kind := range []string{"container", "network", "volume"} {
		list := exec.Command("docker", kind, "ls", "-q", "--filter", "label="+labelProject+"="+s.Name)
		if kind == "container" {
			list.Args = append(list.Args, "-a")
		}
		for _, id := range strings.Fields(command(t, list)) {
			rm := []string{kind, "rm", id}
			if kind == "container" {
				rm = []string{kind, "rm", "-f", id}
			}
			command(t, exec.Command("docker", rm...))
		}
	}
}

const kafkaLike = `
services:
  zookeeper:
    image: ` + trialImage + `
    command: ["say=zookeeper is up", hold]
  kafka:
    image: ` + trialImage + `
    command: ["say=kafka is up", "warn=kafka warns", "long=20000", "long=70000", hold]
    depends_on: [zookeeper]
    volumes: ["data:/data"]
  noise:
    image: ` + trialImage + `
    command: [hold]
volumes: {data: {}}
`

func TestTrialUpLookStop(t *testing.T) {
	for _, client := range []string{"docker compose", "docker-compose"} {
		t.Run(client, func(t *testing.T) {
			if client == "docker-compose" {
				t.Setenv("DOCKER_CONFIG", t.TempDir()) // where the plugin is not
			}
			s := trial(t, kafkaLike, "zookeeper", "kafka")
			used, err := findCompose(t.Context(), s.environ())
			if err != nil || (len(used.base) == 1) != (client == "docker compose") {
				t.Skipf("no %s here: %+v, %v", client, used, err)
			}
			t.Logf("%s %v", client, used.version)
			upLookStop(t, s)
		})
	}
}

func upLookStop(t *testing.T, s *Stack) {
	if got := ids(s.Running(t.Context())); got != "docker.service_missing docker.service_missing" {
		t.Errorf("before: got %q, want both missing", got)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	events := make(chan Event, 100)
	go func() {
		defer close(events)
		for e, err := range s.Events(ctx) {
			if err != nil {
				t.Errorf("events: %v", err)
			}
			events <- e
		}
	}()
	if e := <-events; e.Action != Listening {
		t.Fatalf("first event: got %q, want listening", e.Action)
	}
	var steps []string
	s.Progress = func(p Progress) { steps = append(steps, describeProgress(p)) }
	must(t, s.Up(t.Context()))
	t.Logf("progress:\n%s", strings.Join(steps, "\n"))
	must(t, s.Running(t.Context()))
	before, err := s.Containers(t.Context())
	must(t, err)
	if len(before) != 2 {
		t.Errorf("got %d containers, want the two wanted", len(before))
	}
	must(t, s.Up(t.Context()))
	after, err := s.Containers(t.Context())
	must(t, err)
	if fmt.Sprint(before) != fmt.Sprint(after) {
		t.Errorf("up twice changed\n%+v\nto\n%+v", before, after)
	}
	checkKafkaLog(t, s, time.Time{})
	use, err := s.Engine.Stats(t.Context(), after[0].ID)
	if err != nil || use.Memory <= 0 {
		t.Errorf("stats: got %+v, %v, want some memory", use, err)
	}
	must(t, s.Stop(t.Context()))
	if got := ids(s.Running(t.Context())); got != "docker.service_stopped docker.service_stopped" {
		t.Errorf("after stop: got %q, want both stopped", got)
	}
	must(t, s.Stop(t.Context()))
	if got := command(t, exec.Command("docker", "volume", "ls", "-q", "--filter", "label="+labelProject+"="+s.Name)); got == "" {
		t.Error("the volume is gone after stop")
	}
	must(t, s.Up(t.Context()))
	again, err := s.Containers(t.Context())
	must(t, err)
	checkKafkaLog(t, s, again[0].Finished)
	cancel()
	var told []string
	for e := range events {
		told = append(told, string(e.Action)+" "+e.Service)
	}
	want := "start zookeeper|start kafka|die kafka|die zookeeper|start zookeeper|start kafka"
	if got := strings.Join(told, "|"); got != want {
		t.Errorf("events: got %s, want %s", got, want)
	}
}

// checkKafkaLog reads what kafka has said since it was started, none of it before after.
func checkKafkaLog(t *testing.T, s *Stack, after time.Time) {
	t.Helper()
	var got []string
	for l, err := range s.Logs(t.Context(), "kafka", LogOptions{SinceStart: true, Follow: true}) {
		must(t, err)
		got = append(got, fmt.Sprintf("%.14s %d %v %v %v", l.Text, len(l.Text), l.Stderr, l.Cut, l.At.IsZero()))
		if l.At.Before(after) {
			t.Errorf("log: a line of %v is of the run that ended at %v", l.At, after)
		}
		if len(got) == 4 {
			break
		}
	}
	want := map[string]bool{ // the two streams are not in order with each other
		"kafka is up 11 false false false": true, "kafka warns 11 true false false": true,
		"xxxxxxxxxxxxxx 20000 false false false": true, "xxxxxxxxxxxxxx 65536 false true false": true,
	}
	for _, g := range got {
		if !want[g] {
			t.Errorf("log: unexpected %q", g)
		}
		delete(want, g)
	}
	if len(want) > 0 {
		t.Errorf("log: got %q, without %v", got, want)
	}
}

func TestTrialHowServicesEnd(t *testing.T) {
	const file = `
services:
  exits: {image: ` + trialImage + `, command: ["exit=3"]}
  done: {image: ` + trialImage + `, command: ["say=done"]}
  greedy: {image: ` + trialImage + `, command: [eat], mem_limit: 24m, memswap_limit: 24m}
  loops: {image: ` + trialImage + `, command: ["exit=1"], restart: always}
  terminal: {image: ` + trialImage + `, command: ["say=on a terminal", hold], tty: true}
  nothing: {image: ` + trialImage + `, entrypoint: /nothing}
`
	s := trial(t, file, "exits", "done", "greedy", "loops", "terminal")
	must(t, s.Up(t.Context()))
	for service, want := range map[string]string{
		"exits": "docker.service_exited", "done": "docker.service_stopped", "greedy": "docker.service_oom",
		"loops": "docker.service_restarting", "terminal": "",
	} {
		one := &Stack{Engine: s.Engine, Name: s.Name, Services: []string{service}}
		await(t, service+" is "+want, func() bool { return ids(one.Running(t.Context())) == want })
		t.Logf("%s: %v", service, one.Running(t.Context()))
	}
	for l, err := range s.Logs(t.Context(), "terminal", LogOptions{}) {
		if err != nil || l.Text != "on a terminal" || l.At.IsZero() {
			t.Errorf("terminal: got %+v, %v", l, err)
		}
	}
	s.Services = []string{"nothing"}
	err := s.Up(t.Context())
	check(t, err, "docker.compose_failed", false)
	if got := ids(s.Running(t.Context())); got != "docker.service_not_started" {
		t.Errorf("an entry point that is not there: got %q, want docker.service_not_started", got)
	}
}

func TestTrialPortsThatAreTaken(t *testing.T) {
	l, err := net.Listen("tcp4", "0.0.0.0:0")
	must(t, err)
	defer l.Close()
	taken := l.Addr().(*net.TCPAddr).Port
	free, err := net.Listen("tcp4", "0.0.0.0:0")
	must(t, err)
	port := free.Addr().(*net.TCPAddr).Port
	must(t, free.Close())
	file := fmt.Sprintf(`
services:
  first: {image: %[1]s, command: [hold], ports: ["%[2]d:9092"]}
  second: {image: %[1]s, command: [hold], ports: ["%[2]d:9092"]}
  third: {image: %[1]s, command: [hold], ports: ["%[3]d:9092"]}
`, trialImage, port, taken)
	s := trial(t, file, "first")
	must(t, s.Up(t.Context()))
	owner, found, err := s.Engine.PortOwner(t.Context(), port)
	if err != nil || !found || owner.Service != "first" || owner.Project != s.Name {
		t.Errorf("port %d: got %+v, %v, %v, want service first", port, owner, found, err)
	}
	for service, want := range map[string]string{"second": "docker.port_allocated", "third": "docker.port_in_use"} {
		s.Services = []string{service}
		check(t, s.Up(t.Context()), want, true)
	}
}

func TestTrialACancelledUpLeavesNoClient(t *testing.T) {
	s := trial(t, kafkaLike, "zookeeper", "kafka", "noise")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	s.Progress = func(Progress) { cancel() } // as soon as it says a word
	begun := time.Now()
	if err := s.Up(ctx); err != nil && ctx.Err() == nil {
		t.Errorf("got %v, want nothing or the cancellation", err)
	}
	if took := time.Since(begun); took > graceful {
		t.Errorf("took %v, want less than %v: the client was asked politely", took, graceful)
	}
	out, err := exec.Command("pgrep", "-f", s.Name).Output()
	var none *exec.ExitError
	if !errors.As(err, &none) || none.ExitCode() != 1 {
		t.Errorf("left running: %s (%v); want pgrep to find nothing, which it says by exit code 1", out, err)
	}
	s.Progress = nil
	must(t, s.Up(t.Context()))
	must(t, s.Running(t.Context()))
}

func TestTrialInfo(t *testing.T) {
	s := trial(t, kafkaLike)
	info, err := s.Engine.Info(t.Context())
	must(t, err)
	t.Logf("%+v", info)
	if info.OSType != "linux" || info.Memory <= 0 || info.Version == "" || info.API == "" {
		t.Errorf("got %+v, want it filled in", info)
	}
}
