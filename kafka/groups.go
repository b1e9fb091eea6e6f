package kafka

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/IBM/sarama"
)

// Group is a consumer group and how far behind it is.
type Group struct {
	Name    string
	State   string           // as Kafka names it: Stable, Empty, ...
	Members int              // programs in it now
	Lag     map[string]int64 // records not yet read, by topic; only of partitions that the group has read before
	Reads   []GroupPart      // the same partition by partition, by topic and number
}

// GroupPart is how far a group has read a partition.
type GroupPart struct {
	Topic     string
	Partition int32
	Next, End int64 // the offset that it reads next, and that of the next record to be written
}

// Lag is how many records it has not yet read.
func (p GroupPart) Lag() int64 { return max(0, p.End-p.Next) }

// Behind is the group's lag over all topics.
func (g Group) Behind() int64 {
	var all int64
	for _, lag := range g.Lag {
		all += lag
	}
	return all
}

// Groups returns the cluster's consumer groups by name. It only reads.
func (c *Cluster) Groups(ctx context.Context) ([]Group, error) {
	cl, err := c.client(ctx, func(conf *sarama.Config) { conf.Metadata.Full = true })
	if err != nil {
		return nil, err
	}
	defer cl.close()
	admin, err := sarama.NewClusterAdminFromClient(cl.Client)
	if err != nil {
		return nil, cl.link.fault(cl.addr, err)
	}
	all, err := admin.ListConsumerGroups()
	if err != nil {
		return nil, cl.link.fault(cl.addr, err)
	}
	maps.DeleteFunc(all, func(_, kind string) bool { return kind != "consumer" })
	if len(all) == 0 {
		return nil, nil
	}
	described, err := admin.DescribeConsumerGroups(slices.Collect(maps.Keys(all)))
	if err != nil {
		return nil, cl.link.fault(cl.addr, err)
	}
	read := make([]map[string]map[int32]int64, len(described))
	for i, d := range described {
		if read[i], err = cl.positions(admin, d.GroupId); err != nil {
			return nil, err
		}
	}
	ends, err := c.ends(ctx, read)
	if err != nil {
		return nil, err
	}
	groups := make([]Group, len(described))
	for i, d := range described {
		groups[i] = Group{Name: d.GroupId, State: d.State, Members: len(d.Members), Lag: map[string]int64{}, Reads: reads(read[i], ends)}
		for _, p := range groups[i].Reads {
			groups[i].Lag[p.Topic] += p.Lag()
		}
	}
	slices.SortFunc(groups, func(a, b Group) int { return strings.Compare(a.Name, b.Name) })
	return groups, nil
}

// positions are the offsets that a group will read next, by topic and partition.
func (c *client) positions(admin sarama.ClusterAdmin, group string) (map[string]map[int32]int64, error) {
	resp, err := admin.ListConsumerGroupOffsets(group, nil)
	if err == nil && !errors.Is(resp.Err, sarama.ErrNoError) {
		err = resp.Err
	}
	if err != nil {
		return nil, c.link.fault(c.addr, err)
	}
	read := map[string]map[int32]int64{}
	for topic, parts := range resp.Blocks {
		for id, block := range parts {
			if block.Offset < 0 {
				continue
			}
			if read[topic] == nil {
				read[topic] = map[int32]int64{}
			}
			read[topic][id] = block.Offset
		}
	}
	return read, nil
}

// ends counts the topics that any group has read. A topic that is gone by now is left out.
func (c *Cluster) ends(ctx context.Context, read []map[string]map[int32]int64) (map[string][]Offset, error) {
	have, err := c.List(ctx)
	if err != nil {
		return nil, err
	}
	var topics []string
	for _, t := range have {
		if slices.ContainsFunc(read, func(g map[string]map[int32]int64) bool { return g[t.Name] != nil }) {
			topics = append(topics, t.Name)
		}
	}
	return c.Counts(ctx, topics)
}

func reads(read map[string]map[int32]int64, ends map[string][]Offset) []GroupPart {
	var all []GroupPart
	for topic, parts := range read {
		for _, end := range ends[topic] {
			if next, ok := parts[end.Partition]; ok {
				all = append(all, GroupPart{topic, end.Partition, next, end.Latest})
			}
		}
	}
	slices.SortFunc(all, func(a, b GroupPart) int {
		return cmp.Or(strings.Compare(a.Topic, b.Topic), int(a.Partition-b.Partition))
	})
	return all
}
