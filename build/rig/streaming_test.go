//go:build rig && linux

package rig

import (
	"fmt"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Intent: from nothing, one command must bring the project to streaming, and say so only when records really go
// through; Ctrl-C must stop the app and leave Kafka.
func TestUpFromNothingReachesStreaming(t *testing.T) {
	s := newStand(t)
	began := time.Now()
	up := s.up()
	up.streams()
	t.Logf("streaming %.1fs after up", time.Since(began).Seconds())
	if streaming, err := s.streaming(); !streaming || err != nil {
		t.Errorf("the app says streaming=%v, %v", streaming, err)
	}
	s.throughAllTopics("from-nothing", 20)

	s.ok("status", "--project", s.project, "--trust", "--json")
	s.says(s.ok("logs", "app", "--project", s.project, "--trust"), "Kafka producer initialized for streaming mode")
	s.says(s.ok("logs", "kafka", "--project", s.project, "--trust"), "started (kafka.server.KafkaServer)")

	if code := up.interrupt(); code != 0 {
		t.Errorf("Ctrl-C: got exit code %d, want 0: %s", code, up.said())
	}
	s.nothingRuns()
	if got := s.services(); got != "kafka zookeeper" {
		t.Errorf("after Ctrl-C: got running containers %q, want Kafka left alone", got)
	}
}

// Intent: a second up must change nothing: neither a container nor the app.
func TestUpTwiceChangesNothing(t *testing.T) {
	s := newStand(t)
	first := s.up()
	first.streams()
	containers, app := s.running(), s.app()

	began := time.Now()
	second := s.up()
	if code := second.exit(soon); code != 0 {
		t.Errorf("the second up: got exit code %d, want 0: %s", code, second.said())
	}
	t.Logf("the second up took %.2fs", time.Since(began).Seconds())
	if now := s.running(); now != containers {
		t.Errorf("containers: got\n%s\nwant\n%s", now, containers)
	}
	if now := s.app(); !slices.Equal(now, app) {
		t.Errorf("app: got %v, want %v", now, app)
	}
	first.interrupt()

	third := s.up() // the app has to start again, the containers have not
	third.streams()
	if now := s.running(); now != containers {
		t.Errorf("containers after another up: got\n%s\nwant\n%s", now, containers)
	}
}

// Intent: switching streaming off must leave an app that runs without Kafka, on must make it stream again, and neither
// may touch the containers.
func TestToggleRestartsTheAppAndLeavesContainersAlone(t *testing.T) {
	s := newStand(t)
	up := s.up()
	up.streams()
	containers := s.running()

	s.ok("up", "--project", s.project, "--trust", "--json", "--streaming=off")
	s.eventually(soon, "the app runs without streaming", func() (bool, string) { // its web server starts a moment later
		streaming, err := s.streaming()
		return !streaming && err == nil, fmt.Sprint(streaming, err)
	})
	for line := range strings.Lines(s.connections()) {
		if !strings.Contains(line, `(("streamtray"`) { // who keeps the project still looks at Kafka
			t.Errorf("switched off: the app still talks to Kafka: %s", line)
		}
	}
	s.ok("up", "--project", s.project, "--trust", "--json", "--streaming=on")
	s.eventually(soon, "the app streams again", func() (bool, string) {
		streaming, err := s.streaming()
		return streaming && err == nil, fmt.Sprint(streaming, err)
	})
	s.throughAllTopics("toggled", 5)
	if now := s.running(); now != containers {
		t.Errorf("containers: got\n%s\nwant\n%s", now, containers)
	}
}

// Intent: down must leave no process and no held port; stopping everything must keep the volumes, and records must
// survive until the next up.
func TestDownLeavesNothingButTheRecords(t *testing.T) {
	s := newStand(t)
	up := s.up()
	up.streams()
	s.throughAllTopics("before", 5)
	volumes := s.volumes()

	s.ok("down", "--project", s.project, "--trust")
	up.exit(soon)
	s.nothingRuns()
	if got := s.services(); got != "kafka zookeeper" {
		t.Errorf("after down: got running containers %q, want Kafka left alone", got)
	}

	s.ok("down", "--project", s.project, "--trust", "--all")
	if got := s.running(); got != "" {
		t.Errorf("after down --all: got running containers\n%s", got)
	}
	if !free(kafkaAddress) {
		t.Errorf("after down --all: %s is still held", kafkaAddress)
	}
	if now := s.volumes(); !slices.Equal(now, volumes) || len(volumes) == 0 {
		t.Errorf("after down --all: got volumes %v, want %v", now, volumes)
	}

	s.up().streams()
	s.recordsOf("detection-results", "before", 5)
	s.throughAllTopics("after", 5)
}

// Intent: an agent that is killed must leave no app behind.
func TestAKilledUpLeavesNoOrphan(t *testing.T) {
	s := newStand(t)
	up := s.up()
	up.streams()
	s.must(up.cmd.Process.Signal(syscall.SIGKILL))
	up.exit(soon)
	s.eventually(soon, "no process is left", func() (bool, string) {
		left := s.processes()
		return len(left) == 0, lines(left)
	})
	s.up().streams()
}

// nothingRuns claims that no process of the stand is left and the app's port is free.
func (s *stand) nothingRuns() {
	s.Helper()
	if left := s.processes(); len(left) > 0 {
		s.Errorf("processes are left:\n%s", lines(left))
	}
	if !free(appAddress) {
		s.Errorf("%s is still held", appAddress)
	}
}

// services are the names of those whose containers run.
func (s *stand) services() string {
	s.Helper()
	var names []string
	for _, c := range s.containers() {
		if c.State.Status == "running" {
			names = append(names, c.service)
		}
	}
	return strings.Join(names, " ")
}

// says claims that a text holds a part.
func (s *stand) says(text, part string) {
	s.Helper()
	if !strings.Contains(text, part) {
		s.Errorf("got %q, want it to say %q", LastLines(text, 20), part)
	}
}

func lines(processes []process) string {
	var b strings.Builder
	for _, p := range processes {
		b.WriteString(p.String() + "\n")
	}
	return b.String()
}
