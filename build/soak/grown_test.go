package soak

import (
	"strings"
	"testing"
)

func TestTheSlopeIsOfTheWholeLine(t *testing.T) {
	got := Slopes([]Count{{What: "one"}, {What: "two"}, {What: "three"}}, [][]float64{{1, 5, 7}, {6, 4, 9}, {5, 3, 7}})
	const want = "one 1 to 5 (+2 a round), two 5 to 3 (-1 a round), three 7 to 7 (+0 a round)"
	if got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// The soak can fail.
func TestALeakIsSeen(t *testing.T) {
	counts := []Count{{"goroutines", 3}, {"open files", 2}, {"bytes in use", 2 << 20}}
	for name, tt := range map[string]struct {
		count int
		each  float64 // more in each round
	}{
		"nothing": {}, "goroutines": {0, 1}, "open files": {1, 0.5}, "bytes in use": {2, 1 << 19},
	} {
		var rounds [][]float64
		for i := range 16 {
			one := []float64{float64(40 + i%3), float64(12 + i%2), float64(8<<20 + i%4<<16)}
			one[tt.count] += tt.each * float64(i)
			rounds = append(rounds, one)
		}
		got := strings.Join(Grown(counts, rounds), "; ")
		if tt.each == 0 && got != "" || tt.each > 0 && (!strings.HasPrefix(got, name) || strings.Contains(got, ";")) {
			t.Errorf("%s: got %q", name, got)
		}
	}
	if Grown(counts, make([][]float64, Enough-1)) == nil {
		t.Error("too few rounds are told as enough")
	}
}
