package config

import (
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"streamtray/app/testenv"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"streamtray/app/i18n"
	"streamtray/assets"
)

// write puts a streamtray.yaml into a folder of its own.
func write(t *testing.T, text []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), FileName)
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func load(t *testing.T, text string) Project {
	t.Helper()
	p, err := Load(write(t, []byte(text)))
	if err != nil {
		t.Fatalf("%s: %s", text, tell(t, "en", err))
	}
	return p
}

// tell says an error as a person reads it, without the folder.
func tell(t *testing.T, lang string, err error) string {
	t.Helper()
	w, e := i18n.New(lang)
	if e != nil {
		t.Fatal(e)
	}
	all := []error{err}
	if joined, ok := err.(interface{ Unwrap() []error }); ok { // Load joins at the top
		all = joined.Unwrap()
	}
	var b strings.Builder
	for _, err := range all {
		text, hint := w.Error(err)
		if _, rest, ok := strings.Cut(text, FileName); ok {
			text = FileName + rest
		}
		b.WriteString(text + "\n    " + hint + "\n")
	}
	return b.String()
}

func TestAFileThatSaysNothingLeavesTheDefaults(t *testing.T) {
	for _, text := range []string{"", "\n", "# a comment\n", "---\n", "null\n", "version: 1\n", "kafka:\napp:\n", "%YAML 1.2\n---\nversion: 1\n"} {
		file := write(t, []byte(text))
		got, err := Load(file)
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		want := Discover(filepath.Dir(file))
		want.File, got.Given = file, nil
		got.Found = want.Found
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%q:\ngot  %+v\nwant %+v", text, got, want)
		}
	}
}

func TestEveryKeyIsTaken(t *testing.T) {
	p := load(t, `
version: 1
name: 检测
compose: {files: [deploy/kafka.yml, ../shared.yml], services: [kafka], profiles: [dev]}
kafka:
  mode: remote
  bootstrap: [kafka.example.com:9092, "[::1]:9093"]
  env: BOOTSTRAP
  port: 19092
  topics:
    - {name: a, partitions: 6, replication: 2, config: {retention.ms: 60000}, env: TOPIC_A, about: 第一个}
    - name: b
  remote:
    security: SASL_SSL
    mechanism: SCRAM-SHA-512
    user_env: KAFKA_USER
    password_env: KAFKA_PASSWORD
    keyring: my-kafka
    ca_file: ca.pem
streaming: {env: STREAM, on: yes, off: no, file: config/.env}
app:
  mode: external
  command: [python, -m, app]
  dir: src
  env: {MODE: fast, PORT: 5000}
  ready: {log: ready, http: "http://localhost:8080/health?full=1"}
  failed: [broken]
  degraded: [half]
limits: {engine: 30s, infra: 1h30m}
`)
	dir := p.Dir
	want := Blank(dir)
	p.Found = nil
	want.File = filepath.Join(dir, FileName)
	want.Name = "检测"
	want.Compose = Compose{
		Files:    []string{filepath.Join(dir, "deploy", "kafka.yml"), filepath.Join(filepath.Dir(dir), "shared.yml")},
		Services: []string{"kafka"}, Profiles: []string{"dev"},
	}
	want.Kafka = Kafka{
		Mode: Remote, Bootstrap: []string{"kafka.example.com:9092", "[::1]:9093"}, Env: "BOOTSTRAP", Port: 19092,
		Topics: []Topic{
			{Name: "a", Partitions: 6, Replication: 2, Config: map[string]string{"retention.ms": "60000"}, Env: "TOPIC_A", About: "第一个"},
			{Name: "b", Partitions: 3, Replication: 1},
		},
		Remote: RemoteAccess{
			Security: "SASL_SSL", Mechanism: "SCRAM-SHA-512", UserEnv: "KAFKA_USER", PasswordEnv: "KAFKA_PASSWORD",
			Keyring: "my-kafka", CAFile: filepath.Join(dir, "ca.pem"),
		},
	}
	want.Streaming = Streaming{Env: "STREAM", On: "yes", Off: "no", File: filepath.Join(dir, "config", ".env")}
	want.App = App{
		Mode:    External,
		Command: []string{"python", "-m", "app"}, Dir: filepath.Join(dir, "src"), Env: map[string]string{"MODE": "fast", "PORT": "5000"},
		Ready: Ready{Log: "ready", HTTP: "http://localhost:8080/health?full=1"}, Failed: []string{"broken"}, Degraded: []string{"half"},
	}
	want.Limits["engine"], want.Limits["infra"] = 30*time.Second, 90*time.Minute
	if p.Given["kafka.env"] != 8 || p.Given["app"] != 21 {
		t.Errorf("the keys given: %v", p.Given)
	}
	p.Given = nil
	if !reflect.DeepEqual(p, want) {
		t.Errorf("got  %+v\nwant %+v", p, want)
	}
}

