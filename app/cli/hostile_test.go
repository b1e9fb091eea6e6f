package cli

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"streamtray/app"
	"streamtray/app/doctor"
	"streamtray/app/i18n"
	"streamtray/app/redact"
	"streamtray/internal/termtext"
)

// evil sets the clipboard and the title, colours, clears the screen, paints over the line and turns it round.
const evil = "x\x1b]52;c;ZXZpbA==\a\x1b]0;owned\a\x1b[2J\u009b31m\u202egnirts\u2066\u2028\x7f"

// quoted is evil as YAML and JSON write it, without the characters that YAML does not take.
const quoted = `"x\e]52;c;ZXZpbA==\a\e]0;owned\a\e[2J\u009b31m\u202egnirts\u2066\u2028\x7f"`

// The name of an image, of a topic or a line of a log set the clipboard of whoever looked at them. Whatever a command
// prints comes through one gate: this walks through all of them.
func TestNoCommandPrintsWhatATerminalWouldObey(t *testing.T) {
	dir, home := t.TempDir(), t.TempDir()
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	file("streamtray.yaml", "version: 1\nname: \"a\\u202egnirts\"\ncompose: {files: [compose.yaml]}\napp: {command: [python, \"a\\u202egnirts\"]}\n"+ // it may hold nothing else
		"kafka: {topics: [{name: results}]}\n")
	compose := file("compose.yaml", "services:\n  kafka:\n    image: "+quoted+"\n    ports: ['19099:19099']\n    labels: {a: "+quoted+"}\n"+
		"    environment: {KAFKA_LISTENERS: 'PLAINTEXT://0.0.0.0:9092', KAFKA_ADVERTISED_LISTENERS: "+quoted+", A: "+quoted+"}\n")
	broken := file("broken.yaml", "services: {kafka: {image: x, "+evil+": 1}}\n")
	const log = "Traceback (most recent call last):\n  File \"app.py\", line 1\nkafka.errors.NoBrokersAvailable: NoBrokersAvailable " + evil + "\n"
	calls := [][]string{
		{"status"},
		{"topics", "list"},
		{"topics", "plan"},
		{"records", "tail", evil, "-n", "1"},
		{"records", "tail", "results", "--path", "$." + evil + "["},
		{"records", "send", evil, evil},
		{"snapshot", "save", filepath.Join(dir, "s.jsonl"), evil},
		{"snapshot", "restore", evil},
		{"reset", "--topics", evil, "--delete-for-good"},
		{"reset", "--all", "--delete-for-good"},
		{"canary"},
		{"logs"},
		{"logs", "kafka"},
		{"logs", evil},
		{"restart", evil},
		{"doctor"},
		{"facts"},
		{"plan"},
		{"up"},
		{"up", "--" + evil},
		{evil},
		{"down"},
		{"down", "--all"},
		{"trust", "list"},
		{"trust", "show"},
		{"trust", "forget"},
		{"settings"},
		{"settings", "get", evil},
		{"settings", "set", "theme", evil},
		{"inspect", compose},
		{"inspect", broken},
		{"inspect", dir},
		{"inspect", "--fix", compose},
		{"inspect", evil},
		{"diagnose"},
		{"diagnose", "--where", evil},
		{"bundle", "-o", filepath.Join(dir, "b.zip")},
		{"init", filepath.Join(dir, "new")},
		{"restart"},
		{"restart", evil},
		{"env"},
		{"env", "--format", "json"},
		{"schema"},
		{"completion", "bash"},
		{"version"},
		{"help"},
		{"quit", "--timeout", "1s"},
	}
	seen, walked := 0, map[string]bool{}
	for _, args := range calls {
		walked[args[0]] = true
		for _, extra := range [][]string{nil, {"--json"}, {"--lang", "zh"}} {
			var out, errs bytes.Buffer
			env := Env{
				In: strings.NewReader(log), Out: &out, Err: &errs, Dir: dir, Version: "1",
				Getenv: func(name string) string {
					return map[string]string{"STREAMTRAY_HOME": home, "DOCKER_HOST": "unix://" + filepath.Join(dir, "none.sock"), "STREAMTRAY_LANG": "en"}[name]
				},
				Environ: []string{"DOCKER_HOST=unix://" + filepath.Join(dir, "none.sock")},
			}
			Run(t.Context(), env, append(slices.Clone(args), extra...))
			for name, b := range map[string]*bytes.Buffer{"stdout": &out, "stderr": &errs} {
				text := b.String()
				if strings.Contains(text, "gnirts") {
					seen++
				}
				if termtext.Clean(text) != text {
					t.Errorf("%q %v prints on %s %q", args, extra, name, text)
				}
			}
			if slices.Contains(extra, "--json") && strings.HasPrefix(strings.TrimSpace(out.String()), "{") {
				for d := json.NewDecoder(&out); ; {
					var v any
					if err := d.Decode(&v); err == io.EOF {
						break
					} else if err != nil {
						t.Errorf("%q: its JSON cannot be read: %v", args, err)
						break
					}
				}
			}
		}
	}
	if seen < 15 {
		t.Errorf("the hostile text was printed %d times only: what is walked through?", seen)
	}
	for _, c := range shown() {
		if !walked[c.name] && !slices.Contains([]string{"demo", "selftest"}, c.name) { // they have nothing of others
			t.Errorf("%s is not walked through", c.name)
		}
	}
}

