package kafka

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/IBM/sarama"
)

// Consume reads topics as a member of a consumer group and hands each record to handle, until ctx ends or handle
// returns an error. One goroutine for each partition calls handle, so several calls may run at once. A record counts
// as read once handle has returned nil; the position is kept in Kafka and survives. A new group begins at from,
// either FromStart or FromEnd. The error is nil when ctx has ended.
func (c *Cluster) Consume(ctx context.Context, group string, topics []string, from From, handle func(Record) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	// Leaving the group takes a connection that outlives ctx for a moment.
	life, end := context.WithCancel(context.WithoutCancel(ctx))
	defer end()
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(c.answerTime(), end) })
	defer stop()

	cl, err := c.client(life, forConsumer(from))
	if err != nil {
		return err
	}
	defer cl.close()
	member, err := sarama.NewConsumerGroupFromClient(group, cl.Client)
	if err != nil {
		return cl.fault(strings.Join(topics, ", "), err)
	}
	defer member.Close() // the positions are committed when a round ends
	for ctx.Err() == nil {
		if err := member.Consume(ctx, topics, &round{handle: handle, stop: cancel}); err != nil && ctx.Err() == nil {
			return cl.fault(strings.Join(topics, ", "), err)
		}
	}
	var refused *refusal
	if errors.As(context.Cause(ctx), &refused) {
		return refused.error
	}
	return nil
}

// refusal is the error of a handler that will have no more records.
type refusal struct{ error }

func forConsumer(from From) func(*sarama.Config) {
	return func(conf *sarama.Config) {
		conf.Consumer.Offsets.Initial = sarama.OffsetNewest
		if from == FromStart {
			conf.Consumer.Offsets.Initial = sarama.OffsetOldest
		}
		conf.Consumer.Group.Rebalance.Retry.Max = 4
		conf.Consumer.Fetch.Max = 32 << 20
		conf.ChannelBufferSize = 64
		conf.Metadata.Retry.Max = 3
	}
}

// round is the group's work between two rebalances.
type round struct {
	handle func(Record) error
	stop   context.CancelCauseFunc
}

func (r *round) Setup(sarama.ConsumerGroupSession) error   { return nil }
func (r *round) Cleanup(sarama.ConsumerGroupSession) error { return nil }

// ConsumeClaim reads one partition for as long as it is ours.
func (r *round) ConsumeClaim(session sarama.ConsumerGroupSession, claim sarama.ConsumerGroupClaim) error {
	for {
		select {
		case <-session.Context().Done():
			return nil
		case m, ok := <-claim.Messages():
			if !ok {
				return nil
			}
			if err := r.handle(received(m)); err != nil {
				r.stop(&refusal{err})
				return nil //nolint:nilerr // Consume gives it to the caller
			}
			session.MarkMessage(m, "")
		}
	}
}
