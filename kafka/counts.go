package kafka

import (
	"context"
	"errors"
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
	meta, err := s.metadata(topics)
	if err != nil {
		return nil, err
	}
	found := byName(meta)
	counts := make(map[string][]Offset, len(topics))
	byLeader := map[int32]map[string][]int32{}
	for _, name := range topics {
		t := found[name]
		if err := usable(Topic{Name: name}, t); err != nil {
			return nil, err
		}
		counts[name] = make([]Offset, len(t.Partitions))
		for _, p := range t.Partitions {
			if byLeader[p.Leader] == nil {
				byLeader[p.Leader] = map[string][]int32{}
			}
			byLeader[p.Leader][name] = append(byLeader[p.Leader][name], p.ID)
		}
		slices.SortFunc(t.Partitions, func(a, b *sarama.PartitionMetadata) int { return int(a.ID) - int(b.ID) })
		for i, p := range t.Partitions {
			counts[name][i].Partition = p.ID
		}
	}
	for leader, parts := range byLeader {
		b, err := s.byID(meta, leader)
		if err != nil {
			return nil, err
		}
		if err := s.offsets(b, parts, counts); err != nil {
			return nil, err
		}
	}
	return counts, nil
}

// offsets asks one leader about its partitions, by topic, and notes what it answers.
func (s *session) offsets(b *sarama.Broker, parts map[string][]int32, counts map[string][]Offset) error {
	for _, end := range []int64{sarama.OffsetOldest, sarama.OffsetNewest} {
		req := sarama.NewOffsetRequest(s.conf.Version)
		for topic, ids := range parts {
			for _, id := range ids {
				req.AddBlock(topic, id, end, 1)
			}
		}
		resp, err := b.GetAvailableOffsets(req)
		if err != nil {
			return s.fault(b.Addr(), err)
		}
		for topic, ids := range parts {
			for _, id := range ids {
				block := resp.GetBlock(topic, id)
				if block == nil {
					return offsetFault(topic, id, sarama.ErrUnknown)
				}
				if !errors.Is(block.Err, sarama.ErrNoError) {
					return offsetFault(topic, id, block.Err)
				}
				i := slices.IndexFunc(counts[topic], func(o Offset) bool { return o.Partition == id })
				if end == sarama.OffsetOldest {
					counts[topic][i].Earliest = block.Offset
				} else {
					counts[topic][i].Latest = block.Offset
				}
			}
		}
	}
	return nil
}

// offsetFault tells a leader that has just moved, which the next look will find, from real trouble.
func offsetFault(topic string, partition int32, answer sarama.KError) error {
	switch answer {
	case sarama.ErrNotLeaderForPartition, sarama.ErrLeaderNotAvailable, sarama.ErrOffsetNotAvailable,
		sarama.ErrReplicaNotAvailable, sarama.ErrKafkaStorageError:
		return fault(TopicNoLeader, args{"Topic": topic, "Partition": partition}, answer)
	case sarama.ErrUnknownTopicOrPartition:
		return fault(TopicMissing, args{"Topic": topic}, answer)
	}
	return topicFault(Topic{Name: topic}, answer, nil, "", 0)
}
