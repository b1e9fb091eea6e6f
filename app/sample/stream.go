package sample

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"streamtray/internal/pause"
	"streamtray/kafka"
)

// stream is what the app does with Kafka: it sends detections, and makes tasks and results of them. A nil stream does
// nothing.
type stream struct {
	settings settings
	log      *logger
	cluster  *kafka.Cluster
	producer *kafka.Producer
	parts    sync.WaitGroup     // scheduler and aggregator
	stop     context.CancelFunc // ends them

	mu    sync.Mutex
	tally map[string]*tally // by topic
}

type tally struct{ delivered, lost int }

// lookups is how often a name is looked up: a busy computer may take longer than one look waits.
const lookups = 3

// initialize makes the producer; nil, and a line in the log, when that cannot be.
func initialize(ctx context.Context, set settings, log *logger) *stream {
	s := &stream{
		settings: set, log: log, cluster: &kafka.Cluster{Bootstrap: set.bootstrap},
		stop: func() {}, tally: map[string]*tally{},
	}
	err := s.exists(ctx, set.detections)
	for tries := 1; tries < lookups && errors.Is(err, &kafka.Error{ID: kafka.UnknownHost}); tries++ {
		err = s.exists(ctx, set.detections)
	}
	if err == nil {
		s.producer, err = s.cluster.NewProducer(ctx, s.count)
	}
	if err != nil {
		log.say(notInitialized, s.reason(set.detections, err))
		return nil
	}
	log.say(initialized, set.detections)
	log.say(streaming)
	return s
}

// exists looks for a topic that will be written to, and begins to count what is.
func (s *stream) exists(ctx context.Context, topic string) error {
	if err := s.cluster.Exist(ctx, []kafka.Topic{{Name: topic}}); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tally[topic] = &tally{}
	return nil
}

// reason tells an error in the Python twin's words, which diagnosis reads.
func (s *stream) reason(topic string, err error) string {
	if errors.Is(err, &kafka.Error{ID: kafka.TopicMissing}) {
		return fmt.Sprintf("UnknownTopicOrPartitionError: Topic %s does not exist", topic)
	}
	why := err.Error()
	if errors.Is(err, &kafka.Error{ID: kafka.Refused}) {
		why = "Connection refused"
	}
	return fmt.Sprintf("KafkaException: Failed to connect to broker at %s: %s", strings.Join(s.settings.bootstrap, ","), why)
}

// analyse starts the LLM parts, which end with ctx or with close. Where that fails the app still detects and streams.
func (s *stream) analyse(ctx context.Context) {
	if s == nil {
		return
	}
	ctx, s.stop = context.WithCancel(ctx)
	set := s.settings
	if err := s.exists(ctx, set.tasks); err != nil {
		s.log.say(noAnalysis, s.reason(set.tasks, err))
		return
	}
	tasks := scheduler{batch: set.batch}
	s.part(ctx, "llm-task-scheduler", set.detections, func(value []byte) error {
		var d detection
		if err := decode(value, kindDetection, &d, &d.Kind); err != nil {
			return err
		}
		if t, ok := tasks.offer(d, now()); ok {
			s.send(ctx, set.tasks, t.Camera, encode(t))
		}
		return nil
	})
	s.log.say(scheduling, set.tasks)
	if err := s.exists(ctx, set.results); err != nil {
		s.log.say(noAnalysis, s.reason(set.results, err))
		return
	}
	s.part(ctx, "result-aggregator", set.tasks, func(value []byte) error {
		var t task
		if err := decode(value, kindTask, &t, &t.Kind); err != nil {
			return err
		}
		s.send(ctx, set.results, t.Camera, encode(judge(t, now())))
		return nil
	})
	s.log.say(aggregating, set.results)
}

// readAgain is the pause before a topic is read again after that failed.
const readAgain = time.Second

// part hands every record of a topic to work, one at a time, until ctx ends. A record that work cannot read is passed
// over.
func (s *stream) part(ctx context.Context, group, topic string, work func(value []byte) error) {
	var mu sync.Mutex // partitions are read side by side
	handle := func(r kafka.Record) error {
		mu.Lock()
		defer mu.Unlock()
		if err := work(r.Value); err != nil {
			s.log.say(passedOver, r.Topic, r.Partition, r.Offset, err)
		}
		return nil
	}
	s.parts.Go(func() {
		for ctx.Err() == nil {
			err := s.cluster.Consume(ctx, group, []string{topic}, kafka.FromStart, handle)
			if err != nil && ctx.Err() == nil {
				s.log.say(notRead, topic, err)
			}
			pause.For(ctx, readAgain)
		}
	})
}

// send hands a record over, also while ctx ends; what becomes of it is counted.
func (s *stream) send(ctx context.Context, topic, key string, record []byte) {
	if s == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), flushWithin)
	defer cancel()
	r := kafka.Record{Topic: topic, Key: []byte(key), Value: record}
	if err := s.producer.Send(ctx, r); err != nil {
		s.count(r, err)
	}
}

// count hears what became of each record. An outage is not a flood of lines.
func (s *stream) count(r kafka.Record, err error) {
	s.mu.Lock()
	t := s.tally[r.Topic]
	if err == nil {
		t.delivered++
	} else {
		t.lost++
	}
	lost := t.lost
	s.mu.Unlock()
	if err != nil && lost%100 == 1 {
		s.log.say(notDelivered, err, lost)
	}
}

// flushWithin is how long records under way may take when the app ends.
const flushWithin = 1500 * time.Millisecond

// close stops the parts, then waits for what is under way, also when ctx has ended.
func (s *stream) close(ctx context.Context) {
	if s == nil {
		return
	}
	s.stop()
	s.parts.Wait()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), flushWithin)
	defer cancel()
	_ = s.producer.Close(ctx) // what it could not send in time was counted as lost
	for _, topic := range []string{s.settings.results, s.settings.tasks, s.settings.detections} {
		if t := s.tally[topic]; t != nil {
			s.log.say(flushed, topic, t.delivered, t.lost)
		}
	}
}
