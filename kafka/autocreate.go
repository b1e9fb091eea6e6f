package kafka

import (
	"context"
	"errors"
	"strconv"

	"github.com/IBM/sarama"
)

// autoCreate is the brokers' option that makes a topic come into being when a program first asks for it.
const autoCreate = "auto.create.topics.enable"

// AutoCreates reports whether the cluster creates a missing topic by itself when a program writes to it. It asks the
// controller; brokers that differ in this are not known to us.
func (c *Cluster) AutoCreates(ctx context.Context) (bool, error) {
	s, err := c.session(ctx)
	if err != nil {
		return false, err
	}
	defer s.close()
	meta, err := s.metadata([]string{CanaryTopic})
	if err != nil {
		return false, err
	}
	b, err := s.controller(meta)
	if err != nil {
		return false, err
	}
	resp, err := b.DescribeConfigs(&sarama.DescribeConfigsRequest{Version: 2, Resources: []*sarama.ConfigResource{{
		Type: sarama.BrokerResource, Name: strconv.Itoa(int(meta.ControllerID)), ConfigNames: []string{autoCreate},
	}}})
	if err != nil {
		return false, s.fault(s.addr, err)
	}
	for _, r := range resp.Resources {
		if code := sarama.KError(r.ErrorCode); !errors.Is(code, sarama.ErrNoError) {
			return false, s.fault(s.addr, code)
		}
		for _, entry := range r.Configs {
			if entry.Name == autoCreate {
				return entry.Value == "true", nil
			}
		}
	}
	return false, nil
}
