package project

import (
	"context"
	"iter"

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
		k.Read(ctx, what)(yield)
	}
}

// Send sends one record and returns it with the place it got. A topic that is missing is not created.
func (p *Project) Send(ctx context.Context, r Record) (Record, error) {
	k, err := p.agreedCluster(ctx)
	if err != nil {
		return Record{}, err
	}
	return k.Send(ctx, r)
}

// SendAll sends records to a topic until there are no more, one fails or ctx ends, and says how many arrived. An error
// that comes with a record is the end too.
func (p *Project) SendAll(ctx context.Context, topic string, records iter.Seq2[Record, error]) (arrived int, err error) {
	k, err := p.agreedCluster(ctx)
	if err != nil {
		return 0, err
	}
	if err := k.Exist(ctx, []kafka.Topic{{Name: topic}}); err != nil { // a producer would wait for it
		return 0, err
	}
	sending, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	producer, err := k.NewProducer(ctx, func(_ Record, err error) {
		if err != nil {
			cancel(err)
			return
		}
		arrived++ // one call at a time, and none after Close
	})
	if err != nil {
		return 0, err
	}
	for r, broken := range records {
		if broken != nil {
			cancel(broken)
		}
		r.Topic = topic
		if sending.Err() != nil || producer.Send(sending, r) != nil {
			break
		}
	}
	closed := producer.Close(ctx)
	if failed := context.Cause(sending); failed != nil {
		return arrived, failed
	}
	return arrived, closed
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
