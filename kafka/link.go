package kafka

import (
	"context"
	"errors"
	"net"
	"slices"
	"strings"

	"github.com/IBM/sarama"
)

// link is what it takes to say what went wrong between us and a cluster.
type link struct {
	ctx context.Context //nolint:containedctx // lives as long as the connections that it is about
	c   *Cluster
	d   *dialer
}

// fault says in the user's terms why a request to addr came to nothing.
func (l link) fault(addr string, err error) error {
	if l.ctx.Err() != nil {
		return l.ctx.Err()
	}
	a := args{"Addr": addr}
	var (
		ours   *Error
		hs     *handshakeError
		op     *net.OpError
		answer sarama.KError
	)
	switch {
	case errors.As(err, &ours):
		return ours
	case errors.As(err, &hs):
		return handshakeFault(addr, hs.err)
	case errors.As(err, &op) && op.Op == "dial", errors.As(err, new(*net.DNSError)):
		return dialFault(addr, err)
	case errors.Is(err, sarama.ErrSASLAuthenticationFailed): // wrapped so that As does not see it
		return l.answerFault(addr, sarama.ErrSASLAuthenticationFailed, err)
	case errors.Is(err, sarama.ErrControllerNotAvailable):
		return fault(NoController, a, err)
	case errors.As(err, &answer):
		return l.answerFault(addr, answer, err)
	case isTimeout(err):
		return fault(Unanswered, a, err)
	case isHangUp(err):
		return l.hangUpFault(addr, err)
	}
	return fault(Lost, a, err)
}

// answerFault says what a broker's own error means.
func (l link) answerFault(addr string, answer sarama.KError, err error) *Error {
	a := args{"Addr": addr, "User": l.c.Security.User}
	switch answer {
	case sarama.ErrSASLAuthenticationFailed:
		return final(SASLFailed, a, err)
	case sarama.ErrUnsupportedSASLMechanism:
		a["Mechanism"], a["Offered"] = l.c.Security.mechanism(), strings.Join(l.d.mechanisms(addr), ", ")
		return final(SASLMechanism, a, err)
	case sarama.ErrIllegalSASLState:
		return final(SASLNotExpected, a, err)
	case sarama.ErrClusterAuthorizationFailed, sarama.ErrGroupAuthorizationFailed, sarama.ErrTopicAuthorizationFailed:
		return final(Forbidden, a, err)
	case sarama.ErrNotController:
		return fault(NoController, a, err)
	}
	a["Answer"] = answer.Error()
	return fault(Answered, a, err)
}

// hangUpFault says why a broker that speaks Kafka ends the connection: mostly because it wants a login first, or
// another one. Brokers that say so themselves end up in answerFault.
func (l link) hangUpFault(addr string, err error) *Error {
	offered := l.d.mechanisms(addr)
	a := args{
		"Addr": addr, "User": l.c.Security.User, "Mechanism": l.c.Security.mechanism(),
		"Offered": strings.Join(offered, ", "),
	}
	switch {
	case len(offered) == 0:
		return fault(Lost, a, err)
	case !l.c.Security.SASL():
		return final(SASLNeeded, a, err)
	case !slices.Contains(offered, l.c.Security.mechanism()):
		return final(SASLMechanism, a, err)
	}
	return fault(SASLFailed, a, err) // or it just went away: worth another look
}
