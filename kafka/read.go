package kafka

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"slices"
	"sync"
	"time"

	"github.com/IBM/sarama"

	"streamtray/internal/pause"
)

// Reading says what of a topic is to be read. It begins Back from the end, unless At or Since says where.
type Reading struct {
	Topic     string
	Partition *int32 // nil: all of them

	Back  From      // records before the end of each partition, or one of its ends
	At    *int64    // from this offset on, or from the one next to it that is kept
	Since time.Time // from the first record of this time or later, by the records' own times

	// ToEnd has reading end with the last record that was there when it began; else it goes on with what comes.
	ToEnd bool
	// Match chooses records where they are read; nil: all. It is called by several goroutines at once.
	Match func(*Record) bool
}

// Batch is what was read at once: of one partition, in order.
type Batch struct {
	Records []Record // those that match; never empty unless Scanned or Caught says something
	Scanned int      // how many records were looked at for that
	Caught  bool     // every partition has been read to its end as it was at some moment of this reading
}

// Tail reads a topic as it grows, record by record: see Read.
func (c *Cluster) Tail(ctx context.Context, topic string, from From) iter.Seq2[Record, error] {
	return Each(c.Read(ctx, Reading{Topic: topic, Back: from}))
}

// Each gives the records of batches one by one.
func Each(batches iter.Seq2[Batch, error]) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		for b, err := range batches {
			if err != nil {
				yield(Record{}, err)
				return
			}
			for _, r := range b.Records {
				if !yield(r, nil) {
					return
				}
			}
		}
	}
}

// Read reads a topic: each partition in order, until the loop breaks, ctx ends or, with ToEnd, all has been read. It
// belongs to no group, keeps no position and creates nothing. A slow reader slows the reading down; nothing is dropped.
// Records of transactions come whether those were committed or not. A partition whose leader moves is read on from the
// new one. An error comes once, with the zero Batch, and is the end.
func (c *Cluster) Read(ctx context.Context, what Reading) iter.Seq2[Batch, error] {
	return func(yield func(Batch, error) bool) {
		r := &reader{c: c, what: what, batches: make(chan Batch, batchesAhead)}
		moved := 0
		for {
			before := r.seen
			more, err := r.attempt(ctx, yield)
			if !more || ctx.Err() != nil {
				return
			}
			if r.seen > before {
				moved = 0
			}
			if !errors.Is(err, errMoved) || moved >= mostMoves {
				yield(Batch{}, unmoved(err))
				return
			}
			moved++
			pause.For(ctx, movePause)
		}
	}
}

// How a reading is cut up. What is held of it at once is at most batchesAhead and two more answers for each leader.
const (
	batchesAhead   = 2
	mostOfAnswer   = 8 << 20 // bytes
	mostOfPart     = 2 << 20
	waitForRecords = 500 * time.Millisecond
	answerRecords  = 10 * time.Second

	mostMoves = 20 // looks for a new leader without a record in between
	movePause = 250 * time.Millisecond
)

// errMoved is why a partition has to be looked for again; it wraps what the broker said.
var errMoved = errors.New("the partition's leader moved")

type movedError struct{ fault error }

func (e *movedError) Error() string        { return e.fault.Error() }
func (e *movedError) Is(target error) bool { return target == errMoved }
func (e *movedError) Unwrap() error        { return e.fault }

// unmoved is what a user reads of an error.
func unmoved(err error) error {
	var m *movedError
	if errors.As(err, &m) {
		return m.fault
	}
	return err
}

// reader is one Read under way.
type reader struct {
	c       *Cluster
	what    Reading
	s       *session
	parts   []*position
	started bool
	batches chan Batch

	mu     sync.Mutex
	behind int   // partitions not yet read to an end
	seen   int64 // records looked at
	err    error // the first of an attempt
}

// position is how far a partition has been read. One goroutine at a time has it.
type position struct {
	partition int32
	leader    *sarama.Broker
	next      int64 // offset
	end       int64 // with ToEnd: where to stop
	caught    bool
}

// attempt reads until something fails, or there is nothing more to be done.
func (r *reader) attempt(ctx context.Context, yield func(Batch, error) bool) (more bool, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if err := r.open(ctx); err != nil {
		return true, err
	}
	defer r.s.close()
	defer cancel() // before that: it ends a fetch that waits for records
	if !r.run(ctx, cancel, yield) {
		return false, nil
	}
	return r.err != nil, r.err
}

// open connects, and learns where each partition is and, the first time, where reading begins.
func (r *reader) open(ctx context.Context) error {
	l, addr, err := r.c.reach(ctx, fetchLimit)
	if err != nil {
		return err
	}
	s, err := l.session(addr, answerRecords)
	if err != nil {
		return err
	}
	r.s = s
	if err := r.place(); err != nil {
		s.close()
		return err
	}
	return nil
}

