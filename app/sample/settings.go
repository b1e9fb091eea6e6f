package sample

import (
	"slices"
	"strconv"
	"strings"

	"streamtray/internal/usererr"
)

// settings are the Python twin's (config.py), read from the same variables.
type settings struct {
	host, port                 string
	streaming                  bool
	bootstrap                  []string
	detections, tasks, results string // topics
	batch                      int    // detections of one camera that make a task
}

const maxBatch = 1000

func readSettings(getenv func(string) string) (settings, error) {
	or := func(key, fallback string) string {
		if v := getenv("ALGO_" + key); v != "" {
			return v
		}
		return fallback
	}
	wrong := func(key string) error {
		return usererr.New("sample.bad_setting", map[string]any{"Key": "ALGO_" + key, "Value": or(key, "")}, nil).Terminal()
	}
	s := settings{
		host:       or("HOST", "0.0.0.0"),
		port:       or("PORT", "5000"),
		bootstrap:  strings.Split(or("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:9092"), ","),
		detections: or("KAFKA_DETECTION_TOPIC", "detection-results"),
		tasks:      or("KAFKA_TASK_TOPIC", "llm-analysis-tasks"),
		results:    or("KAFKA_RESULT_TOPIC", "llm-analysis-results"),
	}
	var ok bool
	if s.streaming, ok = boolean(or("ENABLE_KAFKA_STREAMING", "false")); !ok {
		return settings{}, wrong("ENABLE_KAFKA_STREAMING")
	}
	_, err := strconv.ParseUint(s.port, 10, 16)
	if err != nil {
		return settings{}, wrong("PORT")
	}
	if s.batch, err = strconv.Atoi(or("LLM_BATCH_SIZE", "5")); err != nil || s.batch < 1 || s.batch > maxBatch {
		return settings{}, wrong("LLM_BATCH_SIZE")
	}
	return s, nil
}

// boolean reads what pydantic takes for true or false.
func boolean(s string) (is, ok bool) {
	s = strings.ToLower(s)
	if slices.Contains([]string{"1", "t", "true", "y", "yes", "on"}, s) {
		return true, true
	}
	return false, slices.Contains([]string{"0", "f", "false", "n", "no", "off"}, s)
}
