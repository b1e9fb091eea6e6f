package project

import (
	"context"

	"streamtray/app"
	"streamtray/internal/termtext"
	"streamtray/kafka"
)

// Topic is a topic as a reader sees it: declared, found, or dealt with.
type Topic struct {
	Name        string
	State       string // the kafka package's Kind or Deed; empty for one that was only listed
	Partitions  int    // found; 0 when it does not exist
	Replication int
	Records     *int64   // nil: not counted
	Note        app.Note // what there is to say
	Err         error
}

// PlanTopics compares the declared topics with the cluster and changes nothing.
func (p *Project) PlanTopics(ctx context.Context) ([]Topic, error) {
	k, err := p.cluster.at()
	if err != nil {
		return nil, err
	}
	changes, err := k.Plan(ctx, p.cluster.topics)
	if err != nil {
		return nil, err
	}
	topics := make([]Topic, len(changes))
	for i, c := range changes {
		topics[i] = Topic{
			Name: c.Want.Name, State: string(c.Kind()), Partitions: c.Have.Partitions, Replication: c.Have.Replication,
			Note: note(c.Note()), Err: c.Err,
		}
	}
	return topics, nil
}

// ApplyTopics creates what is missing and, if grow, adds partitions; nothing else is changed. With an error come the
// topics that it got to.
func (p *Project) ApplyTopics(ctx context.Context, grow bool) ([]Topic, error) {
	k, err := p.agreedCluster(ctx)
	if err != nil {
		return nil, err
	}
	outcomes, err := k.Apply(ctx, p.cluster.topics, grow)
	topics := make([]Topic, len(outcomes))
	for i, o := range outcomes {
		topics[i] = Topic{
			Name: o.Want.Name, State: string(o.Deed), Partitions: max(o.Have.Partitions, o.Want.Partitions), Replication: max(o.Have.Replication, o.Want.Replication),
			Note: note(o.Note()), Err: o.Err,
		}
	}
	return topics, err
}

// agreedCluster is the cluster for what changes something there.
func (p *Project) agreedCluster(ctx context.Context) (*kafka.Cluster, error) {
	if err := p.gate(ctx); err != nil {
		return nil, err
	}
	return p.cluster.at()
}

// ListTopics lists the cluster's topics with their records, Kafka's own left out.
func (p *Project) ListTopics(ctx context.Context) ([]Topic, error) {
	k, err := p.cluster.at()
	if err != nil {
		return nil, err
	}
	found, err := k.List(ctx)
	if err != nil {
		return nil, err
	}
	names := make([]string, len(found))
	for i, t := range found {
		names[i] = t.Name
	}
	counts, err := k.Counts(ctx, names)
	if err != nil {
		return nil, err
	}
	topics := make([]Topic, len(found))
	for i, t := range found {
		n := records(counts[t.Name])
		topics[i] = Topic{Name: termtext.Clean(t.Name), Partitions: t.Partitions, Replication: t.Replication, Records: &n}
	}
	return topics, nil
}

// records is how many records the partitions hold.
func records(partitions []kafka.Offset) int64 {
	var n int64
	for _, p := range partitions {
		n += p.Latest - p.Earliest
	}
	return n
}

// Canary sends one record through Kafka and reads it back, on a topic of its own.
func (p *Project) Canary(ctx context.Context) (app.Note, error) {
	k, err := p.agreedCluster(ctx)
	if err != nil {
		return app.Note{}, err
	}
	r, err := k.Canary(ctx)
	if err != nil {
		return app.Note{}, err
	}
	return note(r.Note()), nil
}
