package kafka

import "time"

// Meter makes rates of successive Counts. It remembers the last few looks at each topic and nothing older. It is not
// for use by several goroutines at once; its zero value is ready.
type Meter struct {
	topics map[string]*gauge
}

// Rate is how records arrive on a topic.
type Rate struct {
	Records   int64         // seen arriving since the first look; it never goes down
	PerSecond float64       // over the last looks, at most Window of them
	Idle      time.Duration // since a look last saw a record arrive, or since the first look
}

const (
	// Window is the time a rate is taken over.
	Window = 10 * time.Second
	// looks is how many of the last looks are remembered for a topic.
	looks = 64
	// mostTopics is how many topics are measured; further ones are left out.
	mostTopics = 4096
)

// gauge is what is remembered of one topic.
type gauge struct {
	latest map[int32]int64 // by partition: its end at the last look
	total  int64
	moved  time.Time // the last look that saw a record arrive
	past   []reading // oldest first
}

type reading struct {
	at    time.Time
	total int64
}

// Add takes in a look made at the given time. A topic's first look is where its counting starts. A partition whose
// end went back belongs to a topic that was made anew, and one that was not there before is new as a whole: all their
// records have arrived since. A topic that the look leaves out is remembered as it was; looks out of order are ignored.
func (m *Meter) Add(at time.Time, counts map[string][]Offset) {
	if m.topics == nil {
		m.topics = map[string]*gauge{}
	}
	for topic, offsets := range counts {
		g := m.topics[topic]
		switch {
		case g != nil:
			g.add(at, offsets)
		case len(m.topics) < mostTopics:
			m.topics[topic] = newGauge(at, offsets)
		}
	}
}

func newGauge(at time.Time, offsets []Offset) *gauge {
	g := &gauge{latest: make(map[int32]int64, len(offsets)), moved: at, past: []reading{{at: at}}}
	for _, o := range offsets {
		g.latest[o.Partition] = o.Latest
	}
	return g
}

func (g *gauge) add(at time.Time, offsets []Offset) {
	if !at.After(g.past[len(g.past)-1].at) {
		return
	}
	var arrived int64
	now := make(map[int32]int64, len(offsets))
	for _, o := range offsets {
		before, known := g.latest[o.Partition]
		if !known || o.Latest < before {
			before = o.Earliest
		}
		arrived += o.Latest - before
		now[o.Partition] = o.Latest
	}
	g.latest = now
	g.total += arrived
	if arrived > 0 {
		g.moved = at
	}
	g.past = append(g.past, reading{at, g.total})
	for len(g.past) > looks || len(g.past) > 2 && at.Sub(g.past[1].at) >= Window {
		g.past = g.past[1:]
	}
}

// Rates tells each topic's rate as of the given time, by topic.
func (m *Meter) Rates(at time.Time) map[string]Rate {
	rates := make(map[string]Rate, len(m.topics))
	for topic, g := range m.topics {
		first, last := g.past[0], g.past[len(g.past)-1]
		r := Rate{Records: g.total, Idle: max(0, at.Sub(g.moved))}
		if span := max(last.at.Sub(first.at), at.Sub(first.at)); span > 0 {
			r.PerSecond = float64(last.total-first.total) / span.Seconds()
		}
		rates[topic] = r
	}
	return rates
}
