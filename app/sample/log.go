package sample

import (
	"fmt"
	"io"
	"sync"
	"time"
)

// line is a line of the Python twin's log: its level, where in the twin's source it is written, and its message.
type line struct{ level, source, format string }

// The lines of the log. A test holds them to the twin's source, but for the numbers of its lines.
var (
	initialized    = line{"INFO", "algo.kafka.detection_producer:__init__:25", "Kafka Producer initialized for topic: %s"}
	streaming      = line{"INFO", "routes.ws:<module>:31", "Kafka producer initialized for streaming mode"}
	notInitialized = line{"ERROR", "routes.ws:<module>:36", "Failed to initialize Kafka producer: %s"}
	connected      = line{"INFO", "routes.ws:detect_frames:42", "Camera connected"}
	running        = line{"INFO", "werkzeug:listen:54", "Running on http://%s"}
	noAnalysis     = line{"ERROR", "algo.llm.pipeline:start:25", "Failed to start the LLM analysis: %s"}
	scheduling     = line{"INFO", "algo.llm.pipeline:_start_scheduler:40", "LLM task scheduler started for topic: %s"}
	aggregating    = line{"INFO", "algo.llm.pipeline:_start_aggregator:53", "Result aggregator started for topic: %s"}
	notDelivered   = line{"ERROR", "algo.kafka.producer:_count_failure:98", "Message delivery failed: %v (%d so far)"}
	flushed        = line{"INFO", "algo.kafka.producer:close:56", "Kafka producer flushed, topic %s: %d delivered, %d lost"}
	notRead        = line{"WARNING", "algo.kafka.worker:_read:57", "Reading %s: %v"}
	passedOver     = line{"WARNING", "algo.kafka.worker:_read:63", "Record %s[%d]@%d passed over: %v"}
)

// logger writes lines in loguru's shape.
type logger struct {
	mu  sync.Mutex
	out io.Writer
}

func (l *logger) say(what line, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	at := time.Now().Format("2006-01-02 15:04:05.000")
	fmt.Fprintf(l.out, "%s | %-8s | %s - %s\n", at, what.level, what.source, fmt.Sprintf(what.format, args...))
}
