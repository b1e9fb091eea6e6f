package sample

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"streamtray/internal/usererr"
	"streamtray/kafka"
)

// logbook is the log of a running app, which tests wait on.
type logbook struct {
	mu      sync.Mutex
	text    bytes.Buffer
	changed chan struct{}
}

func (l *logbook) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	close(l.changed)
	l.changed = make(chan struct{})
	return l.text.Write(b)
}

func (l *logbook) now() (string, <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String(), l.changed
}

// twin is a running app.
type twin struct {
	t    *testing.T
	log  *logbook
	stop func() // and wait until it has ended
}

// start runs the app until the test ends, with the settings given by their names without "ALGO_".
func start(t *testing.T, settings map[string]string) *twin {
	t.Helper()
	env := map[string]string{"ALGO_HOST": "127.0.0.1", "ALGO_PORT": "0"}
	for k, v := range settings {
		env["ALGO_"+k] = v
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	a := &twin{t: t, log: &logbook{changed: make(chan struct{})}}
	go func() { ended <- Run(ctx, func(key string) string { return env[key] }, a.log) }()
	a.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("the app ended with %v", err)
		}
	})
	t.Cleanup(a.stop)
	return a
}

// says waits until the log matches, and returns the first group.
func (a *twin) says(pattern string) string {
	a.t.Helper()
	re := regexp.MustCompile(pattern)
	late := time.NewTimer(30 * time.Second)
	defer late.Stop()
	for {
		text, changed := a.log.now()
		if m := re.FindStringSubmatch(text); m != nil {
			return m[len(m)-1]
		}
		select {
		case <-changed:
		case <-late.C:
			a.t.Fatalf("the log never said %s:\n%s", pattern, text)
		}
	}
}

func (a *twin) address() string { return a.says(`Running on http://(\S+)`) }

