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
	Follow     bool // wait for new lines until the container ends
	Tail       int  // at most this many of the existing lines; 0: all
	SinceStart bool // only the container's last run; the runs before it are in the same log
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

// startSlack allows for the engine's clock: it may record a container's start later than the container's first log line. It
// is shorter than the shortest pause that an engine makes before a restart.
const startSlack = 100 * time.Millisecond

// runBegan separates the log of a container's last run from that of the run before: every line of the last run is at or
// after it. Finished is usually the end of the run before. If it is less than startSlack before Started, it is the end of
// the last run, which was over before its start was recorded.
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

// Logs reads the log of a service's container, oldest line first, until the log's end, or, with Follow, the container's. If
// ctx ends first, it stops without an error; whatever else stops it is the last error.
func (s *Stack) Logs(ctx context.Context, service string, o LogOptions) iter.Seq2[LogLine, error] {
	return func(yield func(LogLine, error) bool) {
		cs, err := s.Containers(ctx)
		if err != nil {
			yieldUnlessOver(ctx, err, yield)
			return
		}
		c, found := chosen(cs, service)
		if !found {
			yield(LogLine{}, fault(ServiceMissing, facts{"Service": service}, nil))
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
