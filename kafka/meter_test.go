package kafka

import (
	"fmt"
	"math"
	"testing"
	"time"
)

// ends are the offsets of a topic whose partitions have these ends.
func ends(latest ...int64) []Offset {
	offsets := make([]Offset, len(latest))
	for i, l := range latest {
		offsets[i] = Offset{Partition: int32(i), Latest: l}
	}
	return offsets
}

func TestAMeterCountsWhatArrives(t *testing.T) {
	start := time.Now()
	for _, tt := range []struct {
		name    string
		looks   [][]Offset // a second apart
		records int64
		rate    float64
	}{
		{"one look tells nothing", [][]Offset{ends(1000, 50)}, 0, 0},
		{"what was there before does not count", [][]Offset{ends(1000, 50), ends(1010, 50), ends(1020, 70)}, 40, 20},
		{"silence", [][]Offset{ends(5), ends(5), ends(5)}, 0, 0},
		{"a new partition is new as a whole", [][]Offset{ends(5), ends(5, 10)}, 10, 10},
		{"a topic made anew", [][]Offset{ends(500), ends(510), ends(4)}, 14, 7},
		{"a topic made anew and trimmed", [][]Offset{ends(500), {{Earliest: 90, Latest: 100}}}, 10, 10},
		{"a topic made anew with fewer partitions", [][]Offset{ends(500, 500), ends(3)}, 3, 3},
		{"old looks leave the window", append(fill(20, 100), ends(100)), 0, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var m Meter
			at := start
			for i, look := range tt.looks {
				at = start.Add(time.Duration(i) * time.Second)
				m.Add(at, map[string][]Offset{"t": look})
			}
			got := m.Rates(at)["t"]
			if got.Records != tt.records || math.Abs(got.PerSecond-tt.rate) > 0.001 {
				t.Errorf("got %d records, %.3f/s; want %d, %.3f", got.Records, got.PerSecond, tt.records, tt.rate)
			}
		})
	}
}

func fill(n int, latest int64) [][]Offset {
	all := make([][]Offset, n)
	for i := range all {
		all[i] = ends(latest)
	}
	return all
}

func TestAMeterNeverCountsBackwards(t *testing.T) {
	var m Meter
	at, before := time.Now(), int64(0)
	for i, look := range [][]Offset{ends(10, 10), ends(3), ends(3, 8), nil, ends(1, 1), ends(0), ends(7, 7)} {
		at = at.Add(time.Second)
		m.Add(at, map[string][]Offset{"t": look})
		if got := m.Rates(at)["t"].Records; got < before {
			t.Errorf("look %d: got %d records, before %d", i, got, before)
		} else {
			before = got
		}
	}
}

func TestARateFallsWhileNobodyLooks(t *testing.T) {
	var m Meter
	at := time.Now()
	m.Add(at, map[string][]Offset{"t": ends(0)})
	m.Add(at.Add(time.Second), map[string][]Offset{"t": ends(10)})
	m.Add(at.Add(time.Second), map[string][]Offset{"t": ends(99)}) // not after the last: ignored
	got := m.Rates(at.Add(5 * time.Second))["t"]
	if got.PerSecond != 2 || got.Idle != 4*time.Second || got.Records != 10 {
		t.Errorf("got %+v, want 10 records, 2/s, idle for 4 s", got)
	}
}

func TestAMeterKeepsLittle(t *testing.T) {
	var m Meter
	at := time.Now()
	for i := range 1000 {
		counts := map[string][]Offset{"t": ends(int64(i))}
		for j := range 10 {
			counts[fmt.Sprint("topic", i*10+j)] = ends(1)
		}
		m.Add(at.Add(time.Duration(i)*time.Millisecond), counts)
	}
	if len(m.topics) != mostTopics || len(m.topics["t"].past) > looks {
		t.Errorf("got %d topics, %d looks; want at most %d, %d", len(m.topics), len(m.topics["t"].past), mostTopics, looks)
	}
}
