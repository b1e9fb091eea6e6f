package detector

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"streamtray/app/i18n"
)

var named = regexp.MustCompile(`"(detector\.[a-z_]+)"`)

// A fault without a sentence would be told by its identifier.
func TestEveryFaultHasASentenceAndAdvice(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]bool{}
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range named.FindAllSubmatch(src, -1) {
			ids[string(m[1])] = true
		}
	}
	if len(ids) < 15 {
		t.Fatalf("only %v found: is the pattern right?", ids)
	}
	for _, lang := range i18n.Languages {
		w, err := i18n.New(lang)
		if err != nil {
			t.Fatal(err)
		}
		for id := range ids {
			for _, text := range []string{id, id + ".hint"} {
				if _, ok := w.Find(text, nil); !ok && text != "detector.waiting_ready.hint" {
					t.Errorf("%s: no text %s", lang, text)
				}
			}
		}
	}
}
