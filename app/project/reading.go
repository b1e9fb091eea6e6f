package project

import (
	"context"
	"iter"
	"time"

	"streamtray/kafka"
)

// Record is one message on a topic. Partition, Offset and Time are Kafka's to say; they mean nothing in a record to be
// sent.
type Record struct {
	Topic     string
	Partition int32
	Offset    int64
	Time      time.Time
	Key       []byte // nil: none
	Value     []byte
	Headers   []Header
}

// Header is one of a record's headers; a name may occur several times.
type Header struct {
	Name  string
	Value []byte
}

// FromStart has Tail begin with the oldest record that is kept.
const FromStart = -1

// Tail reads a topic as it grows, until the loop breaks or ctx ends: the last back records of each partition first, none
// with 0, all with FromStart. It commits nothing and creates nothing. An error comes once, with the zero Record, and is
// the end.
func (p *Project) Tail(ctx context.Context, topic string, back int) iter.Seq2[Record, error] {
	from := kafka.From(back)
	if back < 0 {
		from = kafka.FromStart
	}
	return p.reading(func(k *kafka.Cluster) iter.Seq2[kafka.Record, error] { return k.Tail(ctx, topic, from) })
}

// TailAt is Tail from the record at an offset of each partition on, or from the one next to it that is kept.
func (p *Project) TailAt(ctx context.Context, topic string, offset int64) iter.Seq2[Record, error] {
	return p.reading(func(k *kafka.Cluster) iter.Seq2[kafka.Record, error] { return k.TailAt(ctx, topic, offset) })
}

// TailSince is Tail from the first record of a time, or later, on.
func (p *Project) TailSince(ctx context.Context, topic string, since time.Time) iter.Seq2[Record, error] {
	return p.reading(func(k *kafka.Cluster) iter.Seq2[kafka.Record, error] { return k.TailSince(ctx, topic, since) })
}

func (p *Project) reading(begin func(*kafka.Cluster) iter.Seq2[kafka.Record, error]) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		k, err := p.cluster.at()
		if err != nil {
			yield(Record{}, err)
			return
		}
		for r, err := range begin(k) {
			if !yield(read(r), err) {
				return
			}
		}
	}
}

func read(r kafka.Record) Record {
	own := Record{Topic: r.Topic, Partition: r.Partition, Offset: r.Offset, Time: r.Time, Key: r.Key, Value: r.Value}
	for _, h := range r.Headers {
		own.Headers = append(own.Headers, Header{h.Key, h.Value})
	}
	return own
}

// Send sends one record and returns it with the place it got. A topic that is missing is not created.
func (p *Project) Send(ctx context.Context, r Record) (Record, error) {
	k, err := p.agreedCluster(ctx)
	if err != nil {
		return Record{}, err
	}
	message := kafka.Record{Topic: r.Topic, Key: r.Key, Value: r.Value}
	for _, h := range r.Headers {
		message.Headers = append(message.Headers, kafka.Header{Key: h.Name, Value: h.Value})
	}
	sent, err := k.Send(ctx, message)
	if err != nil {
		return Record{}, err
	}
	return read(sent), nil
}

// Group is a consumer group and how far behind it is.
type Group struct {
	Name    string           `json:"name"`
	State   string           `json:"state"` // as Kafka names it: Stable, Empty, ...
	Members int              `json:"members"`
	Behind  int64            `json:"behind"` // records not yet read, over all topics
	Lag     map[string]int64 `json:"lag"`    // the same by topic
}

// Groups lists the cluster's consumer groups by name. It only reads.
func (p *Project) Groups(ctx context.Context) ([]Group, error) {
	k, err := p.cluster.at()
	if err != nil {
		return nil, err
	}
	found, err := k.Groups(ctx)
	if err != nil {
		return nil, err
	}
	groups := make([]Group, len(found))
	for i, g := range found {
		groups[i] = Group{Name: g.Name, State: g.State, Members: g.Members, Behind: g.Behind(), Lag: g.Lag}
	}
	return groups, nil
}
