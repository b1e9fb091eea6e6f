package kafka

import (
	"context"
	"slices"
	"time"

	"github.com/IBM/sarama"
)

// session is the connections of one call. Whoever opens it closes it.
type session struct {
	link
	conf  *sarama.Config
	addr  string // the bootstrap address that answered
	seed  *sarama.Broker
	nodes map[string]*sarama.Broker // by address, the seed among them

	broken bool // a request came to nothing, so that no other may go the same way
}

// fault is link's, and notes that the session is of no use any more.
func (s *session) fault(addr string, err error) error {
	s.broken = true
	return s.link.fault(addr, err)
}

// reach finds the first bootstrap address that answers as Kafka does.
func (c *Cluster) reach(ctx context.Context, limit uint32) (l link, addr string, err error) {
	k, err := c.probe(ctx, limit)
	if err != nil {
		return link{}, "", err
	}
	defer k.close()
	if err := k.accepted(); err != nil {
		return link{}, "", err
	}
	if _, err := k.answered(); err != nil {
		return link{}, "", err
	}
	return link{ctx, c, k.d}, k.addr, nil
}

// session connects to the cluster for requests that are answered soon.
func (c *Cluster) session(ctx context.Context) (*session, error) {
	l, addr, err := c.reach(ctx, askLimit)
	if err != nil {
		return nil, err
	}
	return l.session(addr, c.answerTime())
}

// session connects to an address that is known to answer, for requests that are answered within the given time.
func (l link) session(addr string, within time.Duration) (*session, error) {
	conf, err := l.c.config(l.d)
	if err != nil {
		return nil, err
	}
	conf.Net.ReadTimeout = within
	s := &session{link: l, conf: conf, addr: addr, nodes: map[string]*sarama.Broker{}}
	if s.seed, err = s.node(addr); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

// config is how sarama has to behave here: over our lines, without retries of its own, never creating a topic
// because somebody asked about it.
func (c *Cluster) config(d *dialer) (*sarama.Config, error) {
	conf := sarama.NewConfig()
	conf.ClientID = ClientID
	conf.Version = sarama.V3_6_0_0 // the upper limit; each broker's own is negotiated
	conf.MetricRegistry = quiet{}
	conf.Net.Proxy.Enable = true
	conf.Net.Proxy.Dialer = d
	conf.Net.DialTimeout, conf.Net.ReadTimeout, conf.Net.WriteTimeout = d.dial, d.answer, d.answer
	conf.Metadata.AllowAutoTopicCreation = false
	conf.Metadata.Retry.Max = 0
	conf.Metadata.RefreshFrequency = 0
	conf.Admin.Retry.Max = 0
	sec := c.Security
	if !sec.SASL() {
		return conf, nil
	}
	password, err := sec.Password()
	if err != nil || password == "" {
		return nil, final(NoCredentials, args{"Protocol": sec.Protocol}, err)
	}
	conf.Net.SASL.Enable = true
	conf.Net.SASL.Version = sarama.SASLHandshakeV1
	conf.Net.SASL.Mechanism = sarama.SASLMechanism(sec.mechanism())
	conf.Net.SASL.User, conf.Net.SASL.Password = sec.User, password
	conf.Net.SASL.SCRAMClientGeneratorFunc = scramFor(sec.mechanism())
	return conf, nil
}

// node returns a connection to the broker at addr, logged in if need be.
func (s *session) node(addr string) (*sarama.Broker, error) {
	if b, ok := s.nodes[addr]; ok {
		return b, nil
	}
	b := sarama.NewBroker(addr)
	s.nodes[addr] = b
	if err := b.Open(s.conf); err != nil {
		return nil, s.fault(addr, err)
	}
	if _, err := b.Connected(); err != nil {
		return nil, s.fault(addr, err)
	}
	return b, nil
}

func (s *session) close() {
	for _, b := range s.nodes {
		_ = b.Close() // nothing is in flight
	}
}

// metadata asks the seed about the cluster and these topics. Nil names ask about all topics.
func (s *session) metadata(names []string) (*sarama.MetadataResponse, error) {
	req := sarama.NewMetadataRequest(s.conf.Version, names)
	req.AllowAutoTopicCreation = false
	resp, err := s.seed.GetMetadata(req)
	if err != nil {
		return nil, s.fault(s.addr, err)
	}
	return resp, nil
}

// controller returns a connection to the broker that changes topics.
func (s *session) controller(m *sarama.MetadataResponse) (*sarama.Broker, error) {
	return s.byID(m, m.ControllerID)
}

func (s *session) byID(m *sarama.MetadataResponse, id int32) (*sarama.Broker, error) {
	i := slices.IndexFunc(m.Brokers, func(b *sarama.Broker) bool { return b.ID() == id })
	if i < 0 {
		return nil, fault(NoController, args{"Addr": s.addr}, nil)
	}
	return s.node(m.Brokers[i].Addr())
}
