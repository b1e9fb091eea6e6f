package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
)

// book is all that the rule files say. Layer and Where of a file hold for its rules that do not say their own.
type book struct {
	Layer   string    `yaml:"layer"`
	Where   []string  `yaml:"where"`
	Rules   []rule    `yaml:"rules"`
	Signs   []sign    `yaml:"signs"`
	Noise   []pattern `yaml:"noise"`
	Trouble []pattern `yaml:"trouble"`
}

type rule struct {
	ID        string    `yaml:"id"`
	Cause     string    `yaml:"cause"`
	Name      string    `yaml:"name"`
	Layer     string    `yaml:"layer"`
	Where     []string  `yaml:"where"`
	Action    string    `yaml:"action"`
	Severity  string    `yaml:"severity"`
	Match     []pattern `yaml:"match"`
	SymptomOf []string  `yaml:"symptom_of"`
	Recovers  []string  `yaml:"recovers"`
	Within    string    `yaml:"within"`
	Stands    bool      `yaml:"stands"`
	Exits     bool      `yaml:"exits"`
	Title     text      `yaml:"title"`
	Why       text      `yaml:"why"`
	Advice    text      `yaml:"advice"`
	Fix       text      `yaml:"fix"`
	Sample    string    `yaml:"sample"`
	Source    string    `yaml:"source"`
}

type sign struct {
	Name     string    `yaml:"name"`
	Restarts bool      `yaml:"restarts"`
	Explains bool      `yaml:"explains"`
	Lasting  bool      `yaml:"lasting"`
	Match    []pattern `yaml:"match"`
}

// pattern is written as a plain string, or as a map when it has conditions.
type pattern struct {
	Re       string   `yaml:"re"`
	Unless   string   `yaml:"unless"`
	Level    string   `yaml:"level"`
	Where    string   `yaml:"where"`
	Same     []string `yaml:"same"`
	Differ   []string `yaml:"differ"`
	NotAfter string   `yaml:"not_after"`
	After    string   `yaml:"after"`
	Find     []string `yaml:"find"` // words to find it by, where the expression's own are in every line
}

func (p *pattern) UnmarshalYAML(b []byte) error {
	var s string
	if yaml.Unmarshal(b, &s) == nil {
		p.Re = s
		return nil
	}
	type plain pattern
	return yaml.UnmarshalWithOptions(b, (*plain)(p), yaml.DisallowUnknownField())
}

// text is one sentence in both languages; a plain string is the same in both.
type text struct {
	En string `yaml:"en"`
	Zh string `yaml:"zh"`
}

func (t *text) UnmarshalYAML(b []byte) error {
	var s string
	if yaml.Unmarshal(b, &s) == nil {
		t.En, t.Zh = s, s
		return nil
	}
	type plain text
	return yaml.UnmarshalWithOptions(b, (*plain)(t), yaml.DisallowUnknownField())
}

func load(dir string) (*book, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.yaml"))
	if err != nil || len(files) == 0 {
		return nil, fmt.Errorf("rules: none in %s: %w", dir, errors.Join(err, os.ErrNotExist))
	}
	var all book
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			return nil, err
		}
		var one book
		if err := yaml.UnmarshalWithOptions(b, &one, yaml.Strict()); err != nil {
			return nil, fmt.Errorf("%s: %w", f, err)
		}
		for _, r := range one.Rules {
			r.Layer, r.Severity = cmp.Or(r.Layer, one.Layer), cmp.Or(r.Severity, "error")
			if len(r.Where) == 0 {
				r.Where = one.Where
			}
			all.Rules = append(all.Rules, r)
		}
		all.Signs = append(all.Signs, one.Signs...)
		all.Noise = append(all.Noise, one.Noise...)
		all.Trouble = append(all.Trouble, one.Trouble...)
	}
	slices.SortFunc(all.Rules, func(a, b rule) int { return strings.Compare(a.ID, b.ID) })
	return &all, nil
}

var (
	idShape     = regexp.MustCompile(`^ST-(ENGINE|COMPOSE|KAFKA|CLIENT|APP)-\d{3}$`)
	slugShape   = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	placeholder = regexp.MustCompile(`\{([a-z]+)\}`)
)

var (
	layers     = []string{"engine", "compose", "zookeeper", "broker", "listener", "topic", "client", "app"}
	places     = []string{"engine", "compose", "broker", "zookeeper", "app", "client"}
	actions    = []string{"auto", "ask", "show"}
	severities = []string{"error", "warning", "info"}
	levels     = []string{"", "debug", "info", "warn", "failed"}
)

// check refuses what would only show when a user meets it.
func (b *book) check() error {
	var errs []error
	seen := map[string]bool{}
	causes := map[string]bool{"*": true}
	for _, r := range b.Rules {
		causes[r.Cause] = true
	}
	for _, r := range b.Rules {
		if seen[r.ID] {
			errs = append(errs, fmt.Errorf("%s: twice", r.ID))
		}
		seen[r.ID] = true
		for _, err := range append(r.check(), b.references(r, causes)...) {
			errs = append(errs, fmt.Errorf("%s: %w", r.ID, err))
		}
	}
	return errors.Join(errs...)
}

func (b *book) references(r rule, causes map[string]bool) (errs []error) {
	for _, c := range r.SymptomOf {
		if !causes[c] {
			errs = append(errs, fmt.Errorf("symptom of %q, which no rule is about", c))
		}
	}
	signs := append([]string{}, r.Recovers...)
	for _, p := range r.Match {
		for _, name := range []string{p.After, p.NotAfter} {
			if name != "" {
				signs = append(signs, name)
			}
		}
	}
	for _, name := range signs {
		if !slices.ContainsFunc(b.Signs, func(s sign) bool { return s.Name == name }) {
			errs = append(errs, fmt.Errorf("sign %q does not exist", name))
		}
	}
	return errs
}

func (r rule) check() (errs []error) {
	fail := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if !idShape.MatchString(r.ID) {
		fail("not an id")
	}
	if !slugShape.MatchString(r.Cause) || r.Name != "" && !slugShape.MatchString(r.Name) {
		fail("cause %q or name %q is no slug", r.Cause, r.Name)
	}
	if !slices.Contains(layers, r.Layer) || !slices.Contains(actions, r.Action) || !slices.Contains(severities, r.Severity) {
		fail("layer %q, action %q or severity %q", r.Layer, r.Action, r.Severity)
	}
	if len(r.Where) == 0 || slices.ContainsFunc(r.Where, func(w string) bool { return !slices.Contains(places, w) }) {
		fail("where %v", r.Where)
	}
	if r.Source == "" || r.Sample == "" {
		fail("no source or no sample")
	}
	for what, t := range map[string]text{"title": r.Title, "why": r.Why, "advice": r.Advice, "fix": r.Fix} {
		if (t.En == "" || t.Zh == "") && what != "fix" || (t.En == "") != (t.Zh == "") {
			fail("%s is not in both languages", what)
		}
		if !slices.Equal(names(t.En), names(t.Zh)) {
			fail("%s: English names %v, Chinese %v", what, names(t.En), names(t.Zh))
		}
	}
	return errs
}

// names are the placeholders of a text, each once, in order of the alphabet.
func names(s string) []string {
	var all []string
	for _, m := range placeholder.FindAllStringSubmatch(s, -1) {
		all = append(all, m[1])
	}
	slices.Sort(all)
	return slices.Compact(all)
}
