package kafka

import (
	"context"
	"errors"
	"time"

	"github.com/IBM/sarama"
)

// leaderTime is how long new partitions may take to get a leader each.
const leaderTime = 20 * time.Second

// Exist looks once whether the wanted topics are there to be used: each exists with at least the wanted partitions,
// and each partition has a leader. More partitions than wanted, another replication or other options are no error;
// Plan tells them. The error is that of the first topic that is not there.
func (c *Cluster) Exist(ctx context.Context, want []Topic) error {
	if len(want) == 0 {
		return nil
	}
	for _, err := range nameFaults(want) {
		if err != nil {
			return err
		}
	}
	s, err := c.session(ctx, askLimit)
	if err != nil {
		return err
	}
	defer s.close()
	meta, err := s.metadata(names(want))
	if err != nil {
		return err
	}
	found := byName(meta)
	for _, t := range want {
		if err := usable(t, found[t.Name]); err != nil {
			return err
		}
	}
	return nil
}

// usable reports why a topic, nil when it was not found, cannot be used as wanted.
func usable(want Topic, t *sarama.TopicMetadata) error {
	a := args{"Topic": want.Name}
	switch {
	case t == nil, errors.Is(t.Err, sarama.ErrUnknownTopicOrPartition):
		return fault(TopicMissing, a, nil)
	case errors.Is(t.Err, sarama.ErrLeaderNotAvailable):
		a["Partition"] = 0
		return fault(TopicNoLeader, a, t.Err)
	case !errors.Is(t.Err, sarama.ErrNoError):
		return topicFault(want, t.Err, nil, "", 0)
	case len(t.Partitions) < want.Partitions:
		a["Have"], a["Want"] = len(t.Partitions), want.Partitions
		return final(TopicTooFew, a, nil)
	}
	for _, p := range t.Partitions {
		if p.Leader < 0 || errors.Is(p.Err, sarama.ErrLeaderNotAvailable) {
			a["Partition"] = p.ID
			return fault(TopicNoLeader, a, nil)
		}
	}
	return nil
}

// awaitLeaders returns when every topic that was created or grown can be used. Those that cannot in time have failed.
func (w *application) awaitLeaders() error {
	ctx, cancel := context.WithTimeout(w.s.ctx, leaderTime)
	defer cancel()
	var waiting []Topic
	for _, o := range w.outcomes {
		if o.Deed == Created || o.Deed == Grown {
			waiting = append(waiting, o.Want)
		}
	}
	for wait := 5 * time.Millisecond; len(waiting) > 0; wait = min(2*wait, 250*time.Millisecond) {
		meta, err := w.s.metadata(names(waiting))
		if err != nil {
			return err
		}
		waiting = w.unusable(waiting, byName(meta))
		if len(waiting) > 0 && pause(ctx, wait) != nil {
			break
		}
	}
	for _, t := range waiting {
		w.at[t.Name].Deed = Failed
	}
	return w.s.ctx.Err()
}

// unusable returns those topics that cannot be used yet, with the reason in their outcome.
func (w *application) unusable(topics []Topic, found map[string]*sarama.TopicMetadata) []Topic {
	var left []Topic
	for _, t := range topics {
		w.at[t.Name].Err = usable(t, found[t.Name])
		if w.at[t.Name].Err != nil {
			left = append(left, t)
		}
	}
	return left
}

func names(topics []Topic) []string {
	all := make([]string, 0, len(topics))
	for _, t := range topics {
		all = append(all, t.Name)
	}
	return all
}

// pause lets d pass, or returns the context's error as soon as there is one.
func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
