// Package i18n puts facts into the reader's language: English or Simplified Chinese. It knows no facts itself;
// a caller names a text and gives its values.
package i18n

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"

	"streamtray/assets"
	"streamtray/internal/usererr"
)

// Languages that every text exists in, the first being the one to fall back to.
var Languages = []string{"en", "zh"}

// Words speaks one language. The zero value is not usable; call New.
type Words struct {
	lang      string
	localizer *i18n.Localizer
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

// New returns words in the language named by an IETF tag or a POSIX locale ("zh", "zh-CN", "zh_CN.UTF-8", "en"):
// Chinese for any Chinese, English for the rest. An empty name is the system's language.
func New(lang string) (*Words, error) {
	if lang == "" {
		lang = System()
	}
	bundle, err := load(assets.Texts)
	if err != nil {
		return nil, err
	}
	short := shorten(lang)
	return &Words{lang: short, localizer: i18n.NewLocalizer(bundle, short)}, nil
}

// Known reports whether a person may ask for this language by name: "en", "zh" or one of their regions.
func Known(lang string) bool {
	low := strings.ToLower(lang)
	return strings.HasPrefix(low, "en") || strings.HasPrefix(low, "zh")
}

// Lang is the language spoken: "en" or "zh".
func (w *Words) Lang() string { return w.lang }

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
	c := &i18n.LocalizeConfig{MessageID: id, TemplateData: args}
	if n, ok := args["Count"]; ok {
		c.PluralCount = n
	}
	s, err := w.localizer.Localize(c)
	if err != nil || s == "" {
		return "", false
	}
	return s, true
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
	return err.Error(), ""
}

func shorten(lang string) string {
	if strings.HasPrefix(strings.ToLower(lang), "zh") {
		return "zh"
	}
	return "en"
}

func load(texts fs.FS) (*i18n.Bundle, error) {
	bundle := i18n.NewBundle(language.English)
	bundle.RegisterUnmarshalFunc("json", json.Unmarshal)
	files, err := fs.Glob(texts, "text/*.json")
	if err != nil {
		return nil, fmt.Errorf("texts: %w", err)
	}
	if len(files) == 0 {
		return nil, errors.New("texts: none embedded")
	}
	for _, f := range files {
		if _, err := bundle.LoadMessageFileFS(texts, f); err != nil {
			return nil, fmt.Errorf("texts: %s: %w", f, err)
		}
	}
	return bundle, nil
}
