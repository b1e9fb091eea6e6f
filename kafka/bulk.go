package kafka

import (
	"context"
	"errors"
	"iter"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/IBM/sarama"

	"streamtray/internal/pause"
)

// SendAll sends records until there are no more, one fails or ctx ends, and says how many arrived; an error that comes with
// a record is the end too. Those with a key go to the partition of their key, the others a batch to each partition in turn.
// It rides out a broker that is away for half a minute; what was under way then may arrive twice.
func (c *Cluster) SendAll(ctx context.Context, records iter.Seq2[Record, error]) (arrived int, err error) {
	return c.sendAll(ctx, false, records)
}

// CopyAll is SendAll for records that were on a topic before: each goes to the partition that it names, with the time that
// it has.
func (c *Cluster) CopyAll(ctx context.Context, records iter.Seq2[Record, error]) (arrived int, err error) {
	return c.sendAll(ctx, true, records)
}

// Bounds of a batch, below the 1 MB that brokers take by default (message.max.bytes), of how many are being filled, and of how
// long a record waits for others.
const (
	bulkBytes   = 960 << 10
	bulkBatches = 32
	bulkLinger  = 20 * time.Millisecond
)

// Bounds of sending a batch again.
const (
	bulkTries = 120
	bulkPause = 250 * time.Millisecond
)

// bulk sends records in batches that it makes itself. sarama's producer hands each record through five goroutines, which
// takes ten times the processor's time of all else (BENCHMARKS.md, Records).
type bulk struct {
	ctx     context.Context //nolint:containedctx // ends with the first failure
	fail    context.CancelCauseFunc
	client  *client
	copies  bool
	arrived atomic.Int64
	under   sync.WaitGroup

	mu      sync.Mutex // of what follows
	filling map[partition]*bulkBatch
	earlier map[partition]chan struct{} // closed when the batch sent before has been answered
	next    map[string]int32            // the partition for records without a key, by topic
	spread  map[string]*spread          // by topic
}

// partition is one of a topic.
type partition struct {
	topic  string
	number int32
}

// spread is where a topic's records go.
type spread struct {
	partitions int32
	byKey      sarama.Partitioner
}

// bulkBatch is records for one partition.
type bulkBatch struct {
	*sarama.RecordBatch
	bytes int
	begun time.Time
	room  []sarama.Record // for those to come: one by one, each would be an object for the garbage collector
}

func (c *Cluster) sendAll(ctx context.Context, copies bool, records iter.Seq2[Record, error]) (int, error) {
	ctx, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	client, err := c.client(ctx, nil)
	if err != nil {
		return 0, err
	}
	defer client.close()
	b := &bulk{
		ctx: ctx, fail: fail, client: client, copies: copies, filling: map[partition]*bulkBatch{},
		earlier: map[partition]chan struct{}{}, next: map[string]int32{}, spread: map[string]*spread{},
	}
	var lingering sync.WaitGroup
	over, end := context.WithCancel(ctx)
	lingering.Go(func() {
		for pause.For(over, bulkLinger) {
			b.sendOlder(time.Now().Add(-bulkLinger))
		}
	})
	err = b.add(records)
	end()
	lingering.Wait()
	b.sendOlder(time.Now())
	b.under.Wait()
	if failed := context.Cause(ctx); failed != nil {
		err = failed
	}
	return int(b.arrived.Load()), err
}