func TestTheSamplesFileIsUnderstood(t *testing.T) {
	text, err := assets.Sample.ReadFile("sample/" + FileName)
	if err != nil {
		t.Fatal(err)
	}
	p := load(t, string(text))
	if len(p.Kafka.Topics) != 3 || p.Kafka.Topics[0].About != "实时检测结果" {
		t.Errorf("topics: %+v", p.Kafka.Topics)
	}
}

// foreign is a project that is not of the reference's kind.
var foreign = map[string]string{
	"compose.yaml": "services: {kafka: {}}",
	"feed/main.py": `import os
from confluent_kafka import Producer
from flask import Flask

app = Flask("feed")
HOST = os.environ["BROKER_HOST"]
PORT = os.environ.get("BROKER_PORT", "9092")
STREAM = os.getenv("FEED_STREAM_ENABLED", "0") == "1"
if STREAM:
    producer = Producer({"bootstrap.servers": f"{HOST}:{PORT}"})
    producer.produce("feed: 1", b"")
    producer.produce("feed.out", b"")
`,
}

// Whoever writes a first file and changes nothing must get what they had without it.
func TestTheFirstFileSaysWhatIsTrueWithoutIt(t *testing.T) {
	name := `检测 "one": #2`
	if runtime.GOOS == "windows" { // which has neither of these in names
		name = strings.NewReplacer(`"`, "'", ":", ",").Replace(name)
	}
	reference := map[string]string{
		"deployment/docker-compose.infra.yml": "services: {kafka: {}}",
		"app.py":                              "import os\nON = os.getenv('ALGO_ENABLE_KAFKA_STREAMING')\nTOPIC = os.getenv('ALGO_KAFKA_DETECTION_TOPIC', 'detection-results')\n",
	}
	for kind, files := range map[string]map[string]string{"nothing": {}, "the reference": reference, "another": foreign} {
		dir := filepath.Join(t.TempDir(), name)
		for file, text := range files {
			plant(t, filepath.Join(dir, filepath.FromSlash(file)), text)
		}
		want := Discover(dir)
		for _, lang := range i18n.Languages {
			w, err := i18n.New(lang)
			if err != nil {
				t.Fatal(err)
			}
			want.File = filepath.Join(dir, FileName)
			text := want.First(w.Text)
			plant(t, want.File, text)
			got, err := Load(want.File)
			if err != nil {
				t.Fatal(tell(t, lang, err))
			}
			if !slices.Equal(got.Compose.Files, want.Compose.Files) {
				t.Errorf("%s, %s: compose files %v, want %v", kind, lang, got.Compose.Files, want.Compose.Files)
			}
			got.Compose, got.Found, got.Given = want.Compose, want.Found, nil // which may differ in who says so
			if !reflect.DeepEqual(got, want) {
				t.Errorf("%s, %s:\ngot  %+v\nwant %+v\n%s", kind, lang, got, want, text)
			}
		}
	}
}

func plant(t *testing.T, file, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestAFileIsReadAsItsEditorWroteIt(t *testing.T) {
	const text = "name: 检测\nkafka:\n  mode: embedded\n"
	encoded := func(e encoding.Encoding, s string) []byte {
		b, err := e.NewEncoder().Bytes([]byte(s))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	crlf := strings.ReplaceAll(text, "\n", "\r\n")
	for name, b := range map[string][]byte{
		"UTF-8":            []byte(text),
		"UTF-8 with BOM":   []byte("\ufeff" + text),
		"Windows lines":    []byte(crlf),
		"UTF-16 of Window": encoded(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), crlf),
		"UTF-16 big":       encoded(unicode.UTF16(unicode.BigEndian, unicode.UseBOM), text),
	} {
		p, err := Load(write(t, b))
		if err != nil || p.Name != "检测" || p.Kafka.Mode != Embedded {
			t.Errorf("%s: got %q, %q, %v", name, p.Name, p.Kafka.Mode, err)
		}
	}
	for name, b := range map[string][]byte{
		"GBK":              encoded(simplifiedchinese.GBK, text),
		"UTF-16, unmarked": encoded(unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), text),
	} {
		if _, err := Load(write(t, b)); err == nil || !strings.Contains(tell(t, "en", err), "not UTF-8") {
			t.Errorf("%s: got %v, want it refused as not UTF-8", name, err)
		}
	}
}

