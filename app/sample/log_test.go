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
	place       = regexp.MustCompile(`^([a-z._]+):([a-z_<>]+):\d+$`)
	placeholder = regexp.MustCompile(`%[a-z]`)
	adjacent    = regexp.MustCompile(`"\s*\n\s*f?"`) // between the parts of one Python text
)

// Whoever reads the log of one twin must be able to read the other's. Its line numbers are no promise.
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
		text := adjacent.ReplaceAllString(string(b), "")
		if m[2] != "<module>" {
			before, after, _ := strings.Cut(text, "def "+m[2]+"(")
			indent := before[strings.LastIndexByte(before, '\n')+1:]
			text, _, _ = strings.Cut(after, "\n"+indent+"def ")
		}
		if call := "." + strings.ToLower(l.level) + "("; !strings.Contains(text, call) {
			t.Errorf("%s: the twin logs nothing with %s there", l.source, call)
		}
		for _, words := range placeholder.Split(l.format, -1) {
			if !strings.Contains(text, strings.TrimSpace(words)) {
				t.Errorf("%s: the twin does not say %q there", l.source, words)
			}
		}
	}
}
