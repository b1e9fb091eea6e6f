package project

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"streamtray/app"
	"streamtray/internal/usererr"
	"streamtray/kafka"
)

// Flow is the traffic on a topic.
type Flow struct {
	Topic      string  `json:"topic"`
	Partitions int     `json:"partitions"`
	Records    int64   `json:"records"`
	Run        int64   `json:"run"`  // of them since the app started, as far as that was seen
	Rate       float64 `json:"rate"` // per second
	Undeclared bool    `json:"undeclared,omitempty"`
}

// flow is what arrived since the app started.
type flow struct {
	began  time.Time // when the app did; zero: it is not known to have
	meter  kafka.Meter
	others undeclared
	sent   int64     // records on the declared topics since then
	grew   time.Time // when the last of them was seen to arrive; zero: none was
	note   app.Note
}

// undeclared are the topics that the project does not name.
type undeclared struct {
	looked time.Time
	meter  kafka.Meter
	known  map[string]bool // those there when it was first looked
	flows  []Flow          // of those that grew
}

// Bounds of telling the traffic.
const (
	freshFor      = 3 * time.Second  // after the last record was seen to arrive, there is a rate; looks come every two
	othersEvery   = 10 * time.Second // topics that are not declared are looked at less often
	mostOthers    = 200              // and only this many
	measureWithin = 5 * time.Second  // one measurement takes no longer; what an earlier one said counts for so long
	baseWithin    = 2 * time.Second  // what the topics hold is asked for no longer before the app starts
)

// begin notes what the topics hold before the app starts: what comes later came since then. It may be asked again and
// again until the app does.
func (c *cluster) begin(ctx context.Context) {
	f := flow{began: time.Now()}
	ctx, cancel := context.WithTimeout(ctx, baseWithin)
	defer cancel()
	if k, err := c.at(); err == nil {
		if counts, err := k.Counts(ctx, c.names()); err == nil {
			f.meter.Add(f.began, counts)
			f.others.look(ctx, k, c.names(), f.began)
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.flow = f
}

// grew is when a record was last seen to arrive on a declared topic since the app started; zero: none was.
func (c *cluster) grew() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.flow.grew
}

// Flows measures the declared topics, and those that are not and grow: what they hold, what of it came since the app
// started, and how fast.
func (c *cluster) Flows(ctx context.Context) ([]Flow, error) {
	k, err := c.at()
	if err != nil {
		return nil, err
	}
	counts, err := k.Counts(ctx, c.names())
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	rates := c.flow.add(time.Now(), counts, c.soon)
	var flows []Flow
	for _, t := range slices.Sorted(maps.Keys(counts)) {
		flows = append(flows, Flow{
			Topic: t, Partitions: len(counts[t]), Records: records(counts[t]), Run: rates[t].Records, Rate: rates[t].PerSecond,
		})
	}
	return append(flows, c.flow.others.flows...), nil
}

// add takes in what the declared topics hold.
func (f *flow) add(now time.Time, counts map[string][]kafka.Offset, soon func(time.Duration)) map[string]kafka.Rate {
	f.meter.Add(now, counts)
	rates := f.meter.Rates(now)
	var sent int64
	for _, r := range rates {
		sent += r.Records
	}
	if sent > f.sent {
		f.sent, f.grew = sent, now
		if soon != nil {
			soon(freshFor)
		}
	}
	return rates
}

// measurement is one of all topics, which may take longer than the look that begins it.
type measurement struct {
	began time.Time
	done  chan struct{}
	flows []Flow
	err   error
}

// measure measures the topics. Where Kafka is so far away that this takes longer than a look, the next look gets what comes of it,
// and this one what is known.
func (c *cluster) measure(ctx context.Context) ([]Flow, error) {
	c.mu.Lock()
	m := c.under
	begun := m != nil && time.Since(m.began) < 2*measureWithin
	if !begun {
		m = c.beginMeasurement(ctx)
	}
	known, at := c.known, c.knownAt
	c.mu.Unlock()
	select {
	case <-m.done:
	case <-ctx.Done():
		if !at.IsZero() && time.Since(at) < measureWithin {
			return known, nil
		}
		return nil, ctx.Err()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.under = nil
	if m.err == nil {
		c.known, c.knownAt = m.flows, time.Now()
	}
	if begun {
		c.beginMeasurement(ctx)
	}
	return m.flows, m.err
}

// beginMeasurement begins one that ctx does not end; c.mu is held.
func (c *cluster) beginMeasurement(ctx context.Context) *measurement {
	m := &measurement{began: time.Now(), done: make(chan struct{})}
	c.under = m
	go func() {
		defer close(m.done)
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), measureWithin)
		defer cancel()
		if m.flows, m.err = c.Flows(ctx); m.err == nil {
			c.lookAtOthers(ctx)
		}
	}()
	return m
}

