package kafka

import (
	"context"
	"errors"
	"time"

	"github.com/IBM/sarama"
)

// Record is one message on a topic. Partition, Offset and Time are the broker's to say; they mean nothing in a record
// to be sent.
type Record struct {
	Topic     string
	Partition int32
	Offset    int64
	Time      time.Time
	Key       []byte // nil: none
	Value     []byte
	Headers   []Header
}

// Header is one of a record's headers; a key may occur several times.
type Header struct {
	Key   string
	Value []byte
}

// From says where reading begins. Positive: that many records back on each partition.
type From int64

// The ends of a partition.
const (
	FromEnd   From = 0  // what arrives from now on
	FromStart From = -1 // the oldest record still kept
)

// client is a sarama client over guarded lines, for what takes more than single requests. Whoever opens it closes it.
type client struct {
	link
	sarama.Client
	addr string
}

// client connects to the first bootstrap address that answers as Kafka does. Its connections end with ctx. The tune
// function may adjust the configuration.
func (c *Cluster) client(ctx context.Context, tune func(*sarama.Config)) (*client, error) {
	l, addr, err := c.reach(ctx, fetchLimit)
	if err != nil {
		return nil, err
	}
	conf, err := c.config(l.d)
	if err != nil {
		return nil, err
	}
	conf.Net.ReadTimeout = max(conf.Net.ReadTimeout, 10*time.Second) // a fetch may wait, a leader may be busy
	if tune != nil {
		tune(conf)
	}
	s, err := sarama.NewClient([]string{addr}, conf)
	if err != nil {
		return nil, l.fault(addr, err)
	}
	for _, b := range s.Brokers()[:min(len(s.Brokers()), mostWarm)] {
		// sarama opens a broker when it is first needed, and there loses a record to a race when two goroutines need
		// it at the same moment: the second may find it "opened" before it has begun to connect.
		_ = b.Open(conf)
		_, _ = b.Connected()
	}
	return &client{link: l, Client: s, addr: addr}, nil
}

// mostWarm is how many brokers are connected to before they are needed.
const mostWarm = 16

func (c *client) close() { _ = c.Client.Close() }

// fault says in the user's terms why something about a topic came to nothing.
func (c *client) fault(topic string, err error) error {
	var answer sarama.KError
	if c.ctx.Err() == nil && errors.As(err, new(sarama.ConfigurationError)) {
		return final(RecordTooLarge, args{"Topic": topic}, err) // the only check that sarama makes of a record
	}
	if c.ctx.Err() == nil && errors.As(err, &answer) {
		switch answer {
		case sarama.ErrUnknownTopicOrPartition:
			return fault(TopicMissing, args{"Topic": topic}, err)
		case sarama.ErrMessageSizeTooLarge:
			return final(RecordTooLarge, args{"Topic": topic}, err)
		case sarama.ErrTopicAuthorizationFailed:
			return final(TopicForbidden, args{"Topic": topic, "User": c.c.Security.User}, err)
		case sarama.ErrInvalidTopic:
			return final(TopicName, args{"Topic": topic}, err)
		}
	}
	return c.link.fault(c.addr, err)
}

// message is a record as sarama sends it.
func message(r Record) *sarama.ProducerMessage {
	m := &sarama.ProducerMessage{Topic: r.Topic, Value: sarama.ByteEncoder(r.Value)}
	if r.Key != nil {
		m.Key = sarama.ByteEncoder(r.Key)
	}
	for _, h := range r.Headers {
		m.Headers = append(m.Headers, sarama.RecordHeader{Key: []byte(h.Key), Value: h.Value})
	}
	return m
}

// received is a record as sarama read it.
func received(m *sarama.ConsumerMessage) Record {
	return Record{
		Topic: m.Topic, Partition: m.Partition, Offset: m.Offset, Time: m.Timestamp, Key: m.Key, Value: m.Value,
		Headers: headersOf(m.Headers),
	}
}
