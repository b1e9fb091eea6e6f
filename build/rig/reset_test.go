//go:build rig && linux

package rig

import (
	"path/filepath"
	"strings"
	"testing"
)

// Intent: what reset takes away can be brought back whole, from a Kafka that serves and, as its volumes, from one that does
// not start because ZooKeeper has lost its data; the next up then begins anew.
func TestResetTakesNothingAwayThatItDidNotSave(t *testing.T) {
	s := newStand(t)
	here := func(args ...string) []string { return append(args, "--project", s.project, "--trust") }
	reset := func(args ...string) (told struct{ Saved []string }) {
		s.Helper()
		args = append([]string{"reset", "--json", "--delete-for-good", "-o", filepath.Join(s.home, "saved")}, args...)
		if value := parsed(s, s.ok(here(args...)...)); value["done"] == true {
			for _, file := range value["saved"].([]any) {
				told.Saved = append(told.Saved, file.(string))
			}
		}
		return told
	}
	s.up().streams()
	s.throughAllTopics("kept", 10)
	s.ok(here("down")...)

	records := reset("--topics")
	if len(records.Saved) != 1 {
		t.Fatalf("saved %v, want one file", records.Saved)
	}
	if left := s.records("detection-results"); len(left) > 0 {
		t.Errorf("after the reset %d records are left", len(left))
	}
	s.ok(here("snapshot", "restore", records.Saved[0])...)
	s.recordsOf("detection-results", "kept", 10)

	infra := filepath.Join(s.project, "deployment", "docker-compose.infra.yml")
	s.compose("--file", infra, "kill")
	s.docker("rm", "--volumes", s.container("zookeeper").ID)
	for _, v := range s.volumes() {
		if strings.Contains(v, "zookeeper") {
			s.docker("volume", "rm", v)
		}
	}
	broken := s.start(here("up", "--json", "--no-app")...)
	if code := broken.exit(fromNil); code == 0 {
		t.Fatal("Kafka starts with the data of another cluster")
	}
	s.says(broken.out.String(), "ST-KAFKA-009")
	s.says(broken.out.String(), "streamtray reset --all")

	volumes := reset("--all")
	packed := 0
	for _, file := range volumes.Saved {
		if strings.HasSuffix(file, ".tar.gz") {
			packed++
		}
	}
	if left := s.volumes(); packed < 3 || len(left) > 0 {
		t.Fatalf("saved %v; volumes left: %v", volumes.Saved, left)
	}
	s.up().streams()
	s.ok(here("down")...)
	s.ok(here("snapshot", "restore", "--append", records.Saved[0])...)
	s.recordsOf("detection-results", "kept", 10)
}
