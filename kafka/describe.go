package kafka

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/IBM/sarama"
)

// Description is what a cluster says of a topic.
type Description struct {
	Partitions []Partition // by their numbers
	Options    []Option    // by name, those that the topic has of its own first
}

// Partition is one partition with where it is kept.
type Partition struct {
	Offset
	Leader   int32  // the broker's number; -1: it has none
	Addr     string // the leader's address as clients are told it
	Replicas []int32
	InSync   []int32
}

// Option is one of a topic's options.
type Option struct {
	Name, Value string
	Own         bool // it is the topic's own; else the broker's default
}

// Describe asks about one topic. It only reads.
func (c *Cluster) Describe(ctx context.Context, topic string) (Description, error) {
	s, err := c.session(ctx)
	if err != nil {
		return Description{}, err
	}
	defer s.close()
	meta, err := s.metadata([]string{topic})
	if err != nil {
		return Description{}, err
	}
	t := byName(meta)[topic]
	if t == nil || errors.Is(t.Err, sarama.ErrUnknownTopicOrPartition) {
		return Description{}, fault(TopicMissing, args{"Topic": topic}, nil)
	}
	var d Description
	for _, p := range t.Partitions {
		part := Partition{Offset: Offset{Partition: p.ID}, Leader: p.Leader, Replicas: p.Replicas, InSync: p.Isr}
		for _, b := range meta.Brokers {
			if b.ID() == p.Leader {
				part.Addr = b.Addr()
			}
		}
		d.Partitions = append(d.Partitions, part)
	}
	slices.SortFunc(d.Partitions, func(a, b Partition) int { return int(a.Partition - b.Partition) })
	if usable(Topic{Name: topic}, t) == nil { // without a leader nobody knows
		counts, err := s.counts([]string{topic})
		if err != nil {
			return Description{}, err
		}
		for i, o := range counts[topic] {
			d.Partitions[i].Offset = o
		}
	}
	d.Options, err = s.describeOptions(topic)
	return d, err
}

func (s *session) describeOptions(topic string) ([]Option, error) {
	resp, err := s.seed.DescribeConfigs(&sarama.DescribeConfigsRequest{
		Version: 2, Resources: []*sarama.ConfigResource{{Type: sarama.TopicResource, Name: topic}},
	})
	if err != nil {
		return nil, s.fault(s.addr, err)
	}
	var all []Option
	for _, r := range resp.Resources {
		if code := sarama.KError(r.ErrorCode); !errors.Is(code, sarama.ErrNoError) {
			return nil, topicFault(Topic{Name: topic}, code, &r.ErrorMsg, s.c.Security.User, 0)
		}
		for _, e := range r.Configs {
			if !e.Sensitive {
				all = append(all, Option{e.Name, e.Value, e.Source == sarama.SourceTopic})
			}
		}
	}
	slices.SortFunc(all, func(a, b Option) int {
		if a.Own != b.Own {
			if a.Own {
				return -1
			}
			return 1
		}
		return strings.Compare(a.Name, b.Name)
	})
	return all, nil
}