// add puts records into batches, and sends those that are full.
func (b *bulk) add(records iter.Seq2[Record, error]) error {
	for r, err := range records {
		if err == nil {
			err = b.put(&r)
		}
		if err == nil {
			err = context.Cause(b.ctx)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (b *bulk) put(r *Record) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	p, err := b.place(r)
	if err != nil {
		return err
	}
	batch := b.filling[p]
	if batch == nil {
		if len(b.filling) == bulkBatches {
			b.sendLargest()
		}
		batch = newBulkBatch()
		b.filling[p] = batch
	}
	at := batch.begun
	if b.copies {
		at = r.Time
	}
	if batch.add(r, at); batch.bytes >= bulkBytes {
		b.send(p)
	}
	return nil
}

// place is where a record goes.
func (b *bulk) place(r *Record) (partition, error) {
	if b.copies {
		return partition{r.Topic, r.Partition}, nil
	}
	s := b.spread[r.Topic]
	if s == nil {
		all, err := b.client.Partitions(r.Topic)
		if err != nil {
			return partition{}, b.client.fault(r.Topic, err)
		}
		s = &spread{int32(len(all)), sarama.NewHashPartitioner(r.Topic)} //nolint:gosec // a topic has thousands at most
		b.spread[r.Topic] = s
	}
	if r.Key == nil {
		return partition{r.Topic, b.next[r.Topic]}, nil
	}
	number, err := s.byKey.Partition(message(*r), s.partitions)
	return partition{r.Topic, number}, err
}

func newBulkBatch() *bulkBatch {
	return &bulkBatch{begun: time.Now(), RecordBatch: &sarama.RecordBatch{
		Version: 2, ProducerID: -1, ProducerEpoch: -1, FirstSequence: -1, // of no transaction
	}}
}

func (b *bulkBatch) add(r *Record, at time.Time) {
	if len(b.Records) == 0 {
		b.FirstTimestamp, b.MaxTimestamp = at, at
	}
	if len(b.room) == 0 {
		b.room = make([]sarama.Record, max(16, len(b.Records)))
	}
	rec := &b.room[0]
	b.room = b.room[1:]
	rec.Key, rec.Value = r.Key, r.Value
	rec.OffsetDelta, rec.TimestampDelta = int64(len(b.Records)), at.Sub(b.FirstTimestamp)
	for _, h := range r.Headers {
		rec.Headers = append(rec.Headers, &sarama.RecordHeader{Key: []byte(h.Key), Value: h.Value})
		b.bytes += len(h.Key) + len(h.Value)
	}
	if at.After(b.MaxTimestamp) {
		b.MaxTimestamp = at
	}
	b.LastOffsetDelta = int32(len(b.Records)) //nolint:gosec // a batch is below 1 MB
	b.Records = append(b.Records, rec)
	const around = 12 // bytes of lengths and the like
	b.bytes += len(r.Key) + len(r.Value) + around
}

// sendOlder sends the batches that were begun at a time or before.
func (b *bulk) sendOlder(than time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for p, batch := range b.filling {
		if !batch.begun.After(than) {
			b.send(p)
		}
	}
}

// sendLargest makes room for another batch.
func (b *bulk) sendLargest() {
	var largest partition
	for p, batch := range b.filling {
		if most := b.filling[largest]; most == nil || batch.bytes > most.bytes {
			largest = p
		}
	}
	b.send(largest)
}

// send sends the batch of a partition while the next one is filled. One is under way to each partition, so that they arrive
// in order: it waits for the one before.
func (b *bulk) send(p partition) {
	batch := b.filling[p]
	delete(b.filling, p)
	if s := b.spread[p.topic]; s != nil && p.number == b.next[p.topic] {
		b.next[p.topic] = (p.number + 1) % s.partitions
	}
	if before := b.earlier[p]; before != nil {
		<-before
	}
	answered := make(chan struct{})
	b.earlier[p] = answered
	b.under.Go(func() {
		defer close(answered)
		if err := b.deliver(p, batch.RecordBatch); err != nil {
			b.fail(err)
			return
		}
		b.arrived.Add(int64(len(batch.Records)))
	})
}

// deliver sends a batch until the broker has taken it, or for half a minute. A batch that is too large for the topic is halved.
func (b *bulk) deliver(p partition, batch *sarama.RecordBatch) error {
	var err error
	for range bulkTries {
		if b.ctx.Err() != nil {
			return context.Cause(b.ctx)
		}
		if err = b.produce(p, batch); err == nil {
			return nil
		}
		if errors.Is(err, sarama.ErrMessageSizeTooLarge) && len(batch.Records) > 1 {
			first, second := halves(batch)
			if err := b.deliver(p, first); err != nil {
				return err
			}
			return b.deliver(p, second)
		}
		if !passing(err) {
			break
		}
		pause.For(b.ctx, bulkPause)
		_ = b.client.RefreshMetadata(p.topic) // a leader that is not known yet is asked for again
	}
	return b.client.fault(p.topic, err)
}

// passing reports whether an error goes away by itself: the broker is away, or another one leads now.
func passing(err error) bool {
	var answer sarama.KError
	if !errors.As(err, &answer) {
		return !errors.As(err, new(sarama.PacketEncodingError)) // what cannot be sent at all
	}
	return moving(answer) || slices.Contains([]sarama.KError{
		sarama.ErrNotEnoughReplicas, sarama.ErrNotEnoughReplicasAfterAppend, sarama.ErrRequestTimedOut, sarama.ErrBrokerNotAvailable, sarama.ErrNetworkException,
	}, answer)
}

func halves(batch *sarama.RecordBatch) (first, second *sarama.RecordBatch) {
	part := func(records []*sarama.Record) *sarama.RecordBatch {
		half := newBulkBatch() // sarama keeps the bytes of a batch that it has encoded
		half.FirstTimestamp, half.MaxTimestamp = batch.FirstTimestamp, batch.MaxTimestamp
		half.Records, half.LastOffsetDelta = records, int32(len(records)-1) //nolint:gosec // less than the whole
		for i, r := range records {
			r.OffsetDelta = int64(i)
		}
		return half.RecordBatch
	}
	middle := len(batch.Records) / 2
	return part(batch.Records[:middle]), part(batch.Records[middle:])
}

// produce sends a batch to the partition's leader and waits for its answer.
func (b *bulk) produce(p partition, batch *sarama.RecordBatch) error {
	leader, err := b.client.Leader(p.topic, p.number)
	if err != nil {
		return err
	}
	request := &sarama.ProduceRequest{RequiredAcks: sarama.WaitForAll, Timeout: 10_000, Version: 7}
	request.AddBatch(p.topic, p.number, batch)
	answer, err := leader.Produce(request)
	if err != nil {
		_ = leader.Close() // it is connected to anew
		return err
	}
	if block := answer.GetBlock(p.topic, p.number); block != nil && block.Err != sarama.ErrNoError {
		return block.Err
	}
	return nil
}
