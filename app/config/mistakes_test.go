package config

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"streamtray/app/i18n"
	"streamtray/internal/golden"
	"streamtray/internal/usererr"
)

// mistakes are wrong files, one or a few mistakes in each.
var mistakes = []string{
	"kafka:\n\tmode: docker\n",
	"app:\n  command: [python, app.py\n",
	"name: \"detection\nkafka: {}\n",
	"kafka:\n  mode: docker\n bootstrap: []\n",
	"名字: x\n",
	"kafak: {}\n",
	"kafka:\n  topics:\n    - {name: a, partition: 3}\n",
	"- kafka\n",
	"kafka: docker\n",
	"app: {command: python app.py}\n",
	"app: {ready: [log]}\n",
	"app: {env: {A: [1]}}\n",
	"name:\n",
	"kafka: {mode: dokcer}\n",
	"kafka: {port: 70000}\n",
	"kafka: {bootstrap: [localhost, a:b, 'a:99999']}\n",
	"kafka: {mode: remote}\n",
	"kafka:\n  remote:\n    security: SASL_SSL\n",
	"kafka:\n  remote:\n    user: me\n    password: geheim\n",
	"kafka: {topics: [{partitions: 3}]}\n",
	"kafka: {topics: [{name: a b}]}\n",
	"kafka: {topics: [{name: a}, {name: a}]}\n",
	"kafka: {topics: [{name: a, config: {Retention: 1}}]}\n",
	"kafka:\n  mode: docker\n  mode: remote\n",
	"streaming: {env: MY-FLAG}\n",
	"streaming: {env: A, on: same, off: same}\n",
	"streaming: {file: ../.env}\n",
	"app: {command: []}\n",
	"app: {dir: ../other}\n",
	"app: {env: {'A B': x}}\n",
	"app: {ready: {http: localhost:5000}}\n",
	"app: {command: [python, \"\\e[2Kapp.py\"]}\n",
	"app: {command: [python, \"\u202eyp.ppa\"]}\n",
	"limits: {engine: 5, infra: -1s, brocker: 3m}\n",
	"version: 2\n",
	"version: one\n",
	"kafka: *missing\n",
	"kafka: &k {<<: *k, mode: docker}\n",
	"app: &a {command: *a}\n",
	"name: a\n---\nname: b\n",
	"versoin: 1\nkafka: {mode: dokcer, port: x}\napp: {command: 5}\nlimits: {infra: soon}\n",
}

func TestAMistakeIsToldWithItsPlaceAndWhatToDo(t *testing.T) {
	var b strings.Builder
	for _, text := range mistakes {
		_, err := Load(write(t, []byte(text)))
		if err == nil {
			t.Errorf("%q: no mistake was found", text)
			continue
		}
		b.WriteString("=== " + strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\n", "\n  | ") + "\n")
		for _, lang := range i18n.Languages {
			b.WriteString(tell(t, lang, err))
		}
	}
	golden.Compare(t, "mistakes.golden", b.String())
}

// A password must not get into a log by way of the sentence that refuses it.
func TestASecretIsNeverRepeated(t *testing.T) {
	_, err := Load(write(t, []byte("kafka:\n  remote:\n    password: geheim\n")))
	if err == nil || strings.Contains(err.Error()+tell(t, "en", err), "geheim") {
		t.Errorf("got %v", err)
	}
}

func TestSoManyMistakesAreToldAsAPersonWouldRead(t *testing.T) {
	_, err := Load(write(t, []byte(strings.Repeat("x: 1\n", 100))))
	all := err.(interface{ Unwrap() []error }).Unwrap() // Load joins at the top
	if len(all) != maxProblems+1 || !strings.Contains(tell(t, "en", all[maxProblems]), "80 more errors") {
		t.Errorf("%d told, the last %v", len(all), all[len(all)-1])
	}
}

// The YAML parser needs the square of a file's size, and aliases of aliases can mean more than memory holds.
func TestAHostileFileIsRefusedAtOnce(t *testing.T) {
	topics := "x: &x {" + strings.Repeat("k: 1, ", 1500) + "}\n" + "kafka:\n  topics: [" + strings.Repeat("{name: a, config: *x}, ", 700) + "]\n"
	for name, text := range map[string]string{
		"large":    strings.Repeat("# nothing\n", 10_000),
		"brackets": strings.Repeat("[", 5000),
		"braces":   strings.Repeat("{a: ", 2000),
		"dashes":   strings.Repeat("- ", 5000),
		"anchors":  "a: " + strings.Repeat("&a ", 3000),
		"keys":     strings.Repeat("k: 1\n", 6000),
		"aliases":  topics,
		"merges":   "kafka: &a {<<: [" + strings.Repeat("*a, ", 500) + "]}\n",
		"a folder": "",
	} {
		file := write(t, []byte(text))
		if name == "a folder" {
			file = filepath.Dir(file)
		}
		if _, err := Load(file); err == nil {
			t.Errorf("%s: it was taken", name)
		}
	}
}

var named = regexp.MustCompile(`"(config\.[a-z0-9_]+)"`)

// A fault without a sentence would be told by its identifier.
func TestEveryFaultHasASentenceAndAdvice(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range named.FindAllSubmatch(source, -1) {
			found++
			for _, lang := range i18n.Languages {
				w, err := i18n.New(lang)
				if err != nil {
					t.Fatal(err)
				}
				for _, id := range []string{string(m[1]), string(m[1]) + ".hint"} {
					if _, ok := w.Find(id, map[string]any{"Count": 2}); !ok {
						t.Errorf("%s: no text %s", lang, id)
					}
				}
			}
		}
	}
	if found < 25 {
		t.Errorf("only %d texts found: is the pattern right?", found)
	}
}

// Whatever the file says: no panic, a mistake has its place in the file, and what is taken keeps its promises.
func FuzzLoad(f *testing.F) {
	for _, text := range mistakes {
		f.Add(text)
	}
	f.Add("\r0")
	f.Add("kafka: {mode: embedded, topics: [{name: a}]}\napp: {dir: sub, command: [python, app.py]}\nstreaming: {file: .env}\n")
	dir := filepath.Join(f.TempDir(), "project")
	f.Fuzz(func(t *testing.T, text string) {
		p, err := Default(dir).parse(filepath.Join(dir, FileName), []byte(text))
		if err != nil {
			placed(t, err, strings.Count(newlines.Replace(text), "\n")+1)
			return
		}
		for _, path := range []string{p.App.Dir, p.Streaming.File} {
			if rel, err := filepath.Rel(dir, path); path != "" && (err != nil || !filepath.IsLocal(rel)) {
				t.Errorf("%q points outside the project", path)
			}
		}
		if len(p.App.Command) == 0 || p.Streaming.Env != "" && p.Streaming.On == p.Streaming.Off {
			t.Errorf("got %+v", p)
		}
		for _, topic := range p.Kafka.Topics {
			if !topicName.ok(topic.Name) || topic.Partitions < 1 || topic.Replication < 1 {
				t.Errorf("topic %+v", topic)
			}
		}
	})
}

func placed(t *testing.T, err error, lines int) {
	t.Helper()
	if joined, ok := err.(interface{ Unwrap() []error }); ok { // Load joins at the top
		for _, e := range joined.Unwrap() {
			placed(t, e, lines)
		}
		return
	}
	var told *usererr.Error
	if !errors.As(err, &told) || !told.Final() {
		t.Fatalf("got %v, want a final fault", err)
	}
	if line, ok := told.Args["Line"].(int); ok && (line < 1 || line > lines) {
		t.Errorf("%v: line %d of %d", err, line, lines)
	}
}
