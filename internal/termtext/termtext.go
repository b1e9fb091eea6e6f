// Package termtext makes text of others fit to be shown: what a container logs, how a topic or an image is called, what a
// broker answers. A terminal obeys control characters (it sets the clipboard, the title, the colour), and characters that
// turn the direction of writing make a line say something else than it does.
package termtext

import (
	"strings"
	"unicode/utf8"
)

// Clean is s without escape sequences and control characters. Line breaks and tabs stay; a carriage return, which takes
// the cursor back over what stands there, is a space unless a line break follows. Characters that turn the direction of
// writing or cannot be seen, and bytes that are no UTF-8, have U+FFFD in their place.
func Clean(s string) string {
	i := firstUnfit(s)
	if i < 0 {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for i >= 0 {
		b.WriteString(s[:i])
		s = s[i:]
		n, shown := unfit(s)
		b.WriteString(shown)
		s = s[n:]
		i = firstUnfit(s)
	}
	b.WriteString(s)
	return b.String()
}

// OneLine is Clean on one line, every line break and tab a space.
func OneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' {
			return ' '
		}
		return r
	}, Clean(s))
}

const (
	esc = 0x1b
	bel = 0x07
)

// firstUnfit is where the first character is that Clean takes out, or -1.
func firstUnfit(s string) int {
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if c < ' ' && c != '\t' && c != '\n' || c == 0x7f {
				return i
			}
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n == 1 || hides(r) {
			return i
		}
		i += n
	}
	return -1
}

// hides reports whether a character is one of the control characters beyond ASCII, turns the direction of writing, or
// breaks a line, or says something without being seen.
func hides(r rune) bool {
	switch {
	case r >= 0x80 && r < 0xa0, // C1
		r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0x200e, r == 0x200f, r == 0x061c, // direction
		r == 0x2028, r == 0x2029, // lines
		r == 0xfeff, r == 0x2060, r >= 0xfff9 && r <= 0xfffb, r >= 0xe0000 && r <= 0xe007f: // unseen
		return true
	}
	return false
}

// unfit is the length of what s begins with and Clean takes out, and what is shown in its place.
func unfit(s string) (length int, shown string) {
	switch c := s[0]; {
	case c == '\r' && strings.HasPrefix(s, "\r\n"):
		return 1, ""
	case c == '\r':
		return 1, " "
	case c == esc:
		return sequence(s), ""
	case c < utf8.RuneSelf:
		return 1, ""
	}
	r, n := utf8.DecodeRuneInString(s)
	if r >= 0x80 && r < 0xa0 && n == 2 {
		return sequence(s), ""
	}
	return n, string(utf8.RuneError)
}

// sequence is the length of the escape sequence that s begins with, be it by ESC or by one character of C1.
func sequence(s string) int {
	var introducer byte
	after := 2
	switch {
	case s[0] != esc:
		introducer = s[1] - 0x40 // U+009B is ESC [
	case len(s) > 1:
		introducer = s[1]
	default:
		return 1
	}
	switch introducer {
	case '[':
		return after + controlLength(s[after:])
	case ']', 'P', 'X', '^', '_':
		return after + stringLength(s[after:])
	}
	switch {
	case s[0] != esc:
		return after
	case introducer >= ' ' && introducer <= '/' && len(s) > after && s[after] < utf8.RuneSelf:
		return after + 1 // a character set is chosen: ESC ( B
	case introducer >= utf8.RuneSelf, introducer < ' ':
		return 1
	}
	return after
}

// controlLength is the length of a control sequence after ESC [: parameters, then one final byte.
func controlLength(s string) int {
	for i := range len(s) {
		if s[i] >= 0x40 && s[i] <= 0x7e {
			return i + 1
		}
		if s[i] < 0x20 || s[i] > 0x7e {
			return i
		}
	}
	return len(s)
}

// stringLength is the length of a control string (a window's title, a link, the clipboard): up to BEL or ESC \, or the end
// of the line.
func stringLength(s string) int {
	for i := range len(s) {
		switch {
		case s[i] == bel:
			return i + 1
		case s[i] == esc && i+1 < len(s) && s[i+1] == '\\':
			return i + 2
		case strings.HasPrefix(s[i:], "\u009c"):
			return i + 2
		case s[i] == '\n':
			return i
		}
	}
	return len(s)
}
