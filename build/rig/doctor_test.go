//go:build rig && linux

package rig

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// examined is what the doctor says of a check.
type examined struct {
	ID, Status, Text, Because string
}

// examine runs every check on the project and returns the answer and the exit code.
func (s *stand) examine() (checks []examined, code int) {
	s.Helper()
	c := s.start("doctor", "--project", s.project, "--trust", "--json")
	code = c.exit(soon)
	var answer struct{ Checks []examined }
	s.must(json.Unmarshal(c.out.Bytes(), &answer))
	return answer.Checks, code
}

// notRight is what the doctor says in short: a line for each check that is not as it should be.
func notRight(checks []examined) string {
	var b strings.Builder
	for _, c := range checks {
		if c.Status != "ok" {
			fmt.Fprintln(&b, strings.TrimSpace(c.ID+" "+c.Status+" "+c.Because))
		}
	}
	return strings.TrimSpace(b.String())
}

// Intent: where all is well every check must say so; where the engine was stopped it must be told once, and named by all
// that cannot be looked at without it.
func TestTheDoctorTellsAWellProjectFromAStoppedEngine(t *testing.T) {
	if !here.OwnsEngine() {
		t.Skip("this machine's engine is not the rig's to stop")
	}
	s := newStand(t)
	up := s.up()
	up.streams()
	before := s.running()
	checks, code := s.examine()
	if got := notRight(checks); got != "" || code != 0 || len(checks) < 30 {
		t.Errorf("exit code %d, of %d checks not right while it streams:\n%s\n%+v", code, len(checks), got, checks)
	}
	if after := s.running(); after != before {
		t.Errorf("the examination changed what runs: %s before, %s after", before, after)
	}

	s.must(here.StopEngine(t.Context()))
	t.Cleanup(func() { s.must(here.StartEngine(context.WithoutCancel(t.Context()))) })
	checks, code = s.examine()
	want := strings.TrimSpace(`
engine.running problem
engine.version skipped engine.running
engine.mode skipped engine.running
engine.memory skipped engine.running
disk.engine skipped engine.running
images.present skipped engine.running
proxy.engine skipped engine.running
clock.engine skipped engine.running
containers.running skipped engine.running
broker.answers skipped engine.running
topics.exist skipped engine.running
groups.read skipped engine.running`)
	if got := notRight(checks); got != want || code != 1 {
		t.Errorf("with the engine stopped, exit code %d:\n%s\nwant 1:\n%s\n%+v", code, got, want, checks)
	}
	up.interrupt()
	s.nothingRuns()
}
