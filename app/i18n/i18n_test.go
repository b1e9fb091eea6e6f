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
	"testing/fstest"
	"text/template"

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

// overlay is the program's texts with one more file.
type overlay struct {
	fs.FS
	more fstest.MapFS
}

func (o overlay) Open(name string) (fs.File, error) {
	if _, ok := o.more[name]; ok {
		return o.more.Open(name)
	}
	return o.FS.Open(name)
}

func (o overlay) Glob(pattern string) ([]string, error) {
	a, err := fs.Glob(o.FS, pattern)
	b, _ := fs.Glob(o.more, pattern)
	return append(a, b...), err
}

func TestAThirdLanguageIsOneFile(t *testing.T) {
	texts := overlay{assets.Texts, fstest.MapFS{"text/de.json": {Data: []byte(`{"view.phase.stopped": "Gestoppt", "test.topics": {"one": "ein Topic", "other": "{{.Count}} Topics"}}`)}}}
	if got := languages(texts); !slices.Contains(got, "de") || got[0] != "en" {
		t.Errorf("the languages are %v", got)
	}
	if got := choose("de_AT.UTF-8", languages(texts)); got != "de" {
		t.Errorf("an Austrian is spoken to in %s", got)
	}
	w, err := newFrom(texts, "de")
	if err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]string{"view.phase.stopped": "Gestoppt", "view.phase.starting": "Starting"} {
		if got := w.Text(id, nil); got != want {
			t.Errorf("%s: got %q, want %q", id, got, want)
		}
	}
	for count, want := range map[int]string{1: "ein Topic", 2: "2 Topics"} {
		if got := w.Text("test.topics", map[string]any{"Count": count}); got != want {
			t.Errorf("%d: got %q, want %q", count, got, want)
		}
	}
}

// texts are all texts of a language. Each is in the file that its name says, as it is not found elsewhere.
func texts(t *testing.T, lang string) map[string]text {
	t.Helper()
	files, err := fs.Glob(assets.Texts, "text/*."+lang+".json")
	if err != nil {
		t.Fatal(err)
	}
	s, err := open(assets.Texts, lang)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]text{}
	for _, f := range files {
		file, err := s.read(f)
		if err != nil {
			t.Fatal(err)
		}
		for id, forms := range file {
			all[id] = forms
			if found, ok := s.text(id); !ok || found != forms {
				t.Errorf("%s: %s is not found: %v", f, id, found)
			}
		}
	}
	return all
}

// The formatter knows a part of Go's template language: for every text of ours it writes what text/template writes.
func TestTextsAreFormattedAsTextTemplateDoes(t *testing.T) {
	name := regexp.MustCompile(`\.([A-Z][A-Za-z]*)`)
	literal := regexp.MustCompile(`eq \.[A-Za-z]+ "([^"]*)"`)
	actions := 0
	for _, lang := range Languages {
		for id, forms := range texts(t, lang) {
			parsed, err := template.New("").Option("missingkey=default").Parse(forms.other)
			if err != nil {
				t.Errorf("%s: %v", id, err)
				continue
			}
			values := []any{"", "x {{.Y}}", 0, 7, false, true, nil}
			for _, l := range literal.FindAllStringSubmatch(forms.other, -1) {
				values = append(values, l[1])
			}
			for _, v := range values {
				args := map[string]any{}
				for _, n := range name.FindAllStringSubmatch(forms.other, -1) {
					args[n[1]] = v
				}
				var want strings.Builder
				if err := parsed.Execute(&want, args); err != nil {
					continue // text/template does not compare a number with a text
				}
				actions++
				if got := format(forms.other, args); got != want.String() {
					t.Errorf("%s with %v: got %q, want %q", id, v, got, want.String())
				}
			}
		}
	}
	if actions < 1000 {
		t.Errorf("only %d texts were compared", actions)
	}
}

func FuzzFormatEnds(f *testing.F) {
	f.Add("{{if .A}}a{{else if eq .A \"b\"}}{{.B}}{{else}}{{end}}", "b")
	f.Add("{{end}}{{else}}{{if", "")
	f.Fuzz(func(_ *testing.T, text, value string) {
		format(text, map[string]any{"A": value, "B": 1})
	})
}
