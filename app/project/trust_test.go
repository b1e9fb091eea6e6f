package project

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"streamtray/app/envfile"
	"streamtray/app/plan"
)

// stackDir is a project with all that its card tells.
func stackDir(t *testing.T) string {
	t.Helper()
	dir := projectDir(t, `compose: {files: [compose.yaml]}
streaming: {file: .env}
app:
  command: [python, app.py, "two words", ""]
  env: {B: "2", A: "1"}
`)
	write(t, filepath.Join(dir, "compose.yaml"), `services:
  kafka:
    image: apache/kafka:${KAFKA_VERSION:-3.9.0}
    ports: ["127.0.0.1:19092:9092"]
    volumes: ["./data:/data", "named:/named"]
    env_file: [kafka.env]
    environment:
      KAFKA_LISTENERS: PLAINTEXT://0.0.0.0:9092
      KAFKA_ADVERTISED_LISTENERS: PLAINTEXT://localhost:19092
  web:
    image: nginx
volumes: {named: {}}
`)
	write(t, filepath.Join(dir, "kafka.env"), "KAFKA_LOG_DIRS=/data\n")
	return dir
}

func card(t *testing.T, dir, home string, environ ...string) plan.Plan {
	t.Helper()
	return must(t, opening(t, dir, home, environ...)).Plan()
}

func TestTheCardTellsAllThatWouldRun(t *testing.T) {
	dir := stackDir(t)
	var got []string
	for _, l := range card(t, dir, t.TempDir()).Lines() {
		got = append(got, l.Kind+" "+strings.ReplaceAll(filepath.ToSlash(l.Text), filepath.ToSlash(dir), "DIR"))
	}
	for _, want := range []string{
		`command python app.py "two words" ""`, "dir DIR", "env A=1", "env B=2", "env ALGO_ENABLE_KAFKA_STREAMING=true / false",
		"env ALGO_KAFKA_BOOTSTRAP_SERVERS=localhost:19092", "env ALGO_KAFKA_DETECTION_TOPIC=detection-results",
		"write DIR/.env: ALGO_ENABLE_KAFKA_STREAMING=true / false", "connect kafka  localhost:19092  PLAINTEXT",
		"connect web  http://127.0.0.1:5000/", "topic llm-analysis-tasks  partitions=3 replication-factor=1", "file DIR/streamtray.yaml",
		"file DIR/compose.yaml", "file DIR/kafka.env",
		"container kafka  apache/kafka:3.9.0  127.0.0.1:19092:9092", "mount DIR/data:/data",
	} {
		if !slices.ContainsFunc(got, func(l string) bool { return strings.HasPrefix(l, want) }) {
			t.Errorf("%q is not on the card:\n%s", want, strings.Join(got, "\n"))
		}
	}
	for _, l := range got {
		if strings.Contains(l, "nginx") || strings.Contains(l, "named") {
			t.Errorf("%q would not run, or lets nobody see this computer's files", l)
		}
	}
}

