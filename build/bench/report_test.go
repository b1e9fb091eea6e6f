package main

import (
	"strings"
	"testing"
	"time"
)

func TestTheMiddleAndTheNearestRankAreTold(t *testing.T) {
	for _, c := range []struct {
		values      []float64
		median, p95 float64
	}{
		{nil, 0, 0},
		{[]float64{3}, 3, 3},
		{[]float64{5, 1, 3}, 3, 5},
		{[]float64{4, 1, 2, 3}, 2.5, 4},
		{[]float64{20, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19}, 10.5, 19},
	} {
		if m, p := median(c.values), percentile(c.values, 95); m != c.median || p != c.p95 {
			t.Errorf("%v: got %v and %v, want %v and %v", c.values, m, p, c.median, c.p95)
		}
	}
}

func TestATimeIsToldAsFinelyAsItMatters(t *testing.T) {
	for s, want := range map[float64]string{0.0042: "4.2 ms", 0.083: "83 ms", -0.743: "-743 ms", 6.6: "6.60 s", -3.2: "-3.20 s"} {
		if got := seconds(s); got != want {
			t.Errorf("%v: got %q, want %q", s, got, want)
		}
	}
}

// measured is one round in which StreamTray was slow to notice once.
func measured() *results {
	at := func(verdict, ready float64) start {
		d := func(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }
		return start{verdict: d(verdict), controller: d(ready - 1), ready: d(ready)}
	}
	return &results{
		rounds: 1, binary: 19e6,
		starts: map[string][]start{
			byStreamTray:                 {at(6.01, 6)},
			byStreamTray + stoppedBefore: {at(5.2, 5)},
			byCompose:                    {at(18, 6)},
			byLog:                        {at(4, 6)},
		},
		warm: map[string][]float64{byStreamTray: {0.08}, warmCompose: {0.4}},
	}
}

func TestAnAimIsMetOrMissed(t *testing.T) {
	got := measured().aims()
	for _, want := range []string{"| 50 ms | 200 ms | **missed** |", "| 150 ms | 80 ms | met |", "| 20 MB | 19.0 MB | met |"} {
		if !strings.Contains(got, want) {
			t.Errorf("got\n%swant a row with %q", got, want)
		}
	}
}

func TestWaysAreComparedWithTheFirst(t *testing.T) {
	got := measured().startsTable(byStreamTray, byCompose, byLog)
	for _, want := range []string{
		"| 18.00 s (18.00 s to 18.00 s) | 3.00 | 5.00 s | 6.00 s | 12.00 s | 12.00 s | 0 of 1 |",
		"| 4.00 s (4.00 s to 4.00 s) | 0.67 | 5.00 s | 6.00 s | -2.00 s | -2.00 s | 1 of 1 |",
		"| a script that sleeps 30 s | 30.00 s | 4.99 |  |  | 24.00 s |  |  |",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("got\n%swant a row with %q", got, want)
		}
	}
}

func TestOnlyTheResultsOfAPageAreReplaced(t *testing.T) {
	beginMark, endMark := marks("measured")
	page := "# Head\n" + beginMark + "\nold\n" + endMark + "\ntail\n"
	got, err := between(page, "measured", "new\n")
	if want := "# Head\n" + beginMark + "\n\nnew\n\n" + endMark + "\ntail\n"; got != want || err != nil {
		t.Errorf("got %q, %v; want %q", got, err, want)
	}
	for _, bad := range []string{"", beginMark, endMark, endMark + beginMark} {
		if got, err := between(bad, "measured", "new"); err == nil {
			t.Errorf("%q: got %q, want an error", bad, got)
		}
	}
}

func TestAReportTellsEverything(t *testing.T) {
	got := report(machine{day: "2026-01-02", commit: "abc", text: "Machine: a box."}, measured())
	for _, want := range []string{"at commit abc", "Machine: a box.", "### Against the aims", "### `up` when all is up", "1000 topics", "over 1m0s"} {
		if !strings.Contains(got, want) {
			t.Errorf("got\n%swant %q", got, want)
		}
	}
}
