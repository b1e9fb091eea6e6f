package kafka

import (
	"github.com/IBM/sarama"
	"github.com/xdg-go/scram"
)

// scramClient fits xdg-go's SCRAM conversation into what sarama expects.
type scramClient struct {
	hash scram.HashGeneratorFcn
	*scram.ClientConversation
}

var _ sarama.SCRAMClient = (*scramClient)(nil)

func (s *scramClient) Begin(user, password, authzID string) error {
	client, err := s.hash.NewClient(user, password, authzID)
	if err != nil {
		return err
	}
	s.ClientConversation = client.NewConversation()
	return nil
}

// scramFor returns what starts a conversation of the mechanism; nil for mechanisms that are not SCRAM.
func scramFor(mechanism string) func() sarama.SCRAMClient {
	var hash scram.HashGeneratorFcn
	switch mechanism {
	case ScramSHA256:
		hash = scram.SHA256
	case ScramSHA512:
		hash = scram.SHA512
	default:
		return nil
	}
	return func() sarama.SCRAMClient { return &scramClient{hash: hash} }
}
