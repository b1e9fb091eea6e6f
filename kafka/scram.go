package kafka

import (
	"context"

	"github.com/IBM/sarama"
	"github.com/twmb/franz-go/pkg/sasl"
	"github.com/twmb/franz-go/pkg/sasl/scram"
)

// scramClient fits franz-go's SCRAM conversation into what sarama expects. It rewrites nothing by SASLprep, as brokers do
// not either: to them "ﬁ" and "fi" are two passwords.
type scramClient struct {
	mechanism func(scram.Auth) sasl.Mechanism
	session   sasl.Session
	first     []byte // what is said before any challenge
	done      bool
}

func (s *scramClient) Begin(user, password, authzID string) (err error) {
	auth := scram.Auth{User: user, Pass: password, Zid: authzID}
	s.session, s.first, err = s.mechanism(auth).Authenticate(context.Background(), "") // it only computes
	return err
}

func (s *scramClient) Step(challenge string) (response string, err error) {
	if first := s.first; first != nil {
		s.first = nil
		return string(first), nil
	}
	var said []byte
	s.done, said, err = s.session.Challenge([]byte(challenge))
	return string(said), err
}

func (s *scramClient) Done() bool { return s.done }

// scramFor returns what starts a conversation of the mechanism; nil for mechanisms that are not SCRAM.
func scramFor(mechanism string) func() sarama.SCRAMClient {
	switch mechanism {
	case ScramSHA256:
		return func() sarama.SCRAMClient { return &scramClient{mechanism: scram.Auth.AsSha256Mechanism} }
	case ScramSHA512:
		return func() sarama.SCRAMClient { return &scramClient{mechanism: scram.Auth.AsSha512Mechanism} }
	}
	return nil
}
