package docker

import (
	"bufio"
	"context"
	"errors"
	"iter"
	"strconv"
	"time"
)

// LogOptions chooses what Logs gives.
type LogOptions struct {
	Follow     bool // go on with new lines until the container ends
	Tail       int  // at most this many of the lines so far; 0: all
	SinceStart bool // only of the container's last run; restarts append to one log
}

func (o LogOptions) tail() string {
	if o.Tail > 0 {
		return strconv.Itoa(o.Tail)
	}
	return "all"
}

// LogLine is one line that a container wrote.
type LogLine struct {
	At     time.Time // by the engine's clock; zero if the engine gave none
	Stderr bool      // of a container without a terminal; a terminal has one stream only
	Text   string    // valid UTF-8, without the line's end, at most 64 KiB
	Cut    bool      // the line was longer
}

// startSlack is by how much the engine may note a start later than the first line that the started program writes; it is
// less than the shortest pause that an engine makes before a restart.
const startSlack = 100 * time.Millisecond

// runBegan is a time after the last line of the run before the last one, and before the first line of the last. An end
// that is noted within the slack before the start is that of the last run: it ended before the engine had noted it.
func (c Container) runBegan() time.Time {
	if c.Finished.IsZero() { // the first run
		return time.Time{}
	}
	began := c.Started.Add(-startSlack)
	if c.Finished.Before(began) {
		return c.Finished
	}
	return began
}

// Logs reads the log of a service's container, oldest line first. It ends with the log, or with the container when
// following, or with ctx; anything else that ends it is told as the last error.
func (s *Stack) Logs(ctx context.Context, service string, o LogOptions) iter.Seq2[LogLine, error] {
	return func(yield func(LogLine, error) bool) {
		cs, err := s.Containers(ctx)
		if err != nil {
			yieldUnlessOver(ctx, err, yield)
			return
		}
		c, found := chosen(cs, service)
		if !found {
			yield(LogLine{}, fault("docker.service_missing", facts{"Service": service}, nil))
			return
		}
		var since time.Time
		if o.SinceStart {
			since = c.runBegan()
		}
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		body, err := s.Engine.rawLogs(ctx, c.ID, o, since)
		if err != nil {
			yieldUnlessOver(ctx, err, yield)
			return
		}
		defer body.Close()
		d := demux{in: bufio.NewReaderSize(body, 32<<10), yield: func(l LogLine) bool { return yield(l, nil) }}
		d.streams[1].Stderr = true
		if err := d.read(c.TTY); err != nil && !errors.Is(err, errEnough) {
			yieldUnlessOver(ctx, s.ended(ctx, err), yield)
		}
	}
}
