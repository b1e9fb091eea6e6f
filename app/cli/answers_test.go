package cli

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"streamtray/app"
	"streamtray/app/i18n"
	"streamtray/app/project"
	"streamtray/app/view"
	"streamtray/internal/golden"
	"streamtray/internal/usererr"
)

// answering is a call whose answer goes into out.
func answering(t *testing.T, lang string, json bool, out *strings.Builder) *call {
	t.Helper()
	c := &call{words: speak(t, lang), json: json}
	c.Out, c.Err = out, out
	return c
}

func TestTopicsAreToldAsATableAndAsJSON(t *testing.T) {
	n := int64(1_234_567)
	topics := []project.Topic{
		{Name: "detection-results", State: "same", Partitions: 3, Replication: 1, Records: &n},
		{
			Name: "llm-analysis-tasks", State: "partitions differ", Partitions: 1, Replication: 1,
			Note: app.Note{ID: "kafka.deed.created", Args: map[string]any{"Topic": "llm-analysis-tasks", "Partitions": 3, "Replication": 1}},
		},
		{Name: "检测结果", Err: usererr.New("kafka.topic_missing", map[string]any{"Topic": "检测结果"}, errors.New("code 3"))},
	}
	for _, lang := range i18n.Languages {
		var b strings.Builder
		for _, json := range []bool{false, true} {
			if err := answering(t, lang, json, &b).topicRows(topics); !errors.Is(err, errPrinted) {
				t.Errorf("a topic with an error: %v, want exit code 1 without another word", err)
			}
		}
		golden.Compare(t, "topics."+lang+".txt", b.String())
	}
	var b strings.Builder
	if err := answering(t, "en", true, &b).topicRows(nil); err != nil || strings.TrimSpace(b.String()) != "{\n  \"topics\": []\n}" {
		t.Errorf("no topics: %q, %v", b.String(), err)
	}
}

func TestAStateIsToldAsRowsAndAsJSON(t *testing.T) {
	for _, lang := range i18n.Languages {
		var b strings.Builder
		for _, tt := range tales {
			s := tt.tale.state()
			fmt.Fprintf(&b, "== %s\n", tt.name)
			for _, json := range []bool{false, true} {
				c := answering(t, lang, json, &b)
				v := view.Of(s, c.words, after(tt.at))
				if err := c.answer(stateJSON(s, v, c.words), func(out io.Writer) { c.printView(out, "try", v) }); err != nil {
					t.Error(err)
				}
			}
		}
		if strings.Contains(b.String(), "\x1b") {
			t.Error("a file gets colours")
		}
		golden.Compare(t, "status."+lang+".txt", b.String())
	}
}