// Flowing is nil when records came since the app started.
func (c *cluster) Flowing(ctx context.Context) error {
	flows, err := c.measure(ctx)
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	var rate float64
	var records int64
	var undeclared []string
	for _, f := range flows {
		if f.Undeclared {
			undeclared = append(undeclared, f.Topic)
			continue
		}
		rate, records = rate+f.Rate, records+f.Records
	}
	switch {
	case c.flow.sent == 0 && len(undeclared) > 0:
		return usererr.New("project.undeclared", map[string]any{"Topics": strings.Join(undeclared, ", ")}, nil)
	case c.flow.sent == 0:
		return usererr.New("project.no_flow", map[string]any{"Records": records}, nil)
	case time.Since(c.flow.grew) < freshFor && rate > 0:
		c.flow.note = app.Note{ID: "project.flow", Args: map[string]any{"Rate": tellRate(rate), "Records": records}}
	default:
		c.flow.note = app.Note{ID: "project.flow_quiet", Args: map[string]any{"Records": records}}
	}
	c.flow.note.Args["Last"] = c.flow.grew.UTC().Format(time.RFC3339)
	return nil
}

// tellRate tells a rate as finely as it matters.
func tellRate(perSecond float64) string {
	if perSecond < 10 {
		return fmt.Sprintf("%.1f", perSecond)
	}
	return fmt.Sprintf("%.0f", perSecond)
}

// Rate is what the last Flowing saw.
func (c *cluster) Rate() app.Note {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.flow.note
}

// lookAtOthers looks at the topics that are not declared, now and then.
func (c *cluster) lookAtOthers(ctx context.Context) {
	c.mu.Lock()
	others := c.flow.others
	due := time.Since(others.looked) >= othersEvery
	began := c.flow.began
	c.mu.Unlock()
	k, err := c.at()
	if !due || err != nil {
		return
	}
	others.look(ctx, k, c.names(), time.Now())
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.flow.began.Equal(began) {
		c.flow.others = others
	}
}

// look measures the topics that are not among the declared. Those that were made since the first look are new as a
// whole.
func (u *undeclared) look(ctx context.Context, k *kafka.Cluster, declared []string, now time.Time) {
	u.looked = now
	all, err := k.List(ctx)
	if err != nil {
		return // the story tells that Kafka does not answer
	}
	var names []string
	for _, t := range all {
		if !slices.Contains(declared, t.Name) && t.Name != kafka.CanaryTopic && len(names) < mostOthers {
			names = append(names, t.Name)
		}
	}
	counts, err := k.Counts(ctx, names)
	if err != nil {
		return
	}
	first := u.known == nil
	if first {
		u.known = map[string]bool{}
	}
	for _, name := range names {
		if !first && !u.known[name] {
			u.meter.Add(now.Add(-time.Nanosecond), map[string][]kafka.Offset{name: nil})
		}
		u.known[name] = true
	}
	u.meter.Add(now, counts)
	rates := u.meter.Rates(now)
	u.flows = nil
	for _, name := range names {
		if r := rates[name]; r.Records > 0 {
			u.flows = append(u.flows, Flow{
				Topic: name, Partitions: len(counts[name]), Records: records(counts[name]), Run: r.Records, Rate: r.PerSecond, Undeclared: true,
			})
		}
	}
}
