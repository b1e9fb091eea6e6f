package soak

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// sample is what the process holds at the end of a round, when all is stopped.
type sample struct {
	goroutines, files int
	heap              uint64 // bytes in use after a collection
}

// slack is what may be held more at the end than in the beginning: it comes and goes. A leak of one in each round is above
// it after a few.
const (
	slackGoroutines = 3
	slackFiles      = 2
	slackHeap       = 2 << 20
)

// enough is how many rounds it takes to tell.
const enough = 8

// grown says of what there is more in the last quarter of the rounds than in the first, by their medians; empty: of nothing.
func grown(rounds []sample) (all []string) {
	quarter := len(rounds) / 4
	if len(rounds) < enough {
		return []string{fmt.Sprintf("nothing: %d rounds are too few to tell", len(rounds))}
	}
	first, last := rounds[:quarter], rounds[len(rounds)-quarter:]
	for _, of := range []struct {
		what  string
		slack float64
		get   func(sample) float64
	}{
		{"goroutines", slackGoroutines, func(s sample) float64 { return float64(s.goroutines) }},
		{"open files", slackFiles, func(s sample) float64 { return float64(s.files) }},
		{"bytes in use", slackHeap, func(s sample) float64 { return float64(s.heap) }},
	} {
		before, after := median(first, of.get), median(last, of.get)
		if after > before+of.slack {
			all = append(all, fmt.Sprintf("%s: %.0f in the first quarter, %.0f in the last", of.what, before, after))
		}
	}
	return all
}

func median(all []sample, get func(sample) float64) float64 {
	values := make([]float64, len(all))
	for i, s := range all {
		values[i] = get(s)
	}
	slices.Sort(values)
	return values[len(values)/2]
}

// The soak can fail.
func TestALeakIsSeen(t *testing.T) {
	still := func(i int) sample {
		return sample{goroutines: 40 + i%3, files: 12 + i%2, heap: uint64(8<<20 + i%4<<16)}
	}
	for name, tt := range map[string]struct {
		grow func(s *sample, i int)
		want string
	}{
		"nothing":    {func(*sample, int) {}, ""},
		"goroutines": {func(s *sample, i int) { s.goroutines += i }, "goroutines"},
		"files":      {func(s *sample, i int) { s.files += i / 2 }, "open files"},
		"memory":     {func(s *sample, i int) { s.heap += uint64(i) << 19 }, "bytes in use"},
	} {
		var rounds []sample
		for i := range 16 {
			one := still(i)
			tt.grow(&one, i)
			rounds = append(rounds, one)
		}
		got := strings.Join(grown(rounds), "; ")
		if tt.want == "" && got != "" || !strings.HasPrefix(got, tt.want) {
			t.Errorf("%s: got %q, want %q", name, got, tt.want)
		}
	}
	if grown(make([]sample, enough-1)) == nil {
		t.Error("too few rounds are told as enough")
	}
}
