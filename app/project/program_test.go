package project

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"streamtray/app"
	"streamtray/app/story"
	"streamtray/internal/usererr"
)

// What cannot be started is told before Kafka is, by the story that a keeper keeps and by a look at the app.
func TestAProgramThatIsNotThereIsToldBeforeAnythingStarts(t *testing.T) {
	for name, c := range map[string]struct {
		yaml, id, says string
		files          map[string]string
	}{
		"a file that is not there": {
			"kafka: {mode: embedded}\napp: {command: [python, start.py]}\n", "project.no_start_file", "app: {command: [python, src/engine.py]}",
			map[string]string{"src/engine.py": "print(1)\n"},
		},
		"a program that is not there": {"kafka: {mode: embedded}\napp: {command: [no-such-server, \"main:app\"]}\n", "detector.command_not_found", "", nil},
		"none is known":               {"kafka: {mode: embedded}\n", "project.no_program", "", map[string]string{"notes.txt": ""}},
		"two are known": {
			"kafka: {mode: embedded}\n", "project.which_program", "app: {command: [python, main.py], dir: a}",
			map[string]string{"a/main.py": "import kafka\nkafka.KafkaProducer().send('x')\n", "b/main.py": "import kafka\nkafka.KafkaProducer().send('x')\n"},
		},
		"a word that YAML reads otherwise": {
			"kafka: {mode: embedded}\n", "project.which_program", `app: {command: [python, main.py, "*.csv"], dir: a}`,
			map[string]string{"a/main.py": "import kafka\nkafka.KafkaProducer().send('x')\n", "b/main.py": "import kafka\nkafka.KafkaProducer().send('x')\n", "README.md": "```\ncd a\npython main.py '*.csv'\n```\n```\ncd b\npython main.py\n```\n"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, filepath.Join(dir, "streamtray.yaml"), c.yaml)
			for file, text := range c.files {
				write(t, filepath.Join(dir, filepath.FromSlash(file)), text)
			}
			p := must(t, opening(t, dir, t.TempDir()))
			steps := p.steps(p.Parts(false), true)
			if len(steps) != 1 || steps[0].ID != story.StepApp || !steps[0].Switch {
				t.Fatalf("the story begins with others: %d steps", len(steps))
			}
			err := steps[0].Check(t.Context())
			var told *usererr.Error
			if id(err) != c.id || !app.Final(err) || !errors.As(err, &told) {
				t.Fatalf("got %v, want %s for good", err, c.id)
			}
			if lines, _ := told.Args["Lines"].(string); !strings.Contains(lines, c.says) {
				t.Errorf("it says %q, want %q", lines, c.says)
			}
			if steps := p.Parts(true).Steps(true); len(steps) < 2 {
				t.Error("Kafka alone cannot be started")
			}
		})
	}
}

func TestAnAppWithoutAFlagHasNoRowOfIt(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "streamtray.yaml"), "kafka: {mode: embedded}\nstreaming: {env: \"\"}\n")
	write(t, filepath.Join(dir, "app.py"), "import os\nprint(os.getenv('ALGO_ENABLE_KAFKA_STREAMING'))\n")
	p := must(t, opening(t, dir, t.TempDir()))
	switches := 0
	for _, s := range p.Parts(false).Steps(true) {
		if s.ID == story.StepFlag {
			t.Error("there is a row for a flag that there is not")
		}
		if s.Switch {
			switches++
			if s.ID != story.StepApp {
				t.Errorf("the story is taken back to %s", s.ID)
			}
		}
	}
	if switches != 1 {
		t.Errorf("%d steps are the switch", switches)
	}
}
