// Package lazyregexp has regular expressions that are compiled when they are first used: most commands use few of the
// program's, and compiling all of them took a quarter of its start.
package lazyregexp

import (
	"os"
	"regexp"
	"strings"
	"sync"
)

// Regexp is a regular expression that is compiled once, when it is first needed. It is safe for use by several goroutines.
type Regexp struct{ get func() *regexp.Regexp }

// inTest is whether this is a test's binary, in which a pattern that is wrong is to be found at once.
var inTest = len(os.Args) > 0 && strings.HasSuffix(strings.TrimSuffix(os.Args[0], ".exe"), ".test")

// New is regexp.MustCompile, later.
func New(pattern string) *Regexp {
	r := &Regexp{sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) })}
	if inTest {
		r.get()
	}
	return r
}

// The methods are those of regexp.Regexp.

// Match is as regexp.Regexp has it.
func (r *Regexp) Match(b []byte) bool { return r.get().Match(b) }

// MatchString is as regexp.Regexp has it.
func (r *Regexp) MatchString(s string) bool { return r.get().MatchString(s) }

// FindString is as regexp.Regexp has it.
func (r *Regexp) FindString(s string) string { return r.get().FindString(s) }

// FindAllString is as regexp.Regexp has it.
func (r *Regexp) FindAllString(s string, n int) []string { return r.get().FindAllString(s, n) }

// FindStringSubmatch is as regexp.Regexp has it.
func (r *Regexp) FindStringSubmatch(s string) []string { return r.get().FindStringSubmatch(s) }

// FindStringSubmatchIndex is as regexp.Regexp has it.
func (r *Regexp) FindStringSubmatchIndex(s string) []int { return r.get().FindStringSubmatchIndex(s) }

// FindAllStringSubmatch is as regexp.Regexp has it.
func (r *Regexp) FindAllStringSubmatch(s string, n int) [][]string {
	return r.get().FindAllStringSubmatch(s, n)
}

// ReplaceAllLiteral is as regexp.Regexp has it.
func (r *Regexp) ReplaceAllLiteral(b, with []byte) []byte { return r.get().ReplaceAllLiteral(b, with) }

// ReplaceAllString is as regexp.Regexp has it.
func (r *Regexp) ReplaceAllString(s, with string) string { return r.get().ReplaceAllString(s, with) }

// ReplaceAllStringFunc is as regexp.Regexp has it.
func (r *Regexp) ReplaceAllStringFunc(s string, f func(string) string) string {
	return r.get().ReplaceAllStringFunc(s, f)
}

// SubexpNames is as regexp.Regexp has it.
func (r *Regexp) SubexpNames() []string { return r.get().SubexpNames() }
