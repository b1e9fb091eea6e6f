package session

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"streamtray/app/config"
	"streamtray/app/project"
	"streamtray/app/view"
)

// What is kept of a topic's rates: five minutes, each value the mean of five seconds.
const (
	historyLength = 60
	historyStep   = 5 * time.Second
)

// staleAfter is how long a measured value is told as one of now.
const staleAfter = 4 * time.Second

// traffic is what was measured on the declared topics.
type traffic struct {
	mu      sync.Mutex
	at      time.Time // of the last measurement
	flows   []project.Flow
	history map[string]*rates
}

// rates are a topic's, in steps of a history.
type rates struct {
	began time.Time // of the step that is not full yet
	sum   float64   // of what was measured in it
	count int
	full  []float64
}

// add takes a rate that was measured at a time.
func (r *rates) add(at time.Time, rate float64) {
	switch passed := at.Sub(r.began); {
	case passed >= historyStep*historyLength: // the first, or after a long while
		*r = rates{began: at}
	case passed >= historyStep:
		mean := r.sum / float64(max(r.count, 1))
		for ; passed >= historyStep; passed -= historyStep {
			r.full = append(r.full, mean)
			r.began = r.began.Add(historyStep)
			mean = 0 // nothing was measured meanwhile
		}
		r.full = r.full[max(len(r.full)-historyLength, 0):]
		r.sum, r.count = 0, 0
	}
	r.sum, r.count = r.sum+rate, r.count+1
}

// measure looks once.
func (t *traffic) measure(ctx context.Context, p *project.Project) {
	flows, err := p.Flows(ctx)
	if err != nil {
		return // the story tells that Kafka does not answer
	}
	t.take(flows, time.Now())
}

func (t *traffic) take(flows []project.Flow, at time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.history == nil {
		t.history = map[string]*rates{}
	}
	t.at, t.flows = at, flows
	for _, f := range flows {
		if t.history[f.Topic] == nil {
			t.history[f.Topic] = &rates{}
		}
		t.history[f.Topic].add(at, f.Rate)
	}
}

// topics are the measured topics in the order of the declaration; what is not measured any more is marked as stale.
func (t *traffic) topics(declared []config.Topic, now time.Time) []view.Topic {
	t.mu.Lock()
	defer t.mu.Unlock()
	byName := map[string]project.Flow{}
	for _, f := range t.flows {
		byName[f.Topic] = f
	}
	var topics []view.Topic
	for _, d := range declared {
		f, ok := byName[d.Name]
		if !ok {
			continue
		}
		delete(byName, d.Name)
		topics = append(topics, t.topic(f, d.About, now))
	}
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		topics = append(topics, t.topic(byName[name], "", now))
	}
	return topics
}

func (t *traffic) topic(f project.Flow, about string, now time.Time) view.Topic {
	return view.Topic{
		Name: f.Topic, About: about, Partitions: f.Partitions, Records: f.Records, Rate: f.Rate,
		History: slices.Clone(t.history[f.Topic].full), Stale: now.Sub(t.at) > staleAfter,
	}
}

// Facts are what the menu must know.
func (s *Session) Facts(recent []view.Place) view.Facts {
	c := s.Project.Config
	f := view.Facts{
		Project: c.Name, Dir: s.Project.Dir, Env: c.Streaming.Env, Page: c.App.Ready.HTTP, Recent: recent,
		Contained: s.InContainers(), OwnKafka: c.Kafka.Mode != config.Remote, Plain: s.Plain.Load(),
	}
	if b := s.Bootstrap(); len(b) > 0 {
		f.Bootstrap = b[0]
	}
	return f
}

// Bootstrap is Kafka's address as the project is told it, or as its broker's row says.
func (s *Session) Bootstrap() []string {
	if b := s.Project.Config.Kafka.Bootstrap; len(b) > 0 {
		return b
	}
	row, _ := s.Hub.State().Row("broker")
	if addr, ok := row.Note.Args["Addr"].(string); ok && addr != "" {
		return []string{addr}
	}
	return nil
}

// Live are the overview's facts.
func (s *Session) Live(recent []view.Place) view.Live {
	c := s.Project.Config
	return view.Live{
		Facts: s.Facts(recent), On: c.Streaming.On, Off: c.Streaming.Off,
		Topics: s.traffic.topics(c.Kafka.Topics, time.Now()), Containers: s.contained.containers(time.Now()),
		Usual: s.Project.Usual(), Processes: s.processes.seen(time.Now()),
	}
}

// InContainers reports whether the project's Kafka runs in containers.
func (s *Session) InContainers() bool { return s.Project.Config.Kafka.Mode == config.Docker }

// WatchTraffic measures while Kafka answers, until ctx ends: every second while the numbers are seen, else as often as the
// history asks for.
func (s *Session) WatchTraffic(ctx context.Context, seen func() bool) {
	t := time.NewTicker(time.Second)
	defer t.Stop()
	var last time.Time
	for {
		row, ok := s.Hub.State().Row("topics")
		if ok && row.Holding() && (seen() || time.Since(last) >= historyStep-time.Second/2) {
			last = time.Now()
			s.traffic.measure(ctx, s.Project)
		}
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
	}
}
