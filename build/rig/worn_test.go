//go:build rig && linux

package rig

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"streamtray/build/soak"
)

var worn = flag.Duration("worn", 0, "have all that lies under a project break again and again, for so long")

// held is what is counted of the program that keeps a project. Go gives memory back when it likes.
var held = []soak.Count{{What: "threads", Slack: 4}, {What: "open files", Slack: 4}, {What: "kB resident", Slack: 16 << 10}}

// Intent: however often Kafka, the engine, the network and the computer fail, who keeps the project needs no more in the end than
// in the beginning, is itself still there, leaves nothing behind, and no record that Kafka acknowledged is lost.
func TestTheKeeperIsNotWornOut(t *testing.T) {
	if *worn == 0 {
		t.Skip("it takes as long as it is told: go run ./build soak --rig")
	}
	m := newMatrix(t)
	ordeals := m.ordeals()
	ordeals["network-away"] = m.loss(1)
	keeper := m.keeper()
	var rounds [][]float64
	done := map[string]int{}
	for began := time.Now(); time.Since(began) < *worn || len(rounds) < soak.Enough; {
		for _, f := range []struct {
			name string
			seen bool // it is shown; as what depends on what was before
		}{
			{"killed", true}, {"network-away", true}, {"agent-asleep", false}, {"engine-down", true}, {"app-killed", true},
		} {
			o := ordeals[f.name]
			o.do()
			if f.seen {
				m.eventually(seenWithin, f.name+" is seen", func() (bool, string) {
					phase, text := m.status()
					return phase != "streaming", text
				})
			}
			if o.undo != nil {
				o.undo()
			}
			took, ok := m.see(time.Now(), "streaming", "")
			if !ok {
				t.Fatalf("%s: it is not healed", f.name)
			}
			m.moreIsAcknowledged()
			t.Logf("%-16s healed after %.1f s", f.name, took.Seconds())
			done[f.name]++
		}
		m.staysWell(time.Now(), time.Minute+within) // else it is brought back after ever longer pauses, as what comes and goes
		if now := m.keeper(); now != keeper {
			t.Fatalf("process %d keeps the project, %d did", now, keeper)
		}
		rounds = append(rounds, m.heldBy(keeper))
	}
	for _, what := range soak.Grown(held, rounds) {
		t.Errorf("it has grown: %s", what)
	}
	t.Logf("%v; %d records; %s", done, len(m.known()), soak.Slopes(held, rounds))
	m.nothingIsLost()
	m.end()
	if left := m.processes(); len(left) > 1 { // the independent producer
		t.Errorf("processes are left: %v", left)
	}
}

// keeper is the process that keeps the project.
func (m *matrix) keeper() int {
	m.Helper()
	for _, p := range m.processes() {
		if strings.Contains(p.args, " keep-apart ") {
			return p.pid
		}
	}
	m.Fatal("nobody keeps the project")
	return 0
}

var statusLine = regexp.MustCompile(`(?m)^(Threads|VmRSS):\s+(\d+)`)

// heldBy counts what a process holds.
func (m *matrix) heldBy(pid int) []float64 {
	m.Helper()
	open, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", pid))
	m.must(err)
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	m.must(err)
	said := map[string]float64{}
	for _, line := range statusLine.FindAllStringSubmatch(string(text), -1) {
		said[line[1]], err = strconv.ParseFloat(line[2], 64)
		m.must(err)
	}
	return []float64{said["Threads"], float64(len(open)), said["VmRSS"]}
}
