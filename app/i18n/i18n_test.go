package i18n

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"streamtray/assets"
	"streamtray/internal/usererr"
)

var placeholder = regexp.MustCompile(`{{[^}]*}}`)

func read(t *testing.T, file string) map[string]any {
	t.Helper()
	b, err := fs.ReadFile(assets.Texts, file)
	if err != nil {
		t.Fatal(err)
	}
	var m map[string]any
	if err := json.Unmarshal(b, &m); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return m
}

// A sentence that exists in one language only, or that lost a value on the way, would be seen by a user first.
func TestEveryTextExistsInBothLanguagesWithTheSameValues(t *testing.T) {
	files, err := fs.Glob(assets.Texts, "text/*.en.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("texts: %v, %v", files, err)
	}
	for _, f := range files {
		en := read(t, f)
		zh := read(t, strings.Replace(f, ".en.json", ".zh.json", 1))
		for _, id := range slices.Sorted(maps.Keys(en)) {
			other, ok := zh[id]
			if !ok {
				t.Errorf("%s: %s has no Chinese text", path.Base(f), id)
				continue
			}
			if got, want := values(other), values(en[id]); !slices.Equal(got, want) {
				t.Errorf("%s: %s: Chinese text has %v, English %v", path.Base(f), id, got, want)
			}
		}
		for id := range zh {
			if _, ok := en[id]; !ok {
				t.Errorf("%s: %s has no English text", path.Base(f), id)
			}
		}
	}
}

// values are the distinct placeholders of a text, over all its plural forms.
func values(text any) []string {
	all := map[string]bool{}
	for _, p := range placeholder.FindAllString(fmt.Sprint(text), -1) {
		all[p] = true
	}
	return slices.Sorted(maps.Keys(all))
}

func TestATextSpeaksTheLanguageAskedFor(t *testing.T) {
	for lang, want := range map[string]string{"zh": "zh", "zh_CN.UTF-8": "zh", "zh-Hans": "zh", "en": "en", "de_DE": "en", "C": "en"} {
		w, err := New(lang)
		if err != nil {
			t.Fatal(err)
		}
		if w.Lang() != want {
			t.Errorf("New(%q) speaks %s, want %s", lang, w.Lang(), want)
		}
	}
}

func TestAnErrorWithoutATextIsToldInItsOwnWords(t *testing.T) {
	w, err := New("en")
	if err != nil {
		t.Fatal(err)
	}
	text, hint := w.Error(errors.New("disk on fire"))
	if text != "disk on fire" || hint != "" {
		t.Errorf("got %q, %q", text, hint)
	}
	wrapped := fmt.Errorf("outer: %w", usererr.New("view.phase.stopped", nil, errors.New("inner")))
	if text, _ := w.Error(wrapped); text != "Stopped" {
		t.Errorf("a wrapped fault: got %q, want its text", text)
	}
}
