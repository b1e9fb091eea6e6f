package kafka

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/IBM/sarama"

	"streamtray/internal/pause"
)

// leaderTime is how long to wait for the next new topic to get its leaders.
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
	var meta *sarama.MetadataResponse
	err := c.withSession(ctx, func(s *session) (err error) {
		meta, err = s.metadata(names(want))
		return err
	})
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

// awaitLeaders returns when every topic that was created or grown can be used. When none has become so for leaderTime,
// the rest has failed.
func (w *application) awaitLeaders() error {
	giveUp := time.Now().Add(leaderTime)
	for wait := 5 * time.Millisecond; len(w.waiting) > 0; wait = min(2*wait, 250*time.Millisecond) {
		before := len(w.waiting)
		if err := w.settle(); err != nil {
			return err
		}
		switch {
		case len(w.waiting) == 0:
			return nil
		case len(w.waiting) < before:
			giveUp = time.Now().Add(leaderTime)
		case time.Now().After(giveUp):
			return nil // each topic bears its reason
		}
		if !pause.For(w.s.ctx, wait) {
			return w.s.ctx.Err()
		}
	}
	return nil
}

// settle takes those topics off the waiting list that can be used now. The others note why not.
func (w *application) settle() error {
	var names []string
	for _, t := range w.waiting {
		names = append(names, t.Name)
	}
	meta, err := w.s.metadata(names)
	if err != nil {
		return err
	}
	found := byName(meta)
	w.waiting = slices.DeleteFunc(w.waiting, func(t awaited) bool {
		o := w.at[t.Name]
		if o.Err = usable(t.Topic, found[t.Name]); o.Err == nil {
			o.Deed = t.deed
		}
		return o.Err == nil
	})
	return nil
}

func names(topics []Topic) []string {
	all := make([]string, 0, len(topics))
	for _, t := range topics {
		all = append(all, t.Name)
	}
	return all
}
