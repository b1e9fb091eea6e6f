package kafka

import (
	"context"
	"iter"
	"sync"
	"time"

	"github.com/IBM/sarama"
)

// Tail reads a topic as it grows: all its partitions, each in order, until the loop breaks or ctx ends. It belongs to
// no group, keeps no position and creates nothing. A slow reader slows the reading down; nothing is dropped. An error
// comes once, with the zero Record, and is the end.
func (c *Cluster) Tail(ctx context.Context, topic string, from From) iter.Seq2[Record, error] {
	return c.tail(ctx, topic, func(_ *client, o Offset) (int64, error) { return begin(o, from), nil })
}

// TailAt is a Tail that begins on each partition with the record at an offset, or with the one next to it that is kept.
func (c *Cluster) TailAt(ctx context.Context, topic string, offset int64) iter.Seq2[Record, error] {
	return c.tail(ctx, topic, func(_ *client, o Offset) (int64, error) {
		return min(max(offset, o.Earliest), o.Latest), nil
	})
}

// TailSince is a Tail that begins on each partition with the first record of a time or later, by the records' own times.
func (c *Cluster) TailSince(ctx context.Context, topic string, since time.Time) iter.Seq2[Record, error] {
	return c.tail(ctx, topic, func(cl *client, o Offset) (int64, error) {
		first, err := cl.GetOffset(topic, o.Partition, since.UnixMilli())
		if err == nil && first < 0 { // there is none yet
			first = o.Latest
		}
		return first, err
	})
}

// tail reads from the offset that first gives for each partition.
func (c *Cluster) tail(ctx context.Context, topic string, first func(*client, Offset) (int64, error)) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		t, err := c.openTail(ctx, topic, first)
		if err != nil {
			yield(Record{}, err)
			return
		}
		defer t.close()
		for {
			select {
			case <-ctx.Done():
				return
			case r := <-t.records:
				if !yield(r, nil) {
					return
				}
			case err := <-t.errs:
				yield(Record{}, t.client.fault(topic, err))
				return
			}
		}
	}
}

// tail is one Tail under way.
type tail struct {
	client   *client
	consumer sarama.Consumer
	parts    []sarama.PartitionConsumer
	records  chan Record
	errs     chan error
	done     <-chan struct{} // nobody takes records any more
	cancel   context.CancelFunc
	readers  sync.WaitGroup
}

func (c *Cluster) openTail(ctx context.Context, topic string, first func(*client, Offset) (int64, error)) (*tail, error) {
	// The two ends of each partition; also finds that the topic is there before sarama looks for it.
	counts, err := c.Counts(ctx, []string{topic})
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	t := &tail{records: make(chan Record, 64), errs: make(chan error, 1), done: ctx.Done(), cancel: cancel}
	if t.client, err = c.client(ctx, forTail); err != nil {
		cancel()
		return nil, err
	}
	if t.consumer, err = sarama.NewConsumerFromClient(t.client.Client); err != nil {
		err = t.client.fault(topic, err)
		t.client.close()
		cancel()
		return nil, err
	}
	for _, o := range counts[topic] {
		at, err := first(t.client, o)
		var part sarama.PartitionConsumer
		if err == nil {
			part, err = t.consumer.ConsumePartition(topic, o.Partition, at)
		}
		if err != nil {
			err = t.client.fault(topic, err)
			t.close()
			return nil, err
		}
		t.parts = append(t.parts, part)
		t.readers.Go(func() { t.read(part) })
	}
	return t, nil
}

func forTail(conf *sarama.Config) {
	forConsumer(FromEnd)(conf)
	conf.Consumer.Return.Errors = true
}

// begin is the offset to read a partition from.
func begin(o Offset, from From) int64 {
	if from == FromStart {
		return o.Earliest
	}
	return max(o.Earliest, o.Latest-int64(max(from, 0)))
}

// read hands on one partition's records until it is closed. Once nobody takes them it only empties the channels,
// which sarama needs to close them.
func (t *tail) read(part sarama.PartitionConsumer) {
	messages, errs := part.Messages(), part.Errors()
	for messages != nil || errs != nil {
		select {
		case m, ok := <-messages:
			if !ok {
				messages = nil
				continue
			}
			select {
			case t.records <- received(m):
			case <-t.done:
			}
		case e, ok := <-errs:
			if !ok {
				errs = nil
				continue
			}
			select {
			case t.errs <- e.Err:
			default: // one is enough
			}
		}
	}
}

func (t *tail) close() {
	t.cancel()
	for _, part := range t.parts {
		part.AsyncClose()
	}
	t.readers.Wait()
	_ = t.consumer.Close()
	t.client.close()
}
