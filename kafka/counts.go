package kafka

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/IBM/sarama"
)

// Offset is where one partition's records begin and end.
type Offset struct {
	Partition int32
	Earliest  int64 // the first record still kept
	Latest    int64 // the next record to be written
}

// List returns the cluster's topics by name, Kafka's own left out, without their options.
func (c *Cluster) List(ctx context.Context) ([]Topic, error) {
	var meta *sarama.MetadataResponse
	err := c.withSession(ctx, func(s *session) (err error) {
		meta, err = s.metadata(nil)
		return err
	})
	if err != nil {
		return nil, err
	}
	var topics []Topic
	for _, t := range meta.Topics {
		if t.IsInternal || !errors.Is(t.Err, sarama.ErrNoError) {
			continue
		}
		have := Topic{Name: t.Name, Partitions: len(t.Partitions)}
		for _, p := range t.Partitions {
			have.Replication = max(have.Replication, len(p.Replicas))
		}
		topics = append(topics, have)
	}
	slices.SortFunc(topics, func(a, b Topic) int { return strings.Compare(a.Name, b.Name) })
	return topics, nil
}

// Counts asks the leader of every partition of these topics where its records begin and end: by topic, sorted by
// partition. Every leader having answered also proves that a producer would reach them. It only reads.
func (c *Cluster) Counts(ctx context.Context, topics []string) (map[string][]Offset, error) {
	if len(topics) == 0 {
		return map[string][]Offset{}, nil
	}
	var counts map[string][]Offset
	err := c.withSession(ctx, func(s *session) (err error) {
		counts, err = s.counts(topics)
		return err
	})
	return counts, err
}

func (s *session) counts(topics []string) (map[string][]Offset, error) {
	led, err := s.leaders(topics)
	if err != nil {
		return nil, err
	}
	earliest, err := s.offsets(led, sarama.OffsetOldest)
	if err != nil {
		return nil, err
	}
	latest, err := s.offsets(led, sarama.OffsetNewest)
	if err != nil {
		return nil, err
	}
	counts := make(map[string][]Offset, len(topics))
	for _, topic := range topics {
		counts[topic] = []Offset{}
		for _, id := range slices.Sorted(maps.Keys(latest[topic])) {
			counts[topic] = append(counts[topic], Offset{id, earliest[topic][id], latest[topic][id]})
		}
	}
	return counts, nil
}

// leaders are connections to the leaders of all partitions of these topics, each with its partitions by topic.
func (s *session) leaders(topics []string) (map[*sarama.Broker]map[string][]int32, error) {
	meta, err := s.metadata(topics)
	if err != nil {
		return nil, err
	}
	found, led := byName(meta), map[*sarama.Broker]map[string][]int32{}
	for _, name := range topics {
		t := found[name]
		if err := usable(Topic{Name: name}, t); err != nil {
			return nil, err
		}
		for _, p := range t.Partitions {
			b, err := s.byID(meta, p.Leader)
			if err != nil {
				return nil, err
			}
			if led[b] == nil {
				led[b] = map[string][]int32{}
			}
			led[b][name] = append(led[b][name], p.ID)
		}
	}
	return led, nil
}

// offsets asks leaders for an offset of each of their partitions, by topic: one of its ends, or the first of a time, in
// milliseconds, or later; -1 where there is none.
func (s *session) offsets(led map[*sarama.Broker]map[string][]int32, at int64) (map[string]map[int32]int64, error) {
	all := map[string]map[int32]int64{}
	for b, parts := range led {
		req := sarama.NewOffsetRequest(s.conf.Version)
		for topic, ids := range parts {
			for _, id := range ids {
				req.AddBlock(topic, id, at, 1)
			}
		}
		resp, err := b.GetAvailableOffsets(req)
		if err != nil {
			return nil, s.fault(b.Addr(), err)
		}
		for topic, ids := range parts {
			if all[topic] == nil {
				all[topic] = map[int32]int64{}
			}
			for _, id := range ids {
				block := resp.GetBlock(topic, id)
				if block == nil {
					return nil, offsetFault(topic, id, sarama.ErrUnknown)
				}
				if !errors.Is(block.Err, sarama.ErrNoError) {
					return nil, offsetFault(topic, id, block.Err)
				}
				all[topic][id] = block.Offset
			}
		}
	}
	return all, nil
}

// moving reports whether a partition's leader is being changed, so that the next one can be asked soon.
func moving(answer sarama.KError) bool {
	return slices.Contains([]sarama.KError{
		sarama.ErrNotLeaderForPartition, sarama.ErrLeaderNotAvailable, sarama.ErrOffsetNotAvailable, sarama.ErrReplicaNotAvailable, sarama.ErrKafkaStorageError,
	}, answer)
}

// offsetFault tells a leader that has just moved, which the next look will find, from real trouble.
func offsetFault(topic string, partition int32, answer sarama.KError) error {
	switch {
	case moving(answer):
		return fault(TopicNoLeader, args{"Topic": topic, "Partition": partition}, answer)
	case answer == sarama.ErrUnknownTopicOrPartition:
		return fault(TopicMissing, args{"Topic": topic}, answer)
	}
	return topicFault(Topic{Name: topic}, answer, nil, "", 0)
}
