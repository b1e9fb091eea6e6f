package kafka

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/IBM/sarama"

	"streamtray/internal/pause"
)

// Deed is what Apply did to a topic.
type Deed string

// The deeds.
const (
	Created Deed = "created"
	Grown   Deed = "grown" // partitions were added
	Kept    Deed = "kept"  // nothing had to be done, or nothing may be
	Failed  Deed = "failed"
	undone  Deed = "" // what nothing could be done about has failed in the end
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

// How much goes into one request to the controller. KRaft refuses more than 10,000 partitions at once, and Kafka 3.5
// with ZooKeeper was seen to make 25 to 50 topics a second.
const (
	batchTopics     = 250
	batchPartitions = 5000
)

// adminTime is how long the controller may take over one request.
const adminTime = 30 * time.Second

// Apply makes the wanted topics exist: it creates what is missing and, if grow, adds partitions where there are fewer
// than wanted. It deletes nothing, takes no partition away and changes no option. A topic that somebody else creates
// at the same moment counts as kept. It returns when every new partition has a leader, one outcome a topic in the
// order given. The error is for what concerns them all; outcomes that come with it tell how far it got.
func (c *Cluster) Apply(ctx context.Context, want []Topic, grow bool) ([]Outcome, error) {
	if len(want) == 0 {
		return nil, nil
	}
	l, addr, err := c.reach(ctx, askLimit)
	if err != nil {
		return nil, err
	}
	s, err := l.session(addr, adminTime+5*time.Second)
	if err != nil {
		return nil, err
	}
	defer s.close()
	changes, meta, err := s.plan(want)
	if err != nil {
		return nil, err
	}
	w := &application{s: s, meta: meta, outcomes: make([]Outcome, len(changes)), at: map[string]*Outcome{}}
	for i, change := range changes {
		w.take(&w.outcomes[i], change, grow)
	}
	err = w.do()
	for i := range w.outcomes {
		if o := &w.outcomes[i]; o.Deed == undone {
			o.Deed, o.Err = Failed, cmp.Or(o.Err, err)
		}
	}
	return w.outcomes, err
}

// take decides what there is to do about a topic.
func (w *application) take(o *Outcome, change Change, grow bool) {
	*o = Outcome{Change: change, Deed: Kept}
	switch {
	case change.Kind() == NameInvalid:
		o.Deed, o.Err = Failed, change.Err
		return
	case change.Kind() == Create:
		o.Deed = undone
		w.missing = append(w.missing, change.Want)
	case grow && change.Have.Partitions < change.Want.Partitions:
		o.Deed = undone
		w.small = append(w.small, change.Want)
	}
	w.at[change.Want.Name] = o
}

// application is one Apply under way.
type application struct {
	s        *session
	meta     *sarama.MetadataResponse
	missing  []Topic // to be created
	small    []Topic // to be grown
	outcomes []Outcome
	at       map[string]*Outcome // by topic; those whose name the cluster takes
	waiting  []awaited           // what the controller has accepted
}

// awaited is a topic that comes about, and what will then have been done to it.
type awaited struct {
	Topic
	deed Deed
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
		if !errors.Is(err, sarama.ErrNotController) {
			return err
		}
		if attempt == 3 {
			return fault(NoController, args{"Addr": w.s.addr}, err)
		}
		if !pause.For(w.s.ctx, 100*time.Millisecond<<attempt) {
			return w.s.ctx.Err()
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
		answer, ok := resp.TopicErrors[t.Name]
		if !ok {
			answer = &sarama.TopicError{Err: sarama.ErrUnknown}
		}
		if err := w.note(t, Created, answer.Err, answer.ErrMsg); err != nil {
			return err
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
		answer, ok := resp.TopicPartitionErrors[t.Name]
		if !ok {
			answer = &sarama.TopicPartitionError{Err: sarama.ErrUnknown}
		}
		if err := w.note(t, Grown, answer.Err, answer.ErrMsg); err != nil {
			return err
		}
	}
	return nil
}

// note takes down what the controller answered about a topic. The error is what concerns them all.
func (w *application) note(t Topic, deed Deed, answer sarama.KError, words *string) error {
	o := w.at[t.Name]
	switch answer {
	case sarama.ErrNotController:
		return answer
	case sarama.ErrNoError, sarama.ErrRequestTimedOut: // a controller that is slow still does it
		w.waiting = append(w.waiting, awaited{t, deed})
	case sarama.ErrTopicAlreadyExists:
		o.Kinds, o.Deed = []Kind{Same}, Kept
	default:
		o.Deed, o.Err = Failed, topicFault(t, answer, words, w.s.c.Security.User, len(w.meta.Brokers))
	}
	return nil
}