// place learns where the partitions are led and, the first time, where reading begins.
func (r *reader) place() error {
	topic := r.what.Topic
	meta, err := r.s.metadata([]string{topic})
	if err != nil {
		return err
	}
	t := byName(meta)[topic]
	if err := usable(Topic{Name: topic}, t); err != nil {
		if r.started && t != nil {
			return &movedError{err} // no leader for a moment
		}
		return err
	}
	if !r.started {
		if err := r.begin(); err != nil {
			return err
		}
	}
	for _, p := range r.parts {
		i := slices.IndexFunc(t.Partitions, func(m *sarama.PartitionMetadata) bool { return m.ID == p.partition })
		if i < 0 {
			return offsetFault(topic, p.partition, sarama.ErrUnknownTopicOrPartition)
		}
		if p.leader, err = r.s.byID(meta, t.Partitions[i].Leader); err != nil {
			if r.started {
				err = &movedError{err}
			}
			return err
		}
	}
	r.started = true
	return nil
}

// begin finds where reading begins, and where it is to end.
func (r *reader) begin() error {
	counts, err := r.s.counts([]string{r.what.Topic})
	if err != nil {
		return err
	}
	since := map[int32]int64{}
	if !r.what.Since.IsZero() {
		led, err := r.s.leaders([]string{r.what.Topic})
		if err != nil {
			return err
		}
		found, err := r.s.offsets(led, r.what.Since.UnixMilli())
		if err != nil {
			return err
		}
		since = found[r.what.Topic]
	}
	for _, o := range counts[r.what.Topic] {
		if r.what.Partition != nil && *r.what.Partition != o.Partition {
			continue
		}
		p := &position{partition: o.Partition, next: begin(o, r.what.Back), end: o.Latest}
		if at, known := since[o.Partition]; known {
			p.next = at
			if at < 0 { // there is none yet
				p.next = o.Latest
			}
		}
		if r.what.At != nil {
			p.next = min(max(*r.what.At, o.Earliest), o.Latest)
		}
		r.parts = append(r.parts, p)
	}
	if r.what.Partition != nil && len(r.parts) == 0 {
		return final(NoPartition, args{"Topic": r.what.Topic, "Partition": *r.what.Partition, "Count": len(counts[r.what.Topic])}, nil)
	}
	r.behind = len(r.parts)
	return nil
}

// begin is the offset to read a partition from.
func begin(o Offset, from From) int64 {
	if from == FromStart {
		return o.Earliest
	}
	return max(o.Earliest, o.Latest-int64(max(from, 0)))
}

// run reads from all leaders at once and hands on what comes, until all of them have ended, which it makes them do when
// nobody takes any more: then it is false.
func (r *reader) run(ctx context.Context, cancel func(), yield func(Batch, error) bool) bool {
	byLeader := map[*sarama.Broker][]*position{}
	for _, p := range r.parts {
		byLeader[p.leader] = append(byLeader[p.leader], p)
	}
	r.err = nil
	var pullers sync.WaitGroup
	for leader, parts := range byLeader {
		pullers.Go(func() {
			if err := r.pull(ctx, leader, parts); err != nil {
				r.mu.Lock()
				defer r.mu.Unlock()
				r.err = cmp.Or(r.err, err)
				cancel()
			}
		})
	}
	ended := make(chan struct{})
	go func() {
		pullers.Wait()
		close(ended)
	}()
	defer func() {
		cancel()
		<-ended
	}()
	for {
		select {
		case b := <-r.batches:
			if !yield(b, nil) {
				return false
			}
		case <-ended:
			return r.rest(yield)
		}
	}
}

// rest hands on what was read before the readers ended.
func (r *reader) rest(yield func(Batch, error) bool) bool {
	for {
		select {
		case b := <-r.batches:
			if !yield(b, nil) {
				return false
			}
		default:
			return true
		}
	}
}

// pull reads a leader's partitions until ctx ends or, with ToEnd, they have been read.
func (r *reader) pull(ctx context.Context, b *sarama.Broker, parts []*position) error {
	for {
		req := &sarama.FetchRequest{
			Version: 11, MinBytes: 1, MaxBytes: mostOfAnswer, MaxWaitTime: int32(waitForRecords.Milliseconds()),
			SessionEpoch: -1, // no session: every request says all
		}
		open := parts[:0:0]
		for _, p := range parts {
			if r.what.ToEnd && p.next >= p.end {
				if !r.hand(ctx, r.catch(p, Batch{})) {
					return nil
				}
				continue
			}
			req.AddBlock(r.what.Topic, p.partition, p.next, mostOfPart, -1)
			open = append(open, p)
		}
		if parts = open; len(parts) == 0 {
			return nil
		}
		resp, err := b.Fetch(req)
		if ctx.Err() != nil {
			return nil //nolint:nilerr // nobody reads any more
		}
		if err != nil {
			return r.s.fault(b.Addr(), err)
		}
		for _, p := range parts {
			batch, err := r.take(p, resp.GetBlock(r.what.Topic, p.partition))
			if err != nil {
				return err
			}
			if !r.hand(ctx, batch) {
				return nil
			}
		}
		// The broker takes turns between partitions as they are asked for: one that is full must not starve the others.
		parts = append(parts[1:], parts[0])
	}
}