func TestAnchorsAliasesAndMergedMappingsAreFollowed(t *testing.T) {
	p := load(t, `
kafka:
  topics:
    - &first {name: a, partitions: 7, about: one}
    - {<<: *first, name: b}
    - <<: [{about: two}, *first]
      name: c
app: {env: {ONE: &v x, TWO: *v}}
`)
	want := []Topic{
		{Name: "a", Partitions: 7, Replication: 1, About: "one"},
		{Name: "b", Partitions: 7, Replication: 1, About: "one"},
		{Name: "c", Partitions: 7, Replication: 1, About: "two"},
	}
	if !reflect.DeepEqual(p.Kafka.Topics, want) || p.App.Env["TWO"] != "x" {
		t.Errorf("got %+v, %v\nwant %+v", p.Kafka.Topics, p.App.Env, want)
	}
}

// The parser takes the colon in [host:9092] for a key's when the list stands in braces.
func TestAnAddressNeedsNoQuotes(t *testing.T) {
	for _, text := range []string{
		"kafka: {bootstrap: [127.0.0.1:9092, localhost:9093]}", "kafka:\n  bootstrap: [127.0.0.1:9092, localhost:9093]",
		"kafka:\n  bootstrap:\n    - 127.0.0.1:9092\n    - localhost:9093",
	} {
		if got := strings.Join(load(t, text).Kafka.Bootstrap, " "); got != "127.0.0.1:9092 localhost:9093" {
			t.Errorf("%s: got %s", text, got)
		}
	}
}

func TestAnAbsolutePathMustLieInTheProjectToo(t *testing.T) {
	dir := t.TempDir()
	file, sub := filepath.Join(dir, FileName), filepath.Join(dir, "sub")
	say := func(path string) (Project, error) {
		if err := os.WriteFile(file, []byte("app: {dir: '"+path+"'}"), 0o600); err != nil {
			t.Fatal(err)
		}
		return Load(file)
	}
	if p, err := say(sub); err != nil || p.App.Dir != sub {
		t.Errorf("inside: got %q, %v, want %q", p.App.Dir, err, sub)
	}
	if _, err := say(filepath.Dir(dir)); err == nil || !strings.Contains(tell(t, "en", err), "points outside") {
		t.Errorf("outside: got %v", err)
	}
}

// A link made the app run elsewhere, and a flag be written into a shell's start-up file.
func TestALinkThatLeadsOutOfTheProjectIsToldWithWhereItLeads(t *testing.T) {
	for key, text := range map[string]string{
		"streaming.file": "streaming: {file: .env}\n",
		"app.dir":        "app: {dir: src}\n",
	} {
		file, other := write(t, []byte(text)), t.TempDir()
		at := filepath.Join(filepath.Dir(file), ".env")
		if key == "app.dir" {
			at = filepath.Join(filepath.Dir(file), "src")
		}
		target := filepath.Join(other, "target")
		if err := os.Symlink(target, at); err != nil {
			testenv.Of(t, "links cannot be made here:", err)
		}
		_, err := Load(file)
		if said := tell(t, "en", err); !strings.Contains(said, "config.outside_link") && !strings.Contains(said, target) || !strings.Contains(said, key) {
			t.Errorf("%s: got %q, want where it leads: %s", key, said, target)
		}
	}
}

func TestAProjectsFileThatIsALinkOutOfItIsNotRead(t *testing.T) {
	other := write(t, []byte("version: 1\napp: {dir: /their/secret}\n"))
	file := filepath.Join(t.TempDir(), FileName)
	if err := os.Symlink(other, file); err != nil {
		testenv.Of(t, "links cannot be made here:", err)
	}
	_, err := Load(file)
	if said := tell(t, "en", err); !strings.Contains(said, "is a link to "+other) || strings.Contains(said, "secret") {
		t.Errorf("got %q, want where it leads, and nothing of what stands there", said)
	}
}
