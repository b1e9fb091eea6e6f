package kafka

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/IBM/sarama"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// numbered are n records on topic t, of size bytes, that begin with their number.
func numbered(n, size int, key func(i int) []byte) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		for i := range n {
			text := fmt.Sprintf("%08d", i)
			if !yield(Record{Topic: "t", Key: key(i), Value: []byte(text + strings.Repeat(".", size-len(text)))}, nil) {
				return
			}
		}
	}
}

func keyless(int) []byte { return nil }

// inOrder reads n records of topic t back, and fails where one is missing, twice there, or behind a later one of its partition.
func inOrder(t *testing.T, c *Cluster, n int) (perPartition map[int32]int) {
	t.Helper()
	seen, last, perPartition := map[string]bool{}, map[int32]string{}, map[int32]int{}
	for r, err := range Each(c.Read(soon(t), Reading{Topic: "t", Back: FromStart, ToEnd: true})) {
		if err != nil {
			t.Fatal(err)
		}
		number := string(r.Value[:8])
		if seen[number] || number <= last[r.Partition] {
			t.Errorf("%s stands behind %s, or twice", number, last[r.Partition])
		}
		seen[number], last[r.Partition] = true, number
		perPartition[r.Partition]++
	}
	if len(seen) != n {
		t.Errorf("%d records, want %d", len(seen), n)
	}
	return perPartition
}

func TestManyRecordsArriveOnceAndInOrder(t *testing.T) {
	_, c := fakeKafka(t, kfake.SeedTopics(3, "t"))
	const n = 60_000 // some batches for each partition
	if arrived, err := c.SendAll(soon(t), numbered(n, 100, keyless)); arrived != n || err != nil {
		t.Fatal(arrived, err)
	}
	if got := inOrder(t, c, n); len(got) != 3 {
		t.Errorf("they went to %v, want all three partitions", got)
	}
}

func TestRecordsOfAKeyGoToOnePartition(t *testing.T) {
	_, c := fakeKafka(t, kfake.SeedTopics(3, "t"))
	if arrived, err := c.SendAll(soon(t), numbered(900, 100, func(i int) []byte { return fmt.Append(nil, i%7) })); arrived != 900 || err != nil {
		t.Fatal(arrived, err)
	}
	inOrder(t, c, 900)
	of := map[string]int32{}
	for r, err := range Each(c.Read(soon(t), Reading{Topic: "t", Back: FromStart, ToEnd: true})) {
		if err != nil {
			t.Fatal(err)
		}
		if p, known := of[string(r.Key)]; known && p != r.Partition {
			t.Errorf("key %s is on %d and %d", r.Key, p, r.Partition)
		}
		of[string(r.Key)] = r.Partition
	}
}

// produced has the fake answer requests to produce by an error, as long as refuse gives one; bytes is the
// size of the batch.
func produced(fake *kfake.Cluster, refuse func(bytes int) *kerr.Error) {
	fake.ControlKey(kmsg.Produce.Int16(), func(req kmsg.Request) (kmsg.Response, error, bool) {
		fake.KeepControl()
		in := req.(*kmsg.ProduceRequest)
		refused := refuse(len(in.Topics[0].Partitions[0].Records))
		if refused == nil {
			return nil, nil, false
		}
		resp := req.ResponseKind().(*kmsg.ProduceResponse)
		topic, part := kmsg.NewProduceResponseTopic(), kmsg.NewProduceResponseTopicPartition()
		topic.Topic, part.Partition, part.ErrorCode = in.Topics[0].Topic, in.Topics[0].Partitions[0].Partition, refused.Code
		topic.Partitions = append(topic.Partitions, part)
		resp.Topics = append(resp.Topics, topic)
		return resp, nil, true
	})
}

func TestABatchIsSentAgainWhereTheLeaderMoved(t *testing.T) {
	fake, c := fakeKafka(t, kfake.SeedTopics(2, "t"))
	var refusals atomic.Int32
	produced(fake, func(int) *kerr.Error {
		if refusals.Add(1) <= 3 {
			return kerr.NotLeaderForPartition
		}
		return nil
	})
	const n = 40_000
	if arrived, err := c.SendAll(soon(t), numbered(n, 100, keyless)); arrived != n || err != nil {
		t.Fatal(arrived, err)
	}
	inOrder(t, c, n)
}

func TestABatchThatIsTooLargeForTheTopicIsHalved(t *testing.T) {
	fake, c := fakeKafka(t, kfake.SeedTopics(1, "t"))
	most := 3000
	produced(fake, func(bytes int) *kerr.Error {
		if bytes > most {
			return kerr.MessageTooLarge
		}
		return nil
	})
	if arrived, err := c.SendAll(soon(t), numbered(500, 200, keyless)); arrived != 500 || err != nil {
		t.Fatal(arrived, err)
	}
	inOrder(t, c, 500)
	// A single record cannot be halved.
	if arrived, err := c.SendAll(soon(t), numbered(1, 4000, keyless)); arrived != 0 || !errors.Is(err, sarama.ErrMessageSizeTooLarge) {
		t.Errorf("%d arrived, %v; want none", arrived, err)
	}
}

// What comes slowly, from a pipe or a keyboard, does not wait for a full batch.
func TestARecordDoesNotWaitForLaterOnes(t *testing.T) {
	_, c := fakeKafka(t, kfake.SeedTopics(1, "t"))
	arrived, err := c.SendAll(soon(t), func(yield func(Record, error) bool) {
		for i := range 2 {
			if !yield(Record{Topic: "t", Value: []byte{byte('a' + i)}}, nil) {
				return
			}
			for r, err := range Each(c.Read(soon(t), Reading{Topic: "t", Back: FromStart})) { // it is there before the next one is made
				if err != nil {
					t.Error(err)
				}
				if r.Offset == int64(i) {
					break
				}
			}
		}
	})
	if arrived != 2 || err != nil {
		t.Error(arrived, err)
	}
}

func TestSendingEndsWithItsContext(t *testing.T) {
	fake, c := fakeKafka(t, kfake.SeedTopics(1, "t"))
	ctx, cancel := context.WithCancel(soon(t))
	produced(fake, func(int) *kerr.Error { cancel(); return kerr.NotLeaderForPartition })
	if arrived, err := c.SendAll(ctx, numbered(10, 100, keyless)); arrived != 0 || !errors.Is(err, context.Canceled) {
		t.Errorf("%d arrived, %v", arrived, err)
	}
}
