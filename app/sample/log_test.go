package sample

import (
	"regexp"
	"strings"
	"testing"

	"streamtray/assets"
)

// source is where the Python twin writes the lines of a logger.
var source = map[string]string{
	"algo.kafka.detection_producer": "algo/kafka/detection_producer.py",
	"algo.kafka.producer":           "algo/kafka/producer.py",
	"algo.kafka.worker":             "algo/kafka/worker.py",
	"algo.llm.pipeline":             "algo/llm/pipeline.py",
	"routes.ws":                     "routes/ws.py",
	"werkzeug":                      "app.py",
}

var (
	place       = regexp.MustCompile(`^([a-z._]+):([a-z_<>]+):(\d+)$`)
	placeholder = regexp.MustCompile(`%[a-z]|\{[^}]*\}`)
)

// Whoever reads the log of one twin must be able to read the other's.
func TestEveryLogLineIsOneOfThePythonTwin(t *testing.T) {
	for _, l := range []line{
		initialized, streaming, notInitialized, connected, running, noAnalysis, scheduling, aggregating, notDelivered, flushed, notRead, passedOver,
	} {
		m := place.FindStringSubmatch(l.source)
		if m == nil || source[m[1]] == "" {
			t.Errorf("%s: no place in the twin", l.source)
			continue
		}
		b, err := assets.Sample.ReadFile("sample/" + source[m[1]])
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(string(b), "\n")
		call := strings.Join(lines[number(m[3])-1:min(number(m[3])+3, len(lines))], "\n")
		if first := lines[number(m[3])-1]; !strings.Contains(strings.ToLower(first), "log") || !strings.Contains(first, "."+strings.ToLower(l.level)+"(") {
			t.Errorf("%s: the twin has %q there", l.source, first)
		}
		for _, words := range placeholder.Split(l.format, -1) {
			if words = strings.TrimSpace(words); len(words) > 3 && !strings.Contains(joined(call), words) {
				t.Errorf("%s: %q is not in the twin's %s", l.source, words, call)
			}
		}
	}
}

func number(s string) int {
	n := 0
	for _, c := range s {
		n = 10*n + int(c-'0')
	}
	return n
}

// joined is a Python text that was written as several.
func joined(call string) string {
	return regexp.MustCompile(`"\s*\n\s*f?"`).ReplaceAllString(call, "")
}