// hand gives a batch to whoever reads; one that says nothing is left out. False: ctx has ended.
func (r *reader) hand(ctx context.Context, b Batch) bool {
	if b.Scanned == 0 && !b.Caught {
		return true
	}
	select {
	case r.batches <- b:
		return true
	case <-ctx.Done():
		return false
	}
}

// take moves a partition on by what a leader answered about it.
func (r *reader) take(p *position, block *sarama.FetchResponseBlock) (Batch, error) {
	topic := r.what.Topic
	switch {
	case block == nil:
		return Batch{}, offsetFault(topic, p.partition, sarama.ErrUnknown)
	case errors.Is(block.Err, sarama.ErrNoError):
	case errors.Is(block.Err, sarama.ErrOffsetOutOfRange) && block.LogStartOffset > p.next: // deleted meanwhile
		p.next = block.LogStartOffset
		return Batch{}, nil
	case errors.Is(block.Err, sarama.ErrOffsetOutOfRange):
		return Batch{}, offsetFault(topic, p.partition, block.Err)
	default:
		return Batch{}, leaderFault(topic, p.partition, block.Err)
	}
	var b Batch
	for _, set := range block.RecordsSet {
		r.unpack(&b, p, set)
	}
	r.mu.Lock()
	r.seen += int64(b.Scanned)
	r.mu.Unlock()
	if p.next >= block.HighWaterMarkOffset || r.what.ToEnd && p.next >= p.end {
		b = r.catch(p, b)
	}
	return b, nil
}

// leaderFault tells a partition that is led elsewhere by now from real trouble.
func leaderFault(topic string, partition int32, answer sarama.KError) error {
	err := offsetFault(topic, partition, answer)
	others := []sarama.KError{sarama.ErrFencedLeaderEpoch, sarama.ErrUnknownLeaderEpoch, sarama.ErrUnknownTopicOrPartition}
	if moving(answer) || slices.Contains(others, answer) {
		return &movedError{err}
	}
	return err
}

// catch notes that a partition has been read to an end; the last one to do so says it.
func (r *reader) catch(p *position, b Batch) Batch {
	if p.caught {
		return b
	}
	p.caught = true
	r.mu.Lock()
	defer r.mu.Unlock()
	r.behind--
	b.Caught = r.behind == 0
	return b
}

// unpack adds the records of a set that are asked for.
func (r *reader) unpack(b *Batch, p *position, set *sarama.Records) {
	switch {
	case set.RecordBatch != nil:
		batch := set.RecordBatch
		if b.Records == nil && r.what.Match == nil {
			b.Records = make([]Record, 0, len(batch.Records))
		}
		for _, rec := range batch.Records {
			offset := batch.FirstOffset + rec.OffsetDelta
			if offset < p.next || batch.Control || r.past(p, offset) {
				continue
			}
			at := batch.FirstTimestamp.Add(rec.TimestampDelta)
			if batch.LogAppendTime {
				at = batch.MaxTimestamp
			}
			r.add(b, Record{Topic: r.what.Topic, Partition: p.partition, Offset: offset, Time: at, Key: rec.Key, Value: rec.Value, Headers: headersOf(rec.Headers)})
			p.next = offset + 1
		}
		if !batch.PartialTrailingRecord {
			p.next = max(p.next, batch.LastOffset()+1)
		}
	case set.MsgSet != nil:
		r.unpackOld(b, p, set.MsgSet)
	}
}

// unpackOld adds records as brokers before Kafka 0.11 kept them.
func (r *reader) unpackOld(b *Batch, p *position, set *sarama.MessageSet) {
	for _, block := range set.Messages {
		inner := block.Messages()
		for _, m := range inner {
			offset, at := m.Offset, m.Msg.Timestamp
			if m.Msg.Version >= 1 { // counted from the first of those that were packed together
				offset += block.Offset - inner[len(inner)-1].Offset
				if m.Msg.LogAppendTime {
					at = block.Msg.Timestamp
				}
			}
			if offset < p.next || r.past(p, offset) {
				continue
			}
			r.add(b, Record{Topic: r.what.Topic, Partition: p.partition, Offset: offset, Time: at, Key: m.Msg.Key, Value: m.Msg.Value})
			p.next = offset + 1
		}
	}
}

// past reports whether a record came after reading was to end.
func (r *reader) past(p *position, offset int64) bool { return r.what.ToEnd && offset >= p.end }

func (r *reader) add(b *Batch, rec Record) {
	b.Scanned++
	b.Records = append(b.Records, rec)
	last := len(b.Records) - 1
	if r.what.Match != nil && !r.what.Match(&b.Records[last]) {
		b.Records = b.Records[:last]
	}
}

func headersOf(all []*sarama.RecordHeader) []Header {
	if len(all) == 0 {
		return nil
	}
	own := make([]Header, len(all))
	for i, h := range all {
		own[i] = Header{string(h.Key), h.Value}
	}
	return own
}
