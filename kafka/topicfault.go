package kafka

import (
	"fmt"

	"github.com/IBM/sarama"
)

// topicFault says what a broker's error about one topic means. The broker's own words may be missing; brokers is
// how many there are, 0 when that is not known.
func topicFault(t Topic, answer sarama.KError, words *string, user string, brokers int) *Error {
	said, cause := answer.Error(), error(answer)
	if words != nil && *words != "" {
		said, cause = *words, fmt.Errorf("%w: %s", answer, *words)
	}
	a := args{"Topic": t.Name, "Answer": said}
	switch answer {
	case sarama.ErrInvalidTopic:
		return final(TopicName, a, cause)
	case sarama.ErrInvalidReplicationFactor:
		a["Want"], a["Brokers"] = t.Replication, brokers
		return fault(TopicReplicas, a, cause) // a broker that is still starting may yet make it possible
	case sarama.ErrInvalidPartitions:
		a["Want"] = t.Partitions
		return final(TopicPartitions, a, cause)
	case sarama.ErrInvalidConfig:
		return final(TopicConfig, a, cause)
	case sarama.ErrPolicyViolation:
		return final(TopicPolicy, a, cause)
	case sarama.ErrTopicAuthorizationFailed, sarama.ErrClusterAuthorizationFailed:
		a["User"] = user
		return final(TopicForbidden, a, cause)
	}
	return fault(TopicRefused, a, cause)
}

// orBrokers is a number as Kafka takes it: -1 leaves it to the broker.
func orBrokers(n int) int32 {
	if n <= 0 {
		return -1
	}
	return int32(n)
}

func pointers(m map[string]string) map[string]*string {
	p := make(map[string]*string, len(m))
	for k, v := range m {
		p[k] = &v
	}
	return p
}
