package diagnose

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// line is a cleaned line, as it is and in lower case; both have the same length.
type line struct{ text, low string }

func newLine(text string) line { return line{text: text, low: lower(text)} }

// lower is strings.ToLower, but for letters whose small form is longer or shorter: places in the line stay the same.
func lower(s string) string {
	if ascii(s) {
		return strings.ToLower(s) // does nothing where there is nothing to do
	}
	return strings.Map(func(r rune) rune {
		if l := unicode.ToLower(r); utf8.RuneLen(l) == utf8.RuneLen(r) {
			return l
		}
		return r
	}, s)
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// matches reports whether the pattern fits.
func (c *compiled) matches(l line) bool {
	return c.re().MatchString(l.low) && (c.unless == nil || !c.unless().MatchString(l.low))
}

// match gives the captures by name and where the match begins and ends; nil when the pattern does not fit.
func (c *compiled) match(l line) (captures map[string]string, at, end int) {
	re := c.re()
	if !re.likely(l.low) {
		return nil, 0, 0
	}
	loc := re.FindStringSubmatchIndex(l.low)
	if loc == nil || c.unless != nil && c.unless().MatchString(l.low) {
		return nil, 0, 0
	}
	captures = map[string]string{}
	for i, name := range re.SubexpNames() {
		if name != "" && loc[2*i] >= 0 && captures[name] == "" {
			captures[name] = l.text[loc[2*i]:loc[2*i+1]]
		}
	}
	if len(c.Same) == 2 && captures[c.Same[0]] != captures[c.Same[1]] ||
		len(c.Differ) == 2 && captures[c.Differ[0]] == captures[c.Differ[1]] {
		return nil, 0, 0
	}
	return captures, loc[0], loc[1]
}
