package sample

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"

	"streamtray/kafka"
)

// Run is the sample detection app until ctx ends: the Go twin of the Python program in assets/sample, with the same
// settings by environment, the same log lines on out, the same three topics, HTTP and WebSocket.
func Run(ctx context.Context, getenv func(string) string, out io.Writer) error {
	a := &service{settings: readSettings(getenv), log: &logger{out: out}}
	a.stream(ctx)
	defer a.close(context.WithoutCancel(ctx))
	return a.serve(ctx)
}

// settings are the Python twin's, read from the same variables.
type settings struct {
	host, port                 string
	streaming                  bool
	bootstrap                  []string
	detections, tasks, results string
}

func readSettings(getenv func(string) string) settings {
	or := func(key, fallback string) string {
		if v := getenv("ALGO_" + key); v != "" {
			return v
		}
		return fallback
	}
	return settings{
		host:       or("HOST", "0.0.0.0"),
		port:       or("PORT", "5000"),
		streaming:  strings.EqualFold(or("ENABLE_KAFKA_STREAMING", "false"), "true"),
		bootstrap:  strings.Split(or("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:9092"), ","),
		detections: or("KAFKA_DETECTION_TOPIC", "detection-results"),
		tasks:      or("KAFKA_TASK_TOPIC", "llm-analysis-tasks"),
		results:    or("KAFKA_RESULT_TOPIC", "llm-analysis-results"),
	}
}

// logger writes lines in loguru's shape.
type logger struct {
	mu  sync.Mutex
	out io.Writer
}

func (l *logger) line(level, source, format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now().Format("2006-01-02 15:04:05.000")
	fmt.Fprintf(l.out, "%s | %-8s | %s - %s\n", now, level, source, fmt.Sprintf(format, args...))
}

// service is the running app.
type service struct {
	settings settings
	log      *logger
	producer *kafka.Producer // nil: not streaming
	parts    sync.WaitGroup  // scheduler and aggregator
	stop     context.CancelFunc

	mu              sync.Mutex
	delivered, lost int
}

// stream makes the producer when streaming is on. Without Kafka the service goes on: it detects and answers, it only
// does not stream.
func (s *service) stream(ctx context.Context) {
	if !s.settings.streaming {
		return
	}
	c := &kafka.Cluster{Bootstrap: s.settings.bootstrap}
	if err := s.connect(ctx, c); err != nil {
		s.log.line("ERROR", "routes.ws:<module>:39", "Failed to initialize Kafka producer: %s", s.reason(err))
		return
	}
	s.log.line("INFO", "algo.kafka.detection_producer:__init__:24", "Kafka Producer initialized for topic: %s", s.settings.detections)
	s.log.line("INFO", "routes.ws:<module>:34", "Kafka producer initialized for streaming mode")
	ctx, s.stop = context.WithCancel(ctx)
	var tasks scheduler
	s.part(ctx, c, "llm-task-scheduler", s.settings.detections, s.settings.tasks, func(value []byte) (string, any, bool) {
		var d detection
		if json.Unmarshal(value, &d) != nil {
			return "", nil, false
		}
		t, ok := tasks.offer(d, now())
		return t.Camera, t, ok
	})
	s.log.line("INFO", "algo.llm.pipeline:_start_scheduler:47", "LLM task scheduler started for topic: %s", s.settings.tasks)
	s.part(ctx, c, "result-aggregator", s.settings.tasks, s.settings.results, func(value []byte) (string, any, bool) {
		var t task
		if json.Unmarshal(value, &t) != nil {
			return "", nil, false
		}
		return t.Camera, judge(t, now()), true
	})
	s.log.line("INFO", "algo.llm.pipeline:_start_aggregator:60", "Result aggregator started for topic: %s", s.settings.results)
}

func (s *service) connect(ctx context.Context, c *kafka.Cluster) error {
	if err := c.Exist(ctx, []kafka.Topic{{Name: s.settings.detections}}); err != nil {
		return err
	}
	var err error
	s.producer, err = c.NewProducer(ctx, s.count)
	return err
}

// reason tells an error in the Python twin's words, which diagnosis reads.
func (s *service) reason(err error) string {
	if errors.Is(err, &kafka.Error{ID: kafka.TopicMissing}) {
		return fmt.Sprintf("UnknownTopicOrPartitionError: Topic %s does not exist", s.settings.detections)
	}
	why := err.Error()
	if errors.Is(err, &kafka.Error{ID: kafka.Refused}) {
		why = "Connection refused"
	}
	return fmt.Sprintf("KafkaException: Failed to connect to broker at %s: %s", strings.Join(s.settings.bootstrap, ","), why)
}