// Whoever writes a compose file can put any variable of the reader's into the address of Kafka, where no name and no shape
// tells that it is a key; who then pastes what a command printed gives it away.
func TestNoCommandPrintsThePersonsOwnSecrets(t *testing.T) {
	const secret = "wJalrXUtnFEMI7MDENG-bPxR.fiCY"
	named := strings.NewReplacer(".", "").Replace(secret) // as the name of a compose project
	dir := t.TempDir()
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	for name, text := range map[string]string{
		"streamtray.yaml": "version: 1\ncompose: {files: [compose.yaml]}\napp: {command: [python, app.py]}\n",
		"compose.yaml": "name: '${AWS_SECRET_ACCESS_KEY}'\nservices:\n  kafka:\n    image: apache/kafka:3.9.0\n    ports: ['19099:19099']\n" +
			"    environment: {KAFKA_LISTENERS: 'PLAINTEXT://0.0.0.0:19099', KAFKA_ADVERTISED_LISTENERS: 'PLAINTEXT://${AWS_SECRET_ACCESS_KEY}:19099'}\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	masked := 0
	for _, args := range [][]string{{"inspect", filepath.Join(dir, "compose.yaml")}, {"doctor"}, {"facts"}, {"plan"}, {"status"}, {"up"}, {"topics", "list"}, {"init", dir}} {
		for _, extra := range [][]string{nil, {"--json"}} {
			var out, errs bytes.Buffer
			Run(t.Context(), Env{
				In: strings.NewReader(""), Out: &out, Err: &errs, Dir: dir, Version: "1",
				Getenv: func(name string) string {
					return map[string]string{"STREAMTRAY_HOME": filepath.Join(dir, "home"), "DOCKER_HOST": "unix://" + filepath.Join(dir, "none.sock")}[name]
				},
				Environ: []string{"DOCKER_HOST=unix://" + filepath.Join(dir, "none.sock"), "AWS_SECRET_ACCESS_KEY=" + secret},
			}, append(slices.Clone(args), extra...))
			if said := out.String() + errs.String(); slices.ContainsFunc([]string{secret, named}, func(s string) bool {
				return strings.Contains(strings.ToLower(said), strings.ToLower(s))
			}) {
				t.Errorf("%q %v prints %s", args, extra, said)
			} else if strings.Contains(said, redact.Mark) {
				masked++
			}
		}
	}
	if masked < 3 {
		t.Errorf("the secret was masked %d times only: it is not what the address is made of", masked)
	}
}

// A line broken in the middle of a secret shows both halves of it.
func TestASecretIsMaskedBeforeItsLineIsBroken(t *testing.T) {
	const secret = "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEYzzQ"
	words, err := i18n.New("en")
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range []*i18n.Words{words, words.Hiding(hiding([]string{"AWS_SECRET_ACCESS_KEY=" + secret}))} {
		c := &call{words: w}
		r := doctor.Result{ID: "x", Message: app.Note{ID: "doctor.python.encoding.project", Args: map[string]any{"Value": secret}}}
		lines := strings.Join(c.checkLines(r, layout{columns: 50}), "")
		lines = strings.ReplaceAll(lines, " ", "")
		if shown, masked := strings.Contains(lines, secret[:20]), strings.Contains(lines, redact.Mark); shown == masked || masked != (w != words) {
			t.Errorf("masked %v, shown %v: %s", masked, shown, lines)
		}
	}
}
