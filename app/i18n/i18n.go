// Package i18n puts facts into the reader's language: English or Simplified Chinese. It knows no facts itself;
// a caller names a text and gives its values.
package i18n

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"streamtray/assets"
	"streamtray/internal/termtext"
	"streamtray/internal/usererr"
)

// Languages are those that have texts, the first being the one to fall back to. A language is added by one file,
// text/<language>.json.
var Languages = languages(assets.Texts)

func languages(texts fs.FS) []string {
	all := []string{"en"}
	files, _ := fs.Glob(texts, "text/*.json") // the pattern is right
	for _, f := range files {
		name := strings.TrimSuffix(path.Base(f), ".json")
		if lang := name[strings.LastIndexByte(name, '.')+1:]; !slices.Contains(all, lang) {
			all = append(all, lang)
		}
	}
	return all
}

// Words speaks one language. The zero value is not usable; call New.
type Words struct {
	own  *store
	rest *store                   // of the first language, for what the language lacks; nil: it is the language
	hide func(text string) string // nil: nothing is hidden
}

// text is one text in its plural forms; one is empty where the language or the text has no form of its own for it.
type text struct{ one, other string }

// UnmarshalJSON reads a plain text, or an object of plural forms.
func (t *text) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '"' {
		return json.Unmarshal(b, &t.other)
	}
	var forms struct{ One, Other string }
	err := json.Unmarshal(b, &forms)
	t.one, t.other = forms.One, forms.Other
	return err
}

// All are the words of every language, in the order of Languages.
func All() ([]*Words, error) {
	var all []*Words
	for _, lang := range Languages {
		w, err := New(lang)
		if err != nil {
			return nil, err
		}
		all = append(all, w)
	}
	return all, nil
}

// New returns words in the language named by an IETF tag or a POSIX locale ("zh", "zh-CN", "zh_CN.UTF-8", "en"): the
// first of Languages for one that has no texts. An empty name is the system's language.
func New(lang string) (*Words, error) {
	if lang == "" {
		lang = System()
	}
	return newFrom(assets.Texts, choose(lang, Languages))
}

func newFrom(texts fs.FS, lang string) (*Words, error) {
	own, err := open(texts, lang)
	if err != nil || lang == Languages[0] {
		return &Words{own: own}, err
	}
	rest, err := open(texts, Languages[0])
	return &Words{own: own, rest: rest}, err
}

// Known reports whether a person may ask for this language by name: "en", "zh" or one of their regions.
func Known(lang string) bool { return slices.Contains(Languages, language(lang)) }

// Lang is the language spoken: "en" or "zh".
func (w *Words) Lang() string { return w.own.lang }

// Text is the sentence id with args put in. A numeric argument "Count" chooses the plural form. A missing text
// gives the id itself, so that a gap is seen rather than hidden; a test keeps gaps out.
func (w *Words) Text(id string, args map[string]any) string {
	if s, ok := w.Find(id, args); ok {
		return s
	}
	return id
}

// Find is Text for a sentence that may not exist.
func (w *Words) Find(id string, args map[string]any) (string, bool) {
	t, ok := w.own.text(id)
	if !ok && w.rest != nil {
		t, _ = w.rest.text(id)
	}
	chosen := t.other
	if count, ok := args["Count"]; ok && t.one != "" && fmt.Sprint(count) == "1" {
		chosen = t.one
	}
	return w.clean(format(chosen, args)), chosen != ""
}

// Error tells err to the reader: what is wrong, and what to do about it (hint, may be empty). An error that names no
// text is told by its own technical words.
func (w *Words) Error(err error) (text, hint string) {
	if err == nil {
		return "", ""
	}
	for e := range usererr.All(err) {
		id, args := e.Message()
		s, ok := w.Find(id, args)
		if !ok {
			continue
		}
		hint, _ = w.Find(id+".hint", args)
		return s, hint
	}
	return w.clean(err.Error()), ""
}

// Hiding is w with every text as hide gives it, while the text is still whole: broken into lines, nobody finds
// it any more.
func (w *Words) Hiding(hide func(text string) string) *Words {
	hiding := *w
	hiding.hide = hide
	return &hiding
}

// clean is a text that a terminal and a window may show: values come from containers, files and brokers.
func (w *Words) clean(text string) string {
	if w.hide != nil {
		text = w.hide(text)
	}
	return termtext.Clean(text)
}

// language is the language of an IETF tag or a POSIX locale, without its region.
func language(tag string) string {
	tag = strings.ToLower(tag)
	if i := strings.IndexAny(tag, "-_."); i >= 0 {
		return tag[:i]
	}
	return tag
}

// choose is the language of ours for a tag.
func choose(tag string, ours []string) string {
	if lang := language(tag); slices.Contains(ours, lang) {
		return lang
	}
	return ours[0]
}

// store is the texts of one language. Most commands use those of a package or two, and reading all took half of their start:
// the file text/<package>.<language>.json is read when a text is first looked for whose name begins with the package. A
// language that is added can be the single file text/<language>.json.
type store struct {
	from fs.FS
	lang string

	mu    sync.Mutex
	files map[string]map[string]text // by package; nil: there is none. The single file is that of no package.
}

// open finds the texts of a language. A language that has none is an error.
func open(texts fs.FS, lang string) (*store, error) {
	s := &store{from: texts, lang: lang, files: map[string]map[string]text{}}
	single, err := s.read("text/" + lang + ".json")
	if err != nil {
		return nil, err
	}
	several, err := fs.Glob(texts, "text/*."+lang+".json")
	if err == nil && len(single)+len(several) == 0 {
		err = errors.New("none")
	}
	if err != nil {
		return nil, fmt.Errorf("texts: %s: %w", lang, err)
	}
	s.files[""] = single
	return s, nil
}

// text is the text of a name, from its package's file or from the single one.
func (s *store) text(id string) (text, bool) {
	name, _, _ := strings.Cut(id, ".")
	s.mu.Lock()
	defer s.mu.Unlock()
	file, known := s.files[name]
	if !known {
		file, _ = s.read("text/" + name + "." + s.lang + ".json") // a test reads all
		s.files[name] = file
	}
	t, ok := file[id]
	if !ok {
		t, ok = s.files[""][id]
	}
	return t, ok
}

// read reads one file; one that is not there has nothing.
func (s *store) read(name string) (all map[string]text, err error) {
	b, err := fs.ReadFile(s.from, name)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrInvalid) { // a name of an error may be no package's
		return nil, nil
	}
	if err == nil {
		err = json.Unmarshal(b, &all)
	}
	if err != nil {
		return nil, fmt.Errorf("texts: %s: %w", name, err)
	}
	return all, nil
}
