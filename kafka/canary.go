package kafka

import (
	"bytes"
	"context"
	"crypto/rand"
	"time"
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
	t, err := c.openTail(ctx, CanaryTopic, FromEnd)
	if err != nil {
		return Canary{}, err
	}
	defer t.close()
	return t.canary(ctx)
}

// canary sends and awaits one record. Reading is under way before anything is written, as it is in an application.
func (t *tail) canary(ctx context.Context) (Canary, error) {
	mark := []byte(rand.Text())
	start := time.Now()
	sent, err := t.client.send(Record{Topic: CanaryTopic, Value: mark})
	if err != nil {
		return Canary{}, err
	}
	written := time.Since(start)
	for {
		select {
		case r := <-t.records:
			if r.Offset == sent.Offset && bytes.Equal(r.Value, mark) {
				return Canary{Written: written, Read: time.Since(start) - written, Offset: r.Offset}, nil
			}
		case err := <-t.errs:
			return Canary{}, t.client.fault(CanaryTopic, err)
		case <-ctx.Done():
			return Canary{}, fault(CanaryLost, args{"Topic": CanaryTopic}, ctx.Err())
		}
	}
}
