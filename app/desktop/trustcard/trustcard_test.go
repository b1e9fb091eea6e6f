package trustcard

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"streamtray/app/desktop/shoptest"
	"streamtray/app/plan"
	"streamtray/app/ui"
	"streamtray/app/ui/uitest"
)

// shownCard is the card of the project in dir after it is trusted, if trust, and how the welcome shows it.
func shownCard(t *testing.T, dir, home string, trust bool) ui.Card {
	t.Helper()
	p := shoptest.Open(t, dir, home, "tcp://127.0.0.1:1")
	shown := Of(p, uitest.English(t))
	if trust {
		if err := p.Trust(); err != nil {
			t.Fatal(err)
		}
	}
	return shown
}

// referenceApp is a program of the reference's kind: what it is told and which topics it has is taken from its code.
const referenceApp = `import os
from kafka import KafkaProducer

if os.getenv("ALGO_ENABLE_KAFKA_STREAMING") == "true":
    producer = KafkaProducer(bootstrap_servers=os.environ["ALGO_KAFKA_BOOTSTRAP_SERVERS"])
    producer.send(os.getenv("ALGO_KAFKA_DETECTION_TOPIC", "detection-results"), b"")
    producer.send("llm-analysis-tasks", b"")
    producer.send("llm-analysis-results", b"")
`

func TestAChangedCardSaysWhatEachThingWas(t *testing.T) {
	dir, home := t.TempDir(), t.TempDir()
	shoptest.Put(t, filepath.Join(dir, "app.py"), referenceApp)
	config, compose := filepath.Join(dir, "streamtray.yaml"), filepath.Join(dir, "compose.yaml")
	shoptest.Put(t, config, shoptest.Project)
	shoptest.Put(t, compose, shoptest.Compose)
	for _, i := range shownCard(t, dir, home, true).Items {
		if i.Was != "" {
			t.Errorf("nothing was agreed to yet, and %+v says what it was", i)
		}
	}
	shoptest.Put(t, config, strings.NewReplacer("app.py", "evil.py", "fast", "slow", "one", "two", `OLD: "1"`, `NEW: "2"`, "app:\n", "app:\n  dir: src\n").Replace(shoptest.Project))
	shoptest.Put(t, compose, strings.NewReplacer("3.8.0", "3.9.0", "127.0.0.1:9101:9101", "9101:9101", "./data:/data", "./:/data").Replace(shoptest.Compose))
	if err := os.Mkdir(filepath.Join(dir, "src"), 0o700); err != nil {
		t.Fatal(err)
	}
	shoptest.Put(t, filepath.Join(dir, "src", "evil.py"), "")
	var got []string
	after := shownCard(t, dir, home, false)
	for _, i := range after.Items {
		got = append(got, filepath.ToSlash(strings.ReplaceAll(fmt.Sprintf("%s: %s | %s", i.Kind, i.Now, i.Was), dir, "DIR")))
	}
	want := []string{
		"command: python evil.py | python app.py",
		"missing: python | ",
		"dir: src | .",
		"images: apache/kafka:3.9.0 | apache/kafka:3.8.0",
		"ports: 127.0.0.1:19092:9092 → kafka | ",
		"ports: 9101:9101 → kafka | none",
		"ports: (removed) | 127.0.0.1:9101:9101 → kafka",
		"mounts: DIR:/data → kafka | none",
		"env: DB_PASSWORD=two | something else",
		"env: MODE=slow | MODE=fast",
		"env: NEW=2 | none",
		"env: ALGO_ENABLE_KAFKA_STREAMING=true / false | ",
		"env: ALGO_KAFKA_BOOTSTRAP_SERVERS=localhost:19092 | ",
		"env: ALGO_KAFKA_DETECTION_TOPIC=detection-results | ",
		"connect: kafka  localhost:19092  PLAINTEXT | ",
		"connect: web  http://127.0.0.1:5000/ | ",
		"topics: detection-results  partitions=3 replication-factor=1 | ",
		"topics: llm-analysis-tasks  partitions=3 replication-factor=1 | ",
		"topics: llm-analysis-results  partitions=3 replication-factor=1 | ",
		"files: streamtray.yaml | something else",
		"files: compose.yaml | something else",
		"mounts: (removed) | DIR/data:/data",
		"env: (removed) | OLD=1",
	}
	if !after.Changed || strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("changed %v, got:\n%s\nwant:\n%s", after.Changed, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// The window's card left out what would set the project's environment up, which its fingerprint stood for all the same.
func TestTheCardHasAPlaceForEveryKindOfThing(t *testing.T) {
	for _, k := range plan.Kinds() {
		if k == "outside" || k == "remote" { // told with its file; ticked one by one
			continue
		}
		if !slices.Contains(ui.CardKinds(), Kind(k)) {
			t.Errorf("%q is shown nowhere", k)
		}
	}
}
