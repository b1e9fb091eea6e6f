package project

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"streamtray/app/config"
	"streamtray/app/facts"
	"streamtray/app/i18n"
)

// twoPrograms is a project with two compose files and two programs, none of the reference's names in it.
func twoPrograms(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	composeFile(t, dir, "ops/small.kafka.yml", "19092", "PLAINTEXT")
	composeFile(t, dir, "ops/large.kafka.yml", "29092", "PLAINTEXT")
	for _, name := range []string{"collect", "report"} {
		write(t, filepath.Join(dir, name, "main.py"), "import os\nfrom kafka import KafkaProducer\n"+
			"KafkaProducer(bootstrap_servers=os.environ['FEED_BROKERS']).send('feed', b'')\n")
	}
	write(t, filepath.Join(dir, ".git", "HEAD"), "")
	return dir
}

func TestTheFirstFileIsWrittenOnceAndThenCompared(t *testing.T) {
	for _, lang := range i18n.Languages {
		w, err := i18n.New(lang)
		if err != nil {
			t.Fatal(err)
		}
		dir := twoPrograms(t)
		o := opening(t, filepath.Join(dir, "collect"), t.TempDir())
		done, err := Init(t.Context(), o, w, nil)
		if want := filepath.Join(dir, config.FileName); err != nil || done.File != want || done.Kept {
			t.Fatalf("got %+v, %v; want %s, the root's, wherever one stands", done, err, want)
		}
		if !slices.Equal(done.Unknown, []facts.What{facts.ComposeFile}) {
			t.Errorf("left open: %v", done.Unknown)
		}
		before, _ := os.ReadFile(done.File)
		for _, want := range []string{"env: FEED_BROKERS", "collect/main.py:3", "apps:", "  report:", "command: [python, main.py]", "ops/small.kafka.yml", "name: feed"} {
			if !strings.Contains(string(before), want) {
				t.Errorf("no %q in\n%s", want, before)
			}
		}
		if strings.Contains(string(before), "ALGO_") || strings.Contains(string(before), "detection-results") {
			t.Errorf("names of another project in\n%s", before)
		}
		again, err := Init(t.Context(), o, w, nil)
		if err != nil || !again.Kept || again.Diff != "" {
			t.Errorf("twice: %+v, %v", again, err)
		}
		write(t, done.File, strings.Replace(string(before), "FEED_BROKERS", "OTHER", 1))
		changed, err := Init(t.Context(), o, w, nil)
		if err != nil || !strings.Contains(changed.Diff, "-  env: OTHER") || !strings.Contains(changed.Diff, "+  env: FEED_BROKERS") {
			t.Errorf("changed: %+v, %v", changed, err)
		}
		if after, _ := os.ReadFile(done.File); !strings.Contains(string(after), "OTHER") {
			t.Errorf("it was written over: %s", after)
		}
		o.Dir = filepath.Join(dir, "nowhere")
		if _, err := Init(t.Context(), o, w, nil); id(err) != "project.no_folder" {
			t.Errorf("into no folder: %v", err)
		}
	}
}

func TestWhatIsNotKnownIsAskedAndWritten(t *testing.T) {
	w, err := i18n.New("en")
	if err != nil {
		t.Fatal(err)
	}
	dir := twoPrograms(t)
	var asked []facts.What
	ask := &Ask{Choose: func(what facts.What, choices []string) (int, error) {
		asked = append(asked, what)
		return len(choices) - 1, nil
	}}
	done, err := Init(t.Context(), opening(t, dir, t.TempDir()), w, ask)
	if err != nil || len(done.Unknown) > 0 || len(asked) != 2 {
		t.Fatalf("asked %v, got %+v, %v", asked, done, err)
	}
	c, err := config.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(c.App.Command, []string{"python", "main.py"}) || c.App.Dir != filepath.Join(c.Dir, "report") || len(c.Compose.Files) != 1 {
		t.Errorf("got %v in %s, %v", c.App.Command, c.App.Dir, c.Compose.Files)
	}
}

func TestAComposeFileThatOnlyNamesKafkaIsNoOtherChoice(t *testing.T) {
	w, err := i18n.New(i18n.Languages[0])
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	composeFile(t, dir, "compose.yaml", "19092", "PLAINTEXT")
	write(t, filepath.Join(dir, "feed", "compose.yaml"), "services:\n  feed:\n    build: .\n    environment: {KAFKA_SERVERS: \"kafka:9092\"}\n")
	done, err := Init(t.Context(), opening(t, dir, t.TempDir()), w, nil)
	if err != nil {
		t.Fatal(err)
	}
	if text, _ := os.ReadFile(done.File); !strings.Contains(string(text), "files: [compose.yaml]") || strings.Contains(string(text), "feed/compose.yaml") {
		t.Errorf("got\n%s", text)
	}
}