// count hears of each record that arrived or did not.
func (s *service) count(_ kafka.Record, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err == nil {
		s.delivered++
		return
	}
	if s.lost++; s.lost%100 == 1 { // an outage is not a flood
		s.log.line("ERROR", "algo.kafka.producer:_count_failure:87", "Message delivery failed: %v (%d so far)", err, s.lost)
	}
}

// part reads one topic and writes what work makes of its records to another, until ctx ends.
func (s *service) part(ctx context.Context, c *kafka.Cluster, group, from, to string, work func([]byte) (key string, record any, ok bool)) {
	s.parts.Go(func() {
		var mu sync.Mutex // partitions are read side by side
		for ctx.Err() == nil {
			err := c.Consume(ctx, group, []string{from}, kafka.FromStart, func(r kafka.Record) error {
				mu.Lock()
				key, record, ok := work(r.Value)
				mu.Unlock()
				if !ok {
					return nil
				}
				return s.send(ctx, to, key, record)
			})
			if err != nil && ctx.Err() == nil {
				s.log.line("WARNING", "algo.kafka.worker:_run:54", "Reading %s: %v", from, err)
			}
			pause(ctx, time.Second)
		}
	})
}

func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}

func (s *service) send(ctx context.Context, topic, key string, record any) error {
	b, err := encode(record)
	if err != nil {
		return err
	}
	return s.producer.Send(ctx, kafka.Record{Topic: topic, Key: []byte(key), Value: b})
}

// flushWithin is how long records under way may take when the app ends.
const flushWithin = 5 * time.Second

// close stops the parts, then waits for what is under way.
func (s *service) close(ctx context.Context) {
	if s.producer == nil {
		return
	}
	s.stop()
	s.parts.Wait()
	ctx, cancel := context.WithTimeout(ctx, flushWithin)
	defer cancel()
	err := s.producer.Close(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.log.line("INFO", "algo.kafka.producer:close:56", "Kafka producer flushed: %d delivered, %d lost", s.delivered, s.lost)
	if err != nil {
		s.log.line("WARNING", "algo.kafka.producer:close:56", "Kafka producer: %v", err)
	}
}

// serve answers HTTP until ctx ends.
func (s *service) serve(ctx context.Context) error {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", net.JoinHostPort(s.settings.host, s.settings.port))
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.status)
	mux.HandleFunc("GET /ws/detect", func(w http.ResponseWriter, r *http.Request) { s.talk(ctx, w, r) })
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	s.log.line("INFO", "werkzeug:_log:97", "Running on http://%s", l.Addr())
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(l) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	_ = server.Close() // WebSockets end with ctx
	_ = <-ended // we ended it ourselves
	return nil
}

func (s *service) status(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{"name": "detection", "streaming": s.producer != nil})
}

// maxMessage is room for a picture in base64.
const maxMessage = 8 << 20

// talk answers each frame of one connection, in order, until the client leaves.
func (s *service) talk(ctx context.Context, w http.ResponseWriter, r *http.Request) {
	c, err := websocket.Accept(w, r, nil)
	if err != nil {
		return // Accept has answered
	}
	defer func() { _ = c.CloseNow() }() // it is closed already when the client left
	c.SetReadLimit(maxMessage)
	s.log.line("INFO", "routes.ws:detect_frames:45", "Camera connected")
	for {
		_, message, err := c.Read(ctx)
		if err != nil {
			return
		}
		if err := c.Write(ctx, websocket.MessageText, s.answer(ctx, message)); err != nil {
			return
		}
	}
}

// answer is the detection of one frame, or {"error": …} for what is no frame.
func (s *service) answer(ctx context.Context, message []byte) []byte {
	f, err := decodeFrame(message)
	if err != nil {
		b, _ := encode(map[string]string{"error": err.Error()}) // a string always encodes
		return b
	}
	d := detect(f, now())
	b, err := encode(d)
	if err != nil {
		return []byte(`{"error": "detection"}`)
	}
	if s.producer != nil {
		if err := s.send(ctx, s.settings.detections, d.Camera, d); err != nil {
			s.count(kafka.Record{}, err)
		}
	}
	return b
}

func now() int64 { return time.Now().UnixMilli() }
