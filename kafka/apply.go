package kafka

import (
	"context"
	"errors"
	"time"

	"github.com/IBM/sarama"
)

// Deed is what Apply did to a topic.
type Deed string

// The deeds.
const (
	Created Deed = "created"
	Grown   Deed = "grown" // partitions were added
	Kept    Deed = "kept"  // nothing had to be done, or nothing may be
	Failed  Deed = "failed"
)

// Outcome is how it went with one topic.
type Outcome struct {
	Change
	Deed Deed
	Err  error // with Failed: why
}

// Note tells the outcome to a user; a failed one is told by its Err.
func (o Outcome) Note() Note {
	return Note{"kafka.deed." + string(o.Deed), args{
		"Topic": o.Want.Name, "Partitions": o.Want.Partitions, "Replication": o.Want.Replication,
		"Have": o.Have.Partitions,
	}}
}

// How much goes into one request to the controller: brokers since 3.9 refuse more than 10,000 partitions at once.
const (
	batchTopics     = 1000
	batchPartitions = 5000
)

// adminTime is how long the controller may take over one request.
const adminTime = 30 * time.Second

// Apply makes the wanted topics exist: it creates what is missing and, if grow, adds partitions where there are fewer
// than wanted. It deletes nothing, takes no partition away and changes no option. A topic that somebody else creates
// at the same moment counts as kept. It returns when every new partition has a leader, one outcome a topic in the
// order given; the error is for what concerns them all, and the outcomes are then nil.
func (c *Cluster) Apply(ctx context.Context, want []Topic, grow bool) ([]Outcome, error) {
	if len(want) == 0 {
		return nil, nil
	}
	patient := *c
	patient.Answer = max(c.answerTime(), adminTime+5*time.Second)
	s, err := patient.session(ctx, askLimit)
	if err != nil {
		return nil, err
	}
	defer s.close()
	changes, meta, err := s.plan(want)
	if err != nil {
		return nil, err
	}
	work := &application{s: s, meta: meta, outcomes: make([]Outcome, len(changes)), at: map[string]*Outcome{}}
	for i, change := range changes {
		o := &work.outcomes[i]
		*o = Outcome{Change: change, Deed: Kept}
		switch {
		case change.Kind() == NameInvalid:
			o.Deed, o.Err = Failed, change.Err
		case change.Kind() == Create:
			work.missing = append(work.missing, change.Want)
		case grow && change.Have.Partitions < change.Want.Partitions:
			work.small = append(work.small, change.Want)
		}
		if o.Deed != Failed {
			work.at[change.Want.Name] = o
		}
	}
	if err := work.do(); err != nil {
		return nil, err
	}
	return work.outcomes, nil
}

// application is one Apply under way.
type application struct {
	s        *session
	meta     *sarama.MetadataResponse
	missing  []Topic // to be created
	small    []Topic // to be grown
	outcomes []Outcome
	at       map[string]*Outcome // by topic; those whose name the cluster takes
}

func (w *application) do() error {
	for batch := range batches(w.missing) {
		if err := w.asController(func(b *sarama.Broker) error { return w.create(b, batch) }); err != nil {
			return err
		}
	}
	for batch := range batches(w.small) {
		if err := w.asController(func(b *sarama.Broker) error { return w.grow(b, batch) }); err != nil {
			return err
		}
	}
	return w.awaitLeaders()
}

// batches cuts topics into what fits one request.
func batches(topics []Topic) func(func([]Topic) bool) {
	return func(yield func([]Topic) bool) {
		for start, i, n := 0, 0, 0; i < len(topics); {
			n += max(topics[i].Partitions, 1)
			i++
			full := i-start == batchTopics || i < len(topics) && n+topics[i].Partitions > batchPartitions
			if full || i == len(topics) {
				if !yield(topics[start:i]) {
					return
				}
				start, n = i, 0
			}
		}
	}
}

// asController runs what only the controller may do, and looks for the new controller should it have moved.
func (w *application) asController(run func(*sarama.Broker) error) error {
	for attempt := 0; ; attempt++ {
		b, err := w.s.controller(w.meta)
		if err == nil {
			err = run(b)
		}
		if !errors.Is(err, sarama.ErrNotController) || attempt == 3 {
			return err
		}
		if err := pause(w.s.ctx, 100*time.Millisecond<<attempt); err != nil {
			return err
		}
		if w.meta, err = w.s.metadata([]string{CanaryTopic}); err != nil {
			return err
		}
	}
}

func (w *application) create(b *sarama.Broker, topics []Topic) error {
	details := make(map[string]*sarama.TopicDetail, len(topics))
	for _, t := range topics {
		details[t.Name] = &sarama.TopicDetail{
			NumPartitions: orBrokers(t.Partitions), ReplicationFactor: int16(orBrokers(t.Replication)),
			ConfigEntries: pointers(t.Config),
		}
	}
	req := sarama.NewCreateTopicsRequest(w.s.conf.Version, details, adminTime, false)
	resp, err := b.CreateTopics(req)
	if err != nil {
		return w.s.fault(b.Addr(), err)
	}
	for _, t := range topics {
		o := w.at[t.Name]
		answer, ok := resp.TopicErrors[t.Name]
		if !ok {
			o.Deed, o.Err = Failed, incomplete(t)
			continue
		}
		switch {
		case errors.Is(answer.Err, sarama.ErrNoError), errors.Is(answer.Err, sarama.ErrRequestTimedOut):
			o.Deed = Created // after a time-out it still comes about, or awaitLeaders finds that it does not
		case errors.Is(answer.Err, sarama.ErrTopicAlreadyExists):
			o.Kinds = []Kind{Same}
		case errors.Is(answer.Err, sarama.ErrNotController):
			return answer.Err
		default:
			o.Deed, o.Err = Failed, topicFault(t, answer.Err, answer.ErrMsg, w.s.c.Security.User, len(w.meta.Brokers))
		}
	}
	return nil
}

func (w *application) grow(b *sarama.Broker, topics []Topic) error {
	req := &sarama.CreatePartitionsRequest{Version: 1, Timeout: adminTime, TopicPartitions: map[string]*sarama.TopicPartition{}}
	for _, t := range topics {
		req.TopicPartitions[t.Name] = &sarama.TopicPartition{Count: int32(t.Partitions)}
	}
	resp, err := b.CreatePartitions(req)
	if err != nil {
		return w.s.fault(b.Addr(), err)
	}
	for _, t := range topics {
		o := w.at[t.Name]
		answer, ok := resp.TopicPartitionErrors[t.Name]
		switch {
		case !ok:
			o.Deed, o.Err = Failed, incomplete(t)
		case errors.Is(answer.Err, sarama.ErrNoError), errors.Is(answer.Err, sarama.ErrRequestTimedOut):
			o.Deed = Grown
		case errors.Is(answer.Err, sarama.ErrNotController):
			return answer.Err
		default:
			o.Deed, o.Err = Failed, topicFault(t, answer.Err, answer.ErrMsg, w.s.c.Security.User, len(w.meta.Brokers))
		}
	}
	return nil
}