func TestTrustIsAskedForAnewWhenAnythingThatRunsChanges(t *testing.T) {
	home := t.TempDir()
	for name, change := range map[string]func(dir string) []string{
		"the command":                edit("streamtray.yaml", "app.py", "evil.py"),
		"where arguments end":        edit("streamtray.yaml", `"two words"`, "two, words"),
		"a variable of the app":      edit("streamtray.yaml", `B: "2"`, `PYTHONPATH: /evil`),
		"the app's folder":           edit("streamtray.yaml", "app:\n", "app:\n  dir: .evil\n"),
		"the image":                  edit("compose.yaml", "apache/kafka", "evil/kafka"),
		"a port":                     edit("compose.yaml", "127.0.0.1:19092:9092", "19092:9092"),
		"a mount":                    edit("compose.yaml", "./data:/data", "/:/data"),
		"what containers run":        edit("compose.yaml", "  kafka:\n", "  kafka:\n    command: evil\n"),
		"a file of variables":        edit("kafka.env", "/data", "/evil"),
		"a variable of compose":      func(string) []string { return []string{"KAFKA_VERSION=evil"} },
		"a value in .env":            edit(".env", "", "KAFKA_VERSION=evil\n"),
		"another value in .env":      edit(".env", "", "KAFKA_HEAP_OPTS=evil\n"),
		"the flag's variable":        edit("streamtray.yaml", "streaming: {", "streaming: {env: LD_PRELOAD, "),
		"what the flag is set to":    edit("streamtray.yaml", "streaming: {", "streaming: {on: /evil.so, "),
		"where the flag is kept":     edit("streamtray.yaml", "file: .env", "file: other.env"),
		"who is told where Kafka is": edit("streamtray.yaml", "compose:", "kafka: {env: PYTHONSTARTUP}\ncompose:"),
		"where Kafka is":             edit("streamtray.yaml", "compose:", "kafka: {bootstrap: ['evil.example:9092']}\ncompose:"),
		"which password is used":     edit("streamtray.yaml", "compose:", "kafka: {remote: {security: SASL_SSL, user_env: USER, password_env: AWS_SECRET_ACCESS_KEY}}\ncompose:"),
		"a topic":                    edit("streamtray.yaml", "compose:", "kafka: {topics: [{name: evil, env: LD_PRELOAD}]}\ncompose:"),
		"which page is asked":        edit("streamtray.yaml", "app:\n", "app:\n  ready: {http: 'http://127.0.0.1:1/'}\n"),
		"a privilege":                edit("compose.yaml", "  kafka:\n", "  kafka:\n    privileged: true\n"),
		"what an attribute of a variable says": func(dir string) []string {
			edit("compose.yaml", "  kafka:\n", "  kafka:\n    user: ${WHO:-1000}\n")(dir)
			return []string{"WHO=root"}
		},
		"which services are run": edit("streamtray.yaml", "[compose.yaml]", "[compose.yaml], services: [kafka, web]"),
	} {
		dir := stackDir(t)
		before := card(t, dir, home)
		if again := card(t, dir, home); again.Hash() != before.Hash() {
			t.Fatalf("the same card has two hashes: %+v, %+v", before, again)
		}
		environ := change(dir)
		if after := card(t, dir, home, environ...); after.Hash() == before.Hash() {
			t.Errorf("%s changed, and the hash did not: %+v", name, after)
		}
	}
}

// edit replaces text in a file of the project; in none it writes the new text at the end.
func edit(name, old, text string) func(dir string) []string {
	return func(dir string) []string {
		file := filepath.Join(dir, name)
		b, _ := os.ReadFile(file) // a missing one is begun
		after := string(b) + text
		if old != "" {
			after = strings.Replace(string(b), old, text, 1)
		}
		if after == string(b) {
			panic(name + " does not hold " + old)
		}
		if err := os.WriteFile(file, []byte(after), 0o600); err != nil {
			panic(err)
		}
		return nil
	}
}

// The flag is often kept in the .env file that compose reads too. Each switch of it asked for trust, and started Kafka
// anew.
func TestWhatWeSetOurselvesIsNoChange(t *testing.T) {
	for name, text := range map[string]string{
		"no file yet":      "",
		"a file":           "# mine\nKAFKA_VERSION=3.9.1\n",
		"a file of others": "A=1",
		"exported":         "export ALGO_ENABLE_KAFKA_STREAMING=false # here\r\nA=1\r\n",
	} {
		dir, home := stackDir(t), t.TempDir()
		if text != "" {
			write(t, filepath.Join(dir, ".env"), text)
		}
		before := must(t, opening(t, dir, home))
		c := before.Plan()
		if err := before.stack.drift.started(); err != nil {
			t.Fatal(err)
		}
		for _, value := range []string{"true", "false"} {
			if _, err := envfile.Set(filepath.Join(dir, ".env"), "ALGO_ENABLE_KAFKA_STREAMING", value); err != nil {
				t.Fatal(err)
			}
			after := must(t, opening(t, dir, home))
			if now := after.Plan(); now.Hash() != c.Hash() {
				t.Errorf("%s, set to %s: the card changed: %+v", name, value, now.Compare(c.Remembered()))
			}
			if err := after.stack.drift.check(); err != nil {
				t.Errorf("%s, set to %s: %v", name, value, err)
			}
		}
	}
}

func TestWhatIsTrustedIsRemembered(t *testing.T) {
	dir, home := stackDir(t), t.TempDir()
	look := func() (trusts, changed bool) {
		return must(t, opening(t, dir, home)).Trusts()
	}
	if trusts, changed := look(); trusts || changed {
		t.Errorf("a stranger: %v, %v", trusts, changed)
	}
	p := must(t, opening(t, dir, home))
	if err := p.Trust(); err != nil {
		t.Fatal(err)
	}
	if trusts, changed := look(); !trusts || changed {
		t.Errorf("trusted: %v, %v", trusts, changed)
	}
	edit("compose.yaml", "apache/kafka", "evil/kafka")(dir)
	if trusts, changed := look(); trusts || !changed {
		t.Errorf("changed: %v, %v", trusts, changed)
	}
}
