package kafka

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"time"

	"github.com/IBM/sarama"
)

// CanaryTopic is the topic that Canary writes to and reads from.
const CanaryTopic = "streamtray-canary"

// Canary is how a test record fared.
type Canary struct {
	Written time.Duration // until the broker had it for sure
	Read    time.Duration // from then until it was read back
	Offset  int64
}

// RoundTrip is the whole way of the record.
func (c Canary) RoundTrip() time.Duration { return c.Written + c.Read }

// Note tells the result to a user.
func (c Canary) Note() Note {
	return Note{"kafka.canary", args{
		"Topic": CanaryTopic, "RoundTrip": c.RoundTrip().Round(time.Microsecond).String(), "Offset": c.Offset,
	}}
}

// Canary writes one record to CanaryTopic and reads it back: the proof that nothing else gives. It creates the topic
// when it is missing, with one partition whose records are deleted after a minute. Since it writes, it is only for
// those who ask for it.
func (c *Cluster) Canary(ctx context.Context) (Canary, error) {
	outcomes, err := c.Apply(ctx, []Topic{{
		Name: CanaryTopic, Partitions: 1,
		Config: map[string]string{"retention.ms": "60000", "cleanup.policy": "delete"},
	}}, false)
	if err == nil {
		err = outcomes[0].Err
	}
	if err != nil {
		return Canary{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, max(c.answerTime(), 10*time.Second))
	defer cancel()
	cl, err := c.client(ctx, forProducer)
	if err != nil {
		return Canary{}, err
	}
	defer cl.close()
	return cl.canary()
}

// canary sends one record and fetches it by a request of its own: sarama's consumer would add the tenth of a second
// that it collects partitions for.
func (c *client) canary() (Canary, error) {
	mark := []byte(rand.Text())
	start := time.Now()
	sent, err := c.send(Record{Topic: CanaryTopic, Value: mark})
	if err != nil {
		return Canary{}, err
	}
	result := Canary{Written: time.Since(start), Offset: sent.Offset}
	leader, err := c.Leader(CanaryTopic, sent.Partition)
	if err != nil {
		return Canary{}, c.fault(CanaryTopic, err)
	}
	req := &sarama.FetchRequest{Version: 4, MaxWaitTime: 500, MinBytes: 1, MaxBytes: 1 << 20}
	req.AddBlock(CanaryTopic, sent.Partition, sent.Offset, 1<<20, -1)
	for c.ctx.Err() == nil {
		resp, err := leader.Fetch(req)
		if err != nil {
			return Canary{}, c.fault(CanaryTopic, err)
		}
		block := resp.GetBlock(CanaryTopic, sent.Partition)
		if block == nil || !errors.Is(block.Err, sarama.ErrNoError) {
			return Canary{}, fault(CanaryLost, args{"Topic": CanaryTopic}, blockErr(block))
		}
		if holds(block, mark) {
			result.Read = time.Since(start) - result.Written
			return result, nil
		}
	}
	return Canary{}, fault(CanaryLost, args{"Topic": CanaryTopic}, c.ctx.Err())
}

func blockErr(block *sarama.FetchResponseBlock) error {
	if block == nil {
		return sarama.ErrIncompleteResponse
	}
	return block.Err
}

// holds reports whether a record with the value is in what was fetched.
func holds(block *sarama.FetchResponseBlock, value []byte) bool {
	for _, set := range block.RecordsSet {
		if set.RecordBatch == nil {
			continue
		}
		for _, r := range set.RecordBatch.Records {
			if bytes.Equal(r.Value, value) {
				return true
			}
		}
	}
	return false
}
