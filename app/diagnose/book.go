package diagnose

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v4"
)

//go:embed rules/*.yaml
var ruleFiles embed.FS

// book is all that the rule files say, and what is made of it once to read texts by. It does not change.
type book struct {
	rules    []rule
	signs    []sign
	patterns []compiled
	words    *automaton // a hit is the index of a pattern
	unknown  int        // the rule about errors that no rule knows

	packages map[string]string // by module: the package that has it, where the names differ

	services        []service
	servicePatterns []compiled // what speaks of a service
	serviceWords    *automaton
}

// file is one of the rule files. Layer and Where hold for its rules that do not say their own.
type file struct {
	Layer    layer             `yaml:"layer"`
	Packages map[string]string `yaml:"packages"`
	Where    []string          `yaml:"where"`
	Services []service         `yaml:"services"`
	Rules    []rule            `yaml:"rules"`
	Signs    []sign            `yaml:"signs"`
	Noise    []pattern         `yaml:"noise"`
	Trouble  []pattern         `yaml:"trouble"`
}

// theBook is read when the first text is: a program that diagnoses nothing pays nothing. Its files are part of the
// program, and a test reads them, so that a fault in them is found there.
var theBook = sync.OnceValue(func() *book {
	b, err := load(ruleFiles)
	if err != nil {
		panic(err)
	}
	return b
})

// load reads the files of the folder rules, and says of a fault which file and line it is in.
func load(files fs.FS) (*book, error) {
	names, err := fs.Glob(files, "rules/*.yaml")
	if err != nil || len(names) == 0 {
		return nil, fmt.Errorf("rules: none: %w", errors.Join(err, fs.ErrNotExist))
	}
	var b book
	var noise, trouble []pattern
	read := make([]func() (file, error), len(names)) // at once: somebody waits for the first answer
	for i, name := range names {
		read[i] = sync.OnceValues(func() (file, error) { return readFile(files, name) })
		go read[i]() //nolint:errcheck // below
	}
	for i := range names {
		f, err := read[i]()
		if err != nil {
			return nil, err
		}
		b.rules = append(b.rules, f.complete()...)
		b.signs, b.services = append(b.signs, f.Signs...), append(b.services, f.Services...)
		if f.Packages != nil {
			b.packages = f.Packages
		}
		noise, trouble = append(noise, f.Noise...), append(trouble, f.Trouble...)
	}
	slices.SortFunc(b.rules, func(a, b rule) int { return strings.Compare(a.Code, b.Code) })
	b.unknown = slices.IndexFunc(b.rules, func(r rule) bool { return r.Cause == Unknown })
	if err := b.eachService(); err != nil {
		return nil, err
	}
	if err := b.index(noise, trouble); err != nil {
		return nil, err
	}
	var ofServices []pattern
	for i, s := range b.services {
		for _, re := range s.Match {
			ofServices = append(ofServices, pattern{Re: re, of: i})
		}
	}
	b.servicePatterns, b.serviceWords, err = searched(ofServices, shortest-2) // they are looked for near failures alone
	return &b, err
}

// readFile reads one of the rule files.
func readFile(files fs.FS, name string) (f file, err error) {
	source, err := fs.ReadFile(files, name)
	if err != nil {
		return file{}, err
	}
	if err := yaml.Load(source, &f, yaml.WithKnownFields()); err != nil {
		return file{}, fmt.Errorf("%s: %w", name, err)
	}
	return f, nil
}

// complete gives the file's rules with what holds for all of them.
func (f *file) complete() []rule {
	for i := range f.Rules {
		r := &f.Rules[i]
		if r.Layer == 0 {
			r.Layer = f.Layer
		}
		if len(r.Where) == 0 {
			r.Where = f.Where
		}
		if r.Severity == "" {
			r.Severity = Error
		}
	}
	return f.Rules
}

// index makes one list of all patterns, and the automaton that finds them.
func (b *book) index(noise, trouble []pattern) error {
	var all []pattern
	add := func(k kind, of int, patterns []pattern) {
		for _, p := range patterns {
			p.kind, p.of = k, of
			all = append(all, p)
		}
	}
	for i := range b.rules {
		if r := &b.rules[i]; r.service == "" || r.peers != nil {
			add(ofRule, i, r.Match)
		}
	}
	for i := range b.signs {
		b.signs[i].Explains = b.signs[i].Explains || b.signs[i].Ends != nil || slices.ContainsFunc(all, func(p pattern) bool {
			return p.After == b.signs[i].Name || p.NotAfter == b.signs[i].Name
		})
		add(ofSign, i, b.signs[i].Match)
	}
	add(ofNoise, 0, noise)
	add(ofTrouble, 0, trouble)

	var err error
	b.patterns, b.words, err = searched(all, shortest)
	return err
}

// hands are how many at once look for the words of the patterns.
const hands = 4

// searched makes the automaton that finds the lines which any of the patterns may match.
func searched(all []pattern, least int) (patterns []compiled, words *automaton, err error) {
	var anchors []string
	var ids []uint16
	found, faults := make([][]string, len(all)), make([]error, len(all))
	var wg sync.WaitGroup
	for from := range hands {
		wg.Go(func() {
			for i := from; i < len(all); i += hands {
				found[i], faults[i] = all[i].anchors(least)
			}
		})
	}
	wg.Wait()
	if err := errors.Join(faults...); err != nil {
		return nil, nil, err
	}
	for i := range all {
		for _, w := range found[i] {
			anchors, ids = append(anchors, w), append(ids, uint16(i))
		}
		patterns = append(patterns, compile(&all[i]))
	}
	return patterns, newAutomaton(anchors, ids), nil
}

// anchors are the words of which one is in every line that the pattern matches.
func (p *pattern) anchors(least int) ([]string, error) {
	if len(p.Find) > 0 {
		return p.Find, nil
	}
	return anchors(p.Re, least)
}

// compiled is a pattern with its expressions, each compiled when a line first needs it.
type compiled struct {
	*pattern
	re     func() expression
	unless func() expression // nil: no veto
}

// expression is a regular expression with words without which it need not be tried.
type expression struct {
	*regexp.Regexp
	wanted [][]string
}

// MatchString reports whether a text in lower case has a match.
func (e expression) MatchString(low string) bool {
	return e.likely(low) && e.Regexp.MatchString(low)
}

// without is a text in lower case without whatever matches.
func (e expression) without(low string) string {
	if !e.likely(low) {
		return low
	}
	return e.ReplaceAllString(low, "")
}

// likely reports whether a text in lower case has the words that a match needs.
func (e expression) likely(low string) bool {
	for _, group := range e.wanted {
		if !slices.ContainsFunc(group, func(w string) bool { return strings.Contains(low, w) }) {
			return false
		}
	}
	return true
}

func compile(p *pattern) compiled {
	c := compiled{pattern: p, re: lazily(p.Re)}
	if p.Unless != "" {
		c.unless = lazily(p.Unless)
	}
	return c
}

func lazily(expr string) func() expression {
	return sync.OnceValue(func() expression { return expression{regexp.MustCompile(folded(expr)), wanted(expr)} })
}

// named reads a value that is one of the names of a list, as the value's place in it.
func named[T ~uint8](n *yaml.Node, names []string, v *T) error {
	i := slices.Index(names, n.Value)
	if i < 0 {
		return fmt.Errorf("line %d: %q is none of %q", n.Line, n.Value, names)
	}
	*v = T(i)
	return nil
}

// flat undoes the line break at the end of a folded YAML text, not those of commands.
func flat(s string) string { return strings.TrimRight(s, "\n") }
