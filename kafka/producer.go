package kafka

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/IBM/sarama"
)

// Producer sends records for as long as it is open. It rides out a broker that is away for half a
// minute.
type Producer struct {
	client    *client
	async     sarama.AsyncProducer
	delivered func(Record, error)
	cancel    context.CancelFunc
	done      sync.WaitGroup // the goroutine that reports deliveries
	under     sync.WaitGroup // records under way

	mu      sync.RWMutex  // held by those who send, so that Close can wait for them
	closing chan struct{} // closed when Close begins
	once    sync.Once
}

// errClosed is what sending with a closed Producer returns.
var errClosed = errors.New("kafka producer: closed")

// NewProducer connects, for which ctx is; the producer itself lives until Close. After each record, delivered is told
// where it went, or why it did not: one call at a time, in no order across partitions. It may be nil, and must not
// block for long, since what waits for it waits in memory of limited size.
func (c *Cluster) NewProducer(ctx context.Context, delivered func(Record, error)) (*Producer, error) {
	life, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, cancel)
	p := &Producer{delivered: delivered, cancel: cancel, closing: make(chan struct{})}
	if p.delivered == nil {
		p.delivered = func(Record, error) {}
	}
	var err error
	if p.client, err = c.client(life, patient(life)); err != nil {
		cancel()
		return nil, err
	}
	if p.async, err = sarama.NewAsyncProducerFromClient(p.client.Client); err != nil {
		err = p.client.fault("", err)
		p.client.close()
		cancel()
		return nil, err
	}
	if !stop() { // ctx ended while we connected
		_ = p.async.Close()
		p.client.close()
		return nil, ctx.Err()
	}
	p.done.Go(p.report)
	return p, nil
}

// forProducer is for records that are sent while somebody waits for them.
func forProducer(conf *sarama.Config) {
	conf.Producer.RequiredAcks = sarama.WaitForAll
	conf.Producer.Return.Successes, conf.Producer.Return.Errors = true, true
	conf.Producer.Retry.Max = 0
}

// patient is for records that may wait until a broker is back, until life ends. sarama asks for a leader this often
// before it counts a failure, and after three of them refuses everything for ten seconds.
func patient(life context.Context) func(*sarama.Config) {
	pause := func(int, int) time.Duration {
		if life.Err() != nil {
			return 0
		}
		return 250 * time.Millisecond
	}
	return func(conf *sarama.Config) {
		forProducer(conf)
		conf.Producer.Retry.Max, conf.Producer.Retry.BackoffFunc = 120, pause
		conf.Producer.Retry.MaxBufferBytes = 32 << 20
		conf.Metadata.Retry.Max, conf.Metadata.Retry.BackoffFunc = 120, pause
		conf.Metadata.RefreshFrequency = time.Minute
	}
}

// Send hands over one record to be sent. It waits while the buffer is full; the error is ctx's or that of a closed
// producer. What becomes of the record is told to delivered.
func (p *Producer) Send(ctx context.Context, r Record) error {
	p.mu.RLock()
	defer p.mu.RUnlock()
	m := message(r)
	m.Metadata = r
	select {
	case <-p.closing:
		return errClosed
	default:
	}
	p.under.Add(1)
	select {
	case p.async.Input() <- m:
		return nil
	case <-p.closing:
		p.under.Done()
		return errClosed
	case <-ctx.Done():
		p.under.Done()
		return ctx.Err()
	}
}

// report tells what becomes of each record, until the producer is closed and nothing is under way any more.
func (p *Producer) report() {
	sent, failed := p.async.Successes(), p.async.Errors()
	for sent != nil || failed != nil {
		select {
		case m, ok := <-sent:
			if !ok {
				sent = nil
				continue
			}
			p.delivered(delivered(m), nil)
			p.under.Done()
		case e, ok := <-failed:
			if !ok {
				failed = nil
				continue
			}
			p.delivered(delivered(e.Msg), p.client.fault(e.Msg.Topic, e.Err))
			p.under.Done()
		}
	}
}

func delivered(m *sarama.ProducerMessage) Record {
	r, _ := m.Metadata.(Record)
	r.Partition, r.Offset, r.Time = m.Partition, m.Offset, m.Timestamp
	return r
}

// Close sends what was handed over and waits until delivered has been told of every record. When ctx ends first, the
// rest fails. Closing again does nothing.
func (p *Producer) Close(ctx context.Context) error {
	p.once.Do(func() {
		close(p.closing)
		p.mu.Lock() // the last sender has left
		sent := make(chan struct{})
		p.mu.Unlock()
		// sarama drops what it is just about to try again when it is closed, so it is closed when nothing is under way.
		p.done.Go(func() {
			p.under.Wait()
			close(sent)
		})
		select {
		case <-sent:
		case <-ctx.Done():
			p.cancel()
		}
		p.async.AsyncClose()
		p.done.Wait()
		p.client.close()
		p.cancel()
	})
	return ctx.Err()
}

// Send sends one record and returns where it went. For more than a few, SendAll or a Producer is much faster.
func (c *Cluster) Send(ctx context.Context, r Record) (Record, error) {
	cl, err := c.client(ctx, forProducer)
	if err != nil {
		return Record{}, err
	}
	defer cl.close()
	return cl.send(r)
}

func (c *client) send(r Record) (Record, error) {
	sync, err := sarama.NewSyncProducerFromClient(c.Client)
	if err != nil {
		return Record{}, c.fault(r.Topic, err)
	}
	defer sync.Close() // nothing is under way
	r.Partition, r.Offset, err = sync.SendMessage(message(r))
	if err != nil {
		return Record{}, c.fault(r.Topic, err)
	}
	return r, nil
}