// broker is an embedded one with the topics.
func broker(t *testing.T, topics ...string) *kafka.Cluster {
	t.Helper()
	e, err := kafka.StartEmbedded(kafka.EmbeddedOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	c := &kafka.Cluster{Bootstrap: []string{e.Addr()}}
	var want []kafka.Topic
	for _, name := range topics {
		want = append(want, kafka.Topic{Name: name, Partitions: 3, Replication: 1})
	}
	if _, err := c.Apply(t.Context(), want, false); err != nil {
		t.Fatal(err)
	}
	return c
}

var all = []string{"detection-results", "llm-analysis-tasks", "llm-analysis-results"}

func on(c *kafka.Cluster) map[string]string {
	return map[string]string{"ENABLE_KAFKA_STREAMING": "true", "KAFKA_BOOTSTRAP_SERVERS": strings.Join(c.Bootstrap, ",")}
}

// read takes n records off a topic.
func read(t *testing.T, c *kafka.Cluster, topic string, n int) []kafka.Record {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	var got []kafka.Record
	for r, err := range c.Tail(ctx, topic, kafka.FromStart) {
		if err != nil {
			t.Fatalf("%s: %d of %d records, then %v", topic, len(got), n, err)
		}
		if got = append(got, r); len(got) == n {
			return got
		}
	}
	t.Fatalf("%s: %d of %d records", topic, len(got), n)
	return nil
}

func TestAFrameBecomesADetectionATaskAndAResult(t *testing.T) {
	c := broker(t, all...)
	a := start(t, on(c))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	err := Camera(ctx, "ws://"+a.address()+"/ws/detect", 1000, func(n Count) {
		if n.Answered == 10 {
			cancel()
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	detections := read(t, c, all[0], 10)
	results := read(t, c, all[2], 2)
	a.stop()

	schema := map[string]string{all[0]: kindDetection, all[1]: kindTask, all[2]: kindResult}
	for _, r := range append(append(detections, read(t, c, all[1], 2)...), results...) {
		var got struct{ Kind, Camera string }
		if err := json.Unmarshal(r.Value, &got); err != nil || got.Kind != schema[r.Topic] || got.Camera != string(r.Key) {
			t.Errorf("%s: %s has %+v, %v", r.Topic, r.Key, got, err)
		}
	}
	text, _ := a.log.now()
	want := []string{
		`INFO     \| algo\.kafka\.detection_producer:__init__:\d+ - Kafka Producer initialized for topic: detection-results`,
		`INFO     \| routes\.ws:<module>:\d+ - Kafka producer initialized for streaming mode`,
		`INFO     \| werkzeug:listen:\d+ - Running on http://127\.0\.0\.1:\d+`,
		`INFO     \| algo\.llm\.pipeline:_start_scheduler:\d+ - LLM task scheduler started for topic: llm-analysis-tasks`,
		`INFO     \| algo\.llm\.pipeline:_start_aggregator:\d+ - Result aggregator started for topic: llm-analysis-results`,
		`INFO     \| routes\.ws:detect_frames:\d+ - Camera connected`,
		`INFO     \| algo\.kafka\.producer:close:\d+ - Kafka producer flushed, topic llm-analysis-results: 2 delivered, 0 lost`,
		`INFO     \| algo\.kafka\.producer:close:\d+ - Kafka producer flushed, topic llm-analysis-tasks: 2 delivered, 0 lost`,
		`INFO     \| algo\.kafka\.producer:close:\d+ - Kafka producer flushed, topic detection-results: 10 delivered, 0 lost`,
	}
	lines := strings.Split(strings.TrimSpace(text), "\n")
	for i, w := range want {
		if i >= len(lines) || !regexp.MustCompile(`^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} \| `+w+"$").MatchString(lines[i]) {
			t.Fatalf("line %d is not %s:\n%s", i+1, w, text)
		}
	}
	if len(lines) != len(want) {
		t.Errorf("%d lines, want %d:\n%s", len(lines), len(want), text)
	}
}

func TestWithoutKafkaTheAppStillDetects(t *testing.T) {
	empty, some := broker(t), broker(t, all[0])
	for name, c := range map[string]struct {
		settings  map[string]string
		says      string
		streaming bool
	}{
		"off":        {nil, "Running on", false},
		"off for an": {map[string]string{"ENABLE_KAFKA_STREAMING": "0"}, "Running on", false},
		"away": {
			on(&kafka.Cluster{Bootstrap: []string{closed(t)}}),
			`ERROR    \| routes\.ws:<module>:\d+ - Failed to initialize Kafka producer: KafkaException: Failed to connect to broker at 127\.0\.0\.1:\d+: Connection refused`, false,
		},
		"no topic": {
			on(empty), `Failed to initialize Kafka producer: UnknownTopicOrPartitionError: Topic detection-results does not exist`, false,
		},
		"no tasks": {
			on(some), `Failed to start the LLM analysis: UnknownTopicOrPartitionError: Topic llm-analysis-tasks does not exist`, true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			a := start(t, c.settings)
			a.says(c.says)
			if got := status(t, a.address()); got != c.streaming {
				t.Errorf("streaming: %v, want %v", got, c.streaming)
			}
			frame := golden(t, "frame")[0]
			if got := ask(t, a.address(), frame); !strings.Contains(got, `"kind":"detection/1"`) {
				t.Errorf("a frame was answered with %s", got)
			}
			if got := ask(t, a.address(), `{"id":"1"}`); !strings.HasPrefix(got, `{"error":"camera: `) {
				t.Errorf("no frame was answered with %s", got)
			}
		})
	}
}

func status(t *testing.T, addr string) bool {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+addr+"/", nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var got struct {
		Name      string
		Streaming bool
	}
	if err := json.NewDecoder(answer.Body).Decode(&got); err != nil || answer.StatusCode != http.StatusOK || got.Name != "detection" {
		t.Errorf("status %d, %+v, %v", answer.StatusCode, got, err)
	}
	return got.Streaming
}

func ask(t *testing.T, addr, message string) string {
	t.Helper()
	c, _, err := websocket.Dial(t.Context(), "ws://"+addr+"/ws/detect", nil) //nolint:bodyclose // Dial closes it
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.CloseNow() }()
	if err := c.Write(t.Context(), websocket.MessageText, []byte(message)); err != nil {
		t.Fatal(err)
	}
	_, b, err := c.Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// closed is an address where nothing listens.
func closed(t *testing.T) string {
	t.Helper()
	var lc net.ListenConfig
	l, err := lc.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func TestARecordThatCannotBeReadIsPassedOver(t *testing.T) {
	c := broker(t, all...)
	for _, value := range []string{"no JSON", `{"kind":"other/1"}`} {
		if _, err := c.Send(t.Context(), kafka.Record{Topic: all[1], Key: []byte("gate"), Value: []byte(value)}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := c.Send(t.Context(), kafka.Record{Topic: all[1], Key: []byte("gate"), Value: []byte(golden(t, "analysis-task")[0])}); err != nil {
		t.Fatal(err)
	}
	a := start(t, on(c))
	a.says(`WARNING  \| algo\.kafka\.worker:_read:\d+ - Record llm-analysis-tasks\[\d\]@0 passed over: `)
	a.says(`@1 passed over: kind: "other/1", want "analysis-task/1"`)
	if got := read(t, c, all[2], 1); !strings.Contains(string(got[0].Value), "Nothing unusual.") {
		t.Errorf("got %s", got[0].Value)
	}
}

func TestOtherTopicsAndBatchesCanBeSet(t *testing.T) {
	c := broker(t, "d", "t", "r")
	set := on(c)
	set["KAFKA_DETECTION_TOPIC"], set["KAFKA_TASK_TOPIC"], set["KAFKA_RESULT_TOPIC"], set["LLM_BATCH_SIZE"] = "d", "t", "r", "1"
	a := start(t, set)
	ask(t, a.address(), golden(t, "frame")[0])
	if got := read(t, c, "r", 1); string(got[0].Key) != "gate" {
		t.Errorf("got %+v", got)
	}
}

func TestWhatKeepsTheAppFromRunningIsAFault(t *testing.T) {
	var lc net.ListenConfig
	l, err := lc.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, taken, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	for setting, want := range map[string]string{
		"ALGO_PORT=" + taken:                 "sample.cannot_listen",
		"ALGO_PORT=http":                     "sample.bad_setting",
		"ALGO_ENABLE_KAFKA_STREAMING=真":      "sample.bad_setting",
		"ALGO_LLM_BATCH_SIZE=0":              "sample.bad_setting",
		"ALGO_ENABLE_KAFKA_STREAMING=truely": "sample.bad_setting",
	} {
		key, value, _ := strings.Cut(setting, "=")
		env := map[string]string{"ALGO_HOST": "127.0.0.1", key: value}
		err := Run(t.Context(), func(key string) string { return env[key] }, &logbook{changed: make(chan struct{})})
		var told *usererr.Error
		if !errors.As(err, &told) || told.ID != want {
			t.Errorf("%s: got %v, want %s", setting, err, want)
		}
	}
}

func TestACameraEndsWithTheApp(t *testing.T) {
	a := start(t, nil)
	var n Count
	err := Camera(t.Context(), "ws://"+a.address()+"/ws/detect", 100, func(seen Count) {
		if n = seen; n.Answered == 3 {
			go a.stop()
		}
	})
	if err == nil || n.Answered < 3 || n.Sent != n.Answered {
		t.Errorf("got %v after %+v, want an error after 3 answers", err, n)
	}
}

func TestACameraDoesNotTakeAnErrorForAnAnswer(t *testing.T) {
	var lc net.ListenConfig
	l, err := lc.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{ReadHeaderTimeout: time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, err := websocket.Accept(w, r, nil)
		if err != nil {
			return
		}
		_, _, _ = c.Read(r.Context())
		_ = c.Write(r.Context(), websocket.MessageText, []byte(`{"error":"camera: unknown"}`))
		_, _, _ = c.Read(r.Context())
	})}
	go func() { _ = server.Serve(l) }()
	defer server.Close()
	err = Camera(t.Context(), "ws://"+l.Addr().String(), 10, func(n Count) { t.Errorf("counted %+v", n) })
	if err == nil || !strings.Contains(fmt.Sprint(err), "camera: unknown") {
		t.Errorf("got %v", err)
	}
}
