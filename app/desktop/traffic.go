package desktop

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

// historyLength is how many rates of a topic are kept: a minute, one a second.
const historyLength = 60

// traffic is what was measured on the declared topics.
type traffic struct {
	mu      sync.Mutex
	flows   []project.Flow
	history map[string][]float64
}

// measure looks once.
func (t *traffic) measure(ctx context.Context, p *project.Project) {
	flows, err := p.Flows(ctx)
	if err != nil {
		return // the story tells that Kafka does not answer
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.history == nil {
		t.history = map[string][]float64{}
	}
	t.flows = flows
	for _, f := range flows {
		h := append(t.history[f.Topic], f.Rate)
		t.history[f.Topic] = h[max(len(h)-historyLength, 0):]
	}
}

// topics are the measured topics in the order of the declaration.
func (t *traffic) topics(declared []config.Topic) []view.Topic {
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
		topics = append(topics, t.topic(f, d.About))
	}
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		topics = append(topics, t.topic(byName[name], ""))
	}
	return topics
}

func (t *traffic) topic(f project.Flow, about string) view.Topic {
	return view.Topic{
		Name: f.Topic, About: about, Partitions: f.Partitions, Records: f.Records, Rate: f.Rate,
		History: slices.Clone(t.history[f.Topic]),
	}
}

// facts are what the menu must know.
func (s *session) facts(recent []view.Place) view.Facts {
	c := s.project.Config
	f := view.Facts{
		Project: c.Name, Dir: s.project.Dir, Env: c.Streaming.Env, Page: c.App.Ready.HTTP, Recent: recent,
		Contained: s.inContainers(), OwnKafka: c.Kafka.Mode != config.Remote, Plain: s.plain.Load(),
	}
	if b := s.bootstrap(); len(b) > 0 {
		f.Bootstrap = b[0]
	}
	return f
}

// bootstrap is Kafka's address as the project is told it, or as its broker's row says.
func (s *session) bootstrap() []string {
	if b := s.project.Config.Kafka.Bootstrap; len(b) > 0 {
		return b
	}
	row, _ := s.hub.State().Row("broker")
	if addr, ok := row.Note.Args["Addr"].(string); ok && addr != "" {
		return []string{addr}
	}
	return nil
}

// live are the dashboard's facts.
func (s *session) live(recent []view.Place) view.Live {
	c := s.project.Config
	return view.Live{
		Facts: s.facts(recent), On: c.Streaming.On, Off: c.Streaming.Off,
		Topics: s.traffic.topics(c.Kafka.Topics), Containers: s.contained.containers(),
		Usual: s.project.Usual(),
	}
}

// inContainers reports whether the project's Kafka runs in containers.
func (s *session) inContainers() bool { return s.project.Config.Kafka.Mode == config.Docker }

// watchTraffic measures every second while Kafka answers, until ctx ends.
func (s *session) watchTraffic(ctx context.Context) {
	t := time.NewTicker(time.Second)
	defer t.Stop()
	for {
		if row, ok := s.hub.State().Row("topics"); ok && row.Holding() {
			s.traffic.measure(ctx, s.project)
		}
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
	}
}
