package kafka

import (
	"context"
	"errors"

	"github.com/IBM/sarama"
)

// RemoveRecords has the cluster delete each partition's records before the Latest of its Offset, for good: a record that
// came after that Offset was asked for stays. Topics, their options and the count of their offsets stay, too.
func (c *Cluster) RemoveRecords(ctx context.Context, before map[string][]Offset) error {
	s, err := c.session(ctx)
	if err != nil {
		return err
	}
	defer s.close()
	var names []string
	for name := range before {
		names = append(names, name)
	}
	meta, err := s.metadata(names)
	if err != nil {
		return err
	}
	found := byName(meta)
	byLeader := map[int32]*sarama.DeleteRecordsRequest{}
	for name, offsets := range before {
		if err := usable(Topic{Name: name}, found[name]); err != nil {
			return err
		}
		for _, o := range offsets {
			leader, ok := leaderOf(found[name], o.Partition)
			if !ok {
				return offsetFault(name, o.Partition, sarama.ErrUnknownTopicOrPartition)
			}
			req := byLeader[leader]
			if req == nil {
				req = &sarama.DeleteRecordsRequest{Version: 1, Timeout: adminTime, Topics: map[string]*sarama.DeleteRecordsRequestTopic{}}
				byLeader[leader] = req
			}
			if req.Topics[name] == nil {
				req.Topics[name] = &sarama.DeleteRecordsRequestTopic{PartitionOffsets: map[int32]int64{}}
			}
			req.Topics[name].PartitionOffsets[o.Partition] = o.Latest
		}
	}
	var errs []error
	for leader, req := range byLeader {
		b, err := s.byID(meta, leader)
		if err == nil {
			err = s.removeRecords(b, req)
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

func leaderOf(t *sarama.TopicMetadata, partition int32) (int32, bool) {
	for _, p := range t.Partitions {
		if p.ID == partition {
			return p.Leader, true
		}
	}
	return 0, false
}

func (s *session) removeRecords(b *sarama.Broker, req *sarama.DeleteRecordsRequest) error {
	resp, err := b.DeleteRecords(req)
	if err != nil {
		return s.fault(b.Addr(), err)
	}
	var errs []error
	for name, t := range req.Topics {
		answers := resp.Topics[name]
		for id := range t.PartitionOffsets {
			if answers == nil || answers.Partitions[id] == nil {
				errs = append(errs, offsetFault(name, id, sarama.ErrUnknown))
			} else if answer := answers.Partitions[id].Err; !errors.Is(answer, sarama.ErrNoError) {
				errs = append(errs, offsetFault(name, id, answer))
			}
		}
	}
	return errors.Join(errs...)
}

// RemoveGroups has the cluster forget consumer groups with what they have read. A group with programs in it is GroupBusy,
// and stays.
func (c *Cluster) RemoveGroups(ctx context.Context, names []string) error {
	cl, err := c.client(ctx, func(conf *sarama.Config) { conf.Metadata.Full = true })
	if err != nil {
		return err
	}
	defer cl.close()
	admin, err := sarama.NewClusterAdminFromClient(cl.Client)
	if err != nil {
		return cl.link.fault(cl.addr, err)
	}
	var errs []error
	for _, name := range names {
		err := admin.DeleteConsumerGroup(name)
		switch {
		case err == nil, errors.Is(err, sarama.ErrGroupIDNotFound):
		case errors.Is(err, sarama.ErrNonEmptyGroup):
			errs = append(errs, fault(GroupBusy, args{"Group": name}, err))
		default:
			errs = append(errs, cl.link.fault(cl.addr, err))
		}
	}
	return errors.Join(errs...)
}
