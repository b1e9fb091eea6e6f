package project

import (
	"testing"
	"time"
)

// An app that was stopped while records came was called streaming for longer than five seconds: the last of them is seen
// up to a look after it came, and counted as a sign of life.
func TestAPageThatIsSilentHangsUnlessRecordsComeMeanwhile(t *testing.T) {
	since := time.Now()
	for name, c := range map[string]struct {
		answered    bool
		after, grew time.Duration // of the silence
		want        bool
	}{
		"for a moment":                      {true, time.Second, -time.Minute, false},
		"for longer":                        {true, 2 * time.Second, -time.Minute, true},
		"the last records seen a look late": {true, 2 * time.Second, 10 * time.Millisecond, true},
		"records go on":                     {true, 2 * time.Second, 1500 * time.Millisecond, false},
		"it never answered":                 {false, time.Minute, -time.Minute, false},
	} {
		p := page{ok: c.answered, silent: since}
		if got := p.hangs(since.Add(c.after), since.Add(c.grew)); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}
