package project

import (
	"context"
	"errors"
	"iter"
	"slices"
	"strings"
	"time"

	"streamtray/internal/nearest"
	"streamtray/internal/usererr"
	"streamtray/kafka"
)

// What is read and sent, as package kafka has it.
type (
	Record  = kafka.Record
	Header  = kafka.Header
	Reading = kafka.Reading
	Batch   = kafka.Batch
	Filter  = kafka.Filter
	From    = kafka.From
)

// AppendJSON adds a record as a JSON object on a line of its own.
func AppendJSON(b []byte, r *Record) []byte { return kafka.AppendJSON(b, r) }

// FromStart has a Reading begin with the oldest record that is kept.
const FromStart = kafka.FromStart

// ParseFilter understands what a user typed to choose records.
func ParseFilter(typed string) (Filter, error) { return kafka.ParseFilter(typed) }

// Read reads a topic as the Reading says, until the loop breaks or ctx ends. It commits nothing and creates nothing. An
// error comes once, with the zero Batch, and is the end.
func (p *Project) Read(ctx context.Context, what Reading) iter.Seq2[Batch, error] {
	return func(yield func(Batch, error) bool) {
		k, err := p.cluster.at()
		if err != nil {
			yield(Batch{}, err)
			return
		}
		for batch, err := range k.Read(ctx, what) {
			if err != nil {
				err = p.unknown(ctx, k, what.Topic, err)
			}
			if !yield(batch, err) {
				return
			}
		}
	}
}

// unknown says which topics there are where one is missing that the project does not declare: "topics apply" would not create it.
func (p *Project) unknown(ctx context.Context, k *kafka.Cluster, topic string, err error) error {
	declared := slices.ContainsFunc(p.cluster.topics, func(t kafka.Topic) bool { return t.Name == topic })
	if declared || !errors.Is(err, &kafka.Error{ID: kafka.TopicMissing}) {
		return err
	}
	there, failed := k.List(ctx)
	if failed != nil || len(there) == 0 {
		return usererr.New("project.unknown_topic", map[string]any{"Topic": topic}, err)
	}
	var names []string
	for _, t := range there {
		names = append(names, t.Name)
	}
	if near := nearest.To(topic, names); near != "" {
		return usererr.New("project.unknown_topic_near", map[string]any{"Topic": topic, "Near": near}, err)
	}
	const most = 10
	if len(names) > most {
		names = append(names[:most], "…")
	}
	return usererr.New("project.unknown_topic_of", map[string]any{"Topic": topic, "Topics": strings.Join(names, ", ")}, err)
}

// Send sends one record and returns it with the place it got. A topic that is missing is not created.
func (p *Project) Send(ctx context.Context, r Record) (Record, error) {
	k, err := p.agreedCluster(ctx)
	if err != nil {
		return Record{}, err
	}
	sent, err := k.Send(ctx, r)
	return sent, p.unknown(ctx, k, r.Topic, err)
}

// SendAll sends records to a topic until there are no more, one fails or ctx ends, and says how many arrived. An error
// that comes with a record is the end too.
func (p *Project) SendAll(ctx context.Context, topic string, records iter.Seq2[Record, error]) (arrived int, err error) {
	k, err := p.agreedCluster(ctx)
	if err != nil {
		return 0, err
	}
	if err := k.Exist(ctx, []kafka.Topic{{Name: topic}}); err != nil { // a producer would wait for it
		return 0, p.unknown(ctx, k, topic, err)
	}
	return k.SendAll(ctx, func(yield func(Record, error) bool) {
		for r, err := range records {
			r.Topic = topic
			if !yield(r, err) {
				return
			}
		}
	})
}

// Group is a consumer group and how far behind it is; Description is what the cluster says of a topic.
type (
	Group       = kafka.Group
	GroupPart   = kafka.GroupPart
	Description = kafka.Description
	Partition   = kafka.Partition
	Option      = kafka.Option
)

// Groups lists the cluster's consumer groups by name. It only reads.
func (p *Project) Groups(ctx context.Context) ([]Group, error) {
	k, err := p.cluster.at()
	if err != nil {
		return nil, err
	}
	return k.Groups(ctx)
}

// Describe asks about one topic. It only reads.
func (p *Project) Describe(ctx context.Context, topic string) (Description, error) {
	k, err := p.cluster.at()
	if err != nil {
		return Description{}, err
	}
	return k.Describe(ctx, topic)
}

// TopicSeen is a topic of the project or of its cluster, as it was just seen.
type TopicSeen struct {
	Name       string
	Partitions int   // 0: it does not exist
	Records    int64 // it holds
	Declared   bool
	Run        int64   // of the records, since the app started, as far as that was seen
	Rate       float64 // per second; 0 where it is not measured
}

// TopicsSeen are the declared topics in their order, and then the others of the cluster.
func (p *Project) TopicsSeen(ctx context.Context) ([]TopicSeen, error) {
	found, err := p.ListTopics(ctx)
	if err != nil {
		return nil, err
	}
	p.cluster.lookAtOthers(ctx)
	flows, err := p.Flows(ctx)
	if err != nil { // a declared one is missing: then nothing is measured
		flows = nil
	}
	seen := func(name string, declared bool) TopicSeen {
		t := TopicSeen{Name: name, Declared: declared}
		for _, f := range found {
			if f.Name == name {
				t.Partitions, t.Records = f.Partitions, *f.Records
			}
		}
		for _, f := range flows {
			if f.Topic == name {
				t.Run, t.Rate = f.Run, f.Rate
			}
		}
		return t
	}
	declared := p.cluster.names()
	var all []TopicSeen
	for _, name := range declared {
		all = append(all, seen(name, true))
	}
	for _, f := range found {
		if !slices.Contains(declared, f.Name) && f.Name != kafka.CanaryTopic {
			all = append(all, seen(f.Name, false))
		}
	}
	return all, nil
}

// Began is when the app was started by this process; zero: it was not, or not yet.
func (p *Project) Began() time.Time {
	p.cluster.mu.Lock()
	defer p.cluster.mu.Unlock()
	return p.cluster.flow.began
}
