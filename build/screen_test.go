package main

import (
	"bytes"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// seen is what stands on a terminal after all of this was written to it, less blanks at the ends.
func seen(written string) []string {
	var all []string
	for _, line := range strings.Split(written, "\n") {
		var cells []rune
		at := 0
		for _, r := range line {
			if r == '\r' {
				at = 0
				continue
			}
			if at == len(cells) {
				cells = append(cells, r)
			}
			cells[at] = r
			at++
		}
		all = append(all, strings.TrimRight(string(cells), " "))
	}
	return all
}

func TestATerminalShowsWhatRunsAndForHowLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		var width atomic.Int64
		width.Store(80)
		s := &live{out: &out, width: func() int { return int(width.Load()) }, over: make(chan struct{})}
		s.ticking.Go(s.tick)
		s.begins("lint")
		s.begins("rig")
		time.Sleep(61*time.Second + 500*time.Millisecond) // virtual
		synctest.Wait()
		if got := seen(out.String()); len(got) != 1 || got[0] != "lint 1m1s, rig 1m1s" {
			t.Errorf("after a minute: %q", got)
		}
		s.ends("lint", "ok lint\n")
		if got := seen(out.String()); len(got) != 2 || got[0] != "ok lint" || got[1] != "rig 1m1s" {
			t.Errorf("when one has ended: %q", got)
		}
		width.Store(6)
		time.Sleep(2 * time.Second) // virtual
		synctest.Wait()
		if got := seen(out.String()); got[1] != "rig 1" {
			t.Errorf("on a narrow terminal: %q", got)
		}
		s.ends("rig", "ok rig\n")
		s.last("1 passed\n")
		if got := strings.Join(seen(out.String()), "|"); got != "ok lint|ok rig|1 passed|" {
			t.Errorf("at the end: %q", got)
		}
	})
}

func TestWhatIsNoTerminalGetsALineForEachBeginningAndEnd(t *testing.T) {
	var out bytes.Buffer
	s := &lines{out: &out}
	s.begins("lint")
	s.ends("lint", "ok       lint 1.0s\n")
	s.last("1 passed\n")
	if got, want := out.String(), "begins   lint\nok       lint 1.0s\n1 passed\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
