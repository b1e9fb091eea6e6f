package detector

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// theirs are the defaults for the detection system, as DETECTION-SYSTEM.md has them.
var theirs = Verdicts{
	Ready:    "Kafka producer initialized",
	Failed:   []string{"Failed to initialize Kafka producer"},
	Degraded: []string{"streaming mode disabled"},
}

func TestTheLastWordCounts(t *testing.T) {
	const (
		good = "2025-10-20 21:30:00.123 | INFO     | routes.ws:<module>:24 - Kafka producer initialized for streaming mode\n"
		bad  = "2025-10-20 21:30:00.123 | ERROR    | routes.ws:<module>:26 - Failed to initialize Kafka producer"
		less = "2025-10-20 21:30:00.123 | WARNING  | routes.ws:<module>:12 - Kafka module not available, streaming mode disabled\n"
		info = "2025-10-20 21:30:00.123 | INFO     | a:b:1 - going on\n"
		tb   = "Traceback (most recent call last):\n  File \"x.py\", line 1\n    logger.info(\"Kafka producer initialized\")\nValueError: why\n"
	)
	for _, c := range []struct{ name, said, want string }{
		{"nothing", "", "unsaid"},
		{"ready", good, "ready"},
		{"ready after a failure", bad + ": x\n" + good, "ready"},
		{"a failure after ready", good + bad + ": x\n", `failed "x" at 26`},
		{"degraded after ready", good + less, "degraded"},
		{"bare, without a logger", "Kafka producer initialized for streaming mode\n", "ready"},
		{"under compose", "app-1  | " + good, "ready"},
		{"said as an error", strings.Replace(good, "INFO", "ERROR", 1), "unsaid"},
		{"the producer's own line alone", "2025-10-20 21:30:00.123 | INFO     | algo.kafka.detection_producer:__init__:30 - Kafka Producer initialized for topic: detection-results\n", "unsaid"},
		{"quoted by a traceback", info + tb, "unsaid"},
		{"failed and quoting what is missing", bad + ": no \"Kafka producer initialized\"\n", `failed "no \"Kafka producer initialized\"" at 26`},
		{"hidden", bad + ": %s\n", `failed "%s" at 26`},
		{"hidden, told by the traceback", bad + ": %s\n" + tb, `failed "ValueError: why" at 26`},
		{"unsaid, told by the traceback", bad + "\n" + tb, `failed "ValueError: why" at 26`},
		{"told, and a traceback", bad + ": x\n" + tb, `failed "x" at 26`},
		{"a later traceback is another matter", bad + "\n" + info + tb, `failed "" at 26`},
	} {
		w := watch{verdicts: theirs}
		for _, l := range lines(c.said) {
			w.see(l)
		}
		got := [...]string{"unsaid", "ready", "failed", "degraded"}[w.state]
		if w.state == failed {
			got += fmt.Sprintf(" %q at %s", w.reason, w.by.Source[strings.LastIndexByte(w.by.Source, ':')+1:])
		}
		if got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}

func TestAPlaceholderIsNoReason(t *testing.T) {
	for reason, want := range map[string]bool{
		"%s": true, "%r": true, "%-5s": true, "%s (%d)": true, "{}": true, "{e}": true, "{error} at {}": true,
		"": false, "100% full": false, "% s": false, "{'code': 1}": false, "no %s": false,
	} {
		if got := unfilled(reason); got != want {
			t.Errorf("unfilled(%q): got %v, want %v", reason, got, want)
		}
	}
}

func TestASourceIsNamedAsTheFileItIs(t *testing.T) {
	project := t.TempDir()
	for _, file := range []string{"app/routes/ws.py", "algo/kafka/__init__.py", "app/app.py"} {
		path := filepath.Join(project, file)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	dirs := []string{filepath.Join(project, "app"), project}
	for source, want := range map[string]string{
		"routes.ws:<module>:24": "routes/ws.py:24",
		"algo.kafka:make:7":     "algo/kafka/__init__.py:7",
		"__main__:<module>:3":   "app.py:3",
		"site.package:f:1":      "site.package:f:1",
		"werkzeug":              "werkzeug",
		"":                      "",
	} {
		if got := where(source, dirs, "app.py"); got != want {
			t.Errorf("%s: got %s, want %s", source, got, want)
		}
	}
	if got, want := where("__main__:f:1", dirs, ""), "__main__:f:1"; got != want {
		t.Errorf("without a script: got %s, want %s", got, want)
	}
}
