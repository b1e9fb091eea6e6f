package explain

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"streamtray/app"
	"streamtray/app/diagnose"
	"streamtray/app/i18n"
	"streamtray/app/story"
	"streamtray/internal/usererr"
)

func TestEveryClassOfAnErrorIsKnownToDiagnoseAndEveryErrorHasItsText(t *testing.T) {
	w, err := i18n.New("en")
	if err != nil {
		t.Fatal(err)
	}
	for id, c := range causes {
		s := diagnose.New("")
		s.See(diagnose.Facts{Measured: []diagnose.Measured{{Cause: c.class, Where: c.where, Said: "x"}}})
		if len(s.Findings()) != 1 {
			t.Errorf("%s: no rule has the class %q", id, c.class)
		}
		if _, ok := w.Find(id, nil); !ok {
			t.Errorf("%s: no such error", id)
		}
	}
	for id := range notBegun {
		if _, ok := w.Find(id, nil); !ok {
			t.Errorf("%s: no such error", id)
		}
	}
}

func TestAFileThatIsNoneIsNoMemory(t *testing.T) {
	for name, text := range map[string]string{"no JSON": "{", "another JSON": `{"a":1}`, "too long": `["` + strings.Repeat("x", maxMemory) + `"]`} {
		file := filepath.Join(t.TempDir(), "known.json")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := NewMemory(file).lines(); len(got) != 0 {
			t.Errorf("%s: %d lines", name, len(got))
		}
	}
}

// A container that was paused was explained by whatever its log held from before, a compose file that was gone by what Kafka
// had printed while it was stopped, and a topic that lacks partitions by the warning of a start long ago.
func TestWhatSaysItselfIsNotExplainedByALog(t *testing.T) {
	for _, c := range []struct {
		step string
		err  error
	}{
		{story.StepInfra, usererr.New("docker.service_paused", map[string]any{"Service": "kafka"}, nil).Terminal()},
		{story.StepInfra, usererr.New("project.file_gone", map[string]any{"File": "compose.yaml"}, nil).Terminal()},
		{story.StepInfra, usererr.New("project.env_file_gone", nil, nil).Terminal()},
		{story.StepTopics, usererr.New("kafka.topic_too_few", map[string]any{"Topic": "results", "Have": 1, "Want": 3}, nil).Terminal()},
	} {
		if r := classify(c.err); !r.saysItAll(c.step) {
			t.Errorf("%s: %v is looked into", c.step, c.err)
		}
	}
	for _, id := range []string{"project.changed", "project.untrusted"} { // an app that was not started anew was explained by its last run
		if r := classify(&app.StepError{Step: story.StepApp, Err: usererr.New(id, nil, nil).Terminal()}); !r.notBegun {
			t.Errorf("%s is looked into", id)
		}
	}
	if r := classify(usererr.New("docker.service_exited", nil, nil)); r.saysItAll(story.StepInfra) {
		t.Error("a container that ended is not looked into")
	}
}
