package settings

import (
	"cmp"
	"slices"

	"streamtray/app/i18n"
)

// A Key is one setting that a person reads and sets as a word.
type Key struct {
	Name   string
	Label  string   // the text that names it, in the window too
	Values []string // all that it can be; the first is what a new user has

	word func(*Settings) *string // where its word stands; an empty one is the first of Values
	flag func(*Settings) *bool   // where it stands if it is on or off; the zero value is the first of Values
}

// Keys are the settings that the window shows and the terminal sets.
func Keys() []Key {
	return []Key{
		{Name: "language", Label: "ui.settings.language", Values: append([]string{"system"}, i18n.Languages...), word: func(s *Settings) *string { return &s.Language }},
		{Name: "theme", Label: "ui.settings.theme", Values: []string{"system", "light", "dark"}, word: func(s *Settings) *string { return &s.Theme }},
		{Name: "on_quit", Label: "ui.settings.quit", Values: []string{"keep", "stop", "ask"}, word: func(s *Settings) *string { return &s.OnQuit }},
		{Name: "start_engine", Label: "ui.settings.engine", Values: []string{"off", "on"}, flag: func(s *Settings) *bool { return &s.StartEngine }},
		{Name: "notifications", Label: "ui.settings.notify", Values: []string{"on", "off"}, flag: func(s *Settings) *bool { return &s.Quiet }},
	}
}

// Get is the key's value in s, one of Values.
func (k Key) Get(s Settings) string {
	if k.flag == nil {
		return cmp.Or(*k.word(&s), k.Values[0])
	}
	if *k.flag(&s) {
		return k.Values[1]
	}
	return k.Values[0]
}

// Set puts a value into s, and reports whether it is one of Values.
func (k Key) Set(s *Settings, value string) bool {
	at := slices.Index(k.Values, value)
	switch {
	case at < 0:
		return false
	case k.flag != nil:
		*k.flag(s) = at == 1
	case at == 0:
		*k.word(s) = ""
	default:
		*k.word(s) = value
	}
	return true
}
