package project

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"streamtray/app"
	"streamtray/kafka"
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
		p := &page{ok: c.answered, silent: since}
		if got := p.hangs(since.Add(c.after), since.Add(c.grew)); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// That an app hangs was told only when a second look at its page had waited as long as the first, and of one that was too busy
// to answer although its records were coming.
func TestASilentPageIsNotWaitedForTwice(t *testing.T) {
	const look = time.Second // what a look is given
	for name, c := range map[string]struct {
		takes   time.Duration // to answer, at first
		records bool          // come while it does not
		waits   time.Duration // the second look
		hangs   bool
	}{
		"quick":                {10 * time.Millisecond, false, silentFor / 6, true},
		"slow":                 {200 * time.Millisecond, false, 800 * time.Millisecond, true},
		"busy with what comes": {10 * time.Millisecond, true, silentFor / 6, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var soon time.Duration
				p := &page{url: "http://127.0.0.1:1/", soon: func(d time.Duration) { soon = d }, cluster: &cluster{}}
				p.cluster.at = func() (*kafka.Cluster, error) {
					if c.records {
						p.cluster.flow.grew = time.Now()
					}
					return nil, errors.New("nobody is asked")
				}
				takes := c.takes
				serving := func(ctx context.Context) error {
					select {
					case <-time.After(takes):
						return nil
					case <-ctx.Done():
						return ctx.Err()
					}
				}
				alive := func(context.Context) error { return nil }
				looks := func() (time.Duration, error) {
					ctx, cancel := context.WithTimeout(t.Context(), look)
					defer cancel()
					began := time.Now()
					err := p.look(ctx, serving, alive, func() []int { return nil })
					return time.Since(began), err
				}
				if _, err := looks(); err != nil {
					t.Fatal(err)
				}
				takes = time.Hour
				if took, err := looks(); err == nil || app.Contradicts(err) || took+soon != silentFor {
					t.Errorf("at first: %v after %v, again after %v", err, took, soon)
				}
				time.Sleep(soon)
				if took, err := looks(); err == nil || app.Contradicts(err) != c.hangs || took != c.waits {
					t.Errorf("then: %v after %v", err, took)
				}
			})
		})
	}
}
