package envfile

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// binding is one "name=value" of a file.
type binding struct {
	key        string
	value      string
	set        bool // there is a "=": a bare name sets nothing
	quote      byte // around the value: ', " or 0
	start, end int  // of the value with its quotes; where "=" would stand, when there is none
}

// means reports whether two bindings say the same.
func (b binding) means(o binding) bool { return b.key == o.key && b.value == o.value && b.set == o.set }

// last is the index of the binding that counts for key, -1 if there is none.
func last(all []binding, key string) int {
	for i := len(all) - 1; i >= 0; i-- {
		if all[i].key == key {
			return i
		}
	}
	return -1
}

// bom is the byte order mark that some Windows editors put first.
const bom = "\uFEFF"

// parse gives the bindings of a file in order. A line that is none is passed over; broken is where the first such
// line goes wrong, -1 if none does.
func parse(text string) (all []binding, broken int) {
	p := parser{text: text, at: len(text) - len(strings.TrimPrefix(text, bom))}
	broken = -1
	for p.at < len(text) {
		b, ok := p.binding()
		switch {
		case !ok:
			if broken < 0 {
				broken = p.at
			}
			p.at = p.lineEnd()
		case b.key != "":
			all = append(all, b)
		}
	}
	return all, broken
}

// parser reads text from at on. What does not match leaves at where it is.
type parser struct {
	text string
	at   int
}

// binding reads a line, or several if a quoted value spans them, with the empty ones before it. A comment is a
// binding without a key.
func (p *parser) binding() (b binding, ok bool) {
	p.skip(unicode.IsSpace, separator)
	if p.at == len(p.text) || p.peek() == '#' {
		p.at = p.lineEnd()
		return b, true
	}
	if rest, found := strings.CutPrefix(p.text[p.at:], "export"); found && strings.IndexFunc(rest, isBlank) == 0 {
		p.at += len("export")
		p.skip(isBlank)
	}
	if b.key, ok = p.key(); !ok {
		return b, false
	}
	b.start, b.end = p.at, p.at
	p.skip(isBlank)
	if p.peek() == '=' {
		p.at++
		p.skip(isBlank)
		b.set, b.start, b.quote = true, p.at, p.peek()
		if b.value, ok = p.value(); !ok {
			return b, false
		}
		if b.quote != '\'' && b.quote != '"' {
			b.quote = 0
		}
		b.end = p.at
		if b.quote == 0 {
			p.at = p.lineEnd() // over the comment
		}
	}
	p.skip(isBlank)
	if p.peek() == '#' {
		p.at = p.lineEnd()
	}
	return b, p.at == p.lineEnd()
}

// isBlank tells what Python takes for a space within a line.
func isBlank(r rune) bool { return r != '\n' && r != '\r' && (unicode.IsSpace(r) || separator(r)) }

// separator tells the control characters that Python, other than Go, takes for space.
func separator(r rune) bool { return r >= 0x1c && r <= 0x1f }

func (p *parser) skip(over ...func(rune) bool) {
	rest := strings.TrimLeftFunc(p.text[p.at:], func(r rune) bool {
		for _, is := range over {
			if is(r) {
				return true
			}
		}
		return false
	})
	p.at = len(p.text) - len(rest)
}

// peek is the byte at hand, 0 at the end.
func (p *parser) peek() byte {
	if p.at == len(p.text) {
		return 0
	}
	return p.text[p.at]
}

// lineEnd is where the line ends that at is in: at its CR or LF, or at the end of the text.
func (p *parser) lineEnd() int {
	if n := strings.IndexAny(p.text[p.at:], "\r\n"); n >= 0 {
		return p.at + n
	}
	return len(p.text)
}

func (p *parser) key() (string, bool) {
	rest := p.text[p.at:]
	if p.peek() == '\'' {
		n := strings.IndexByte(rest[1:], '\'')
		if n < 1 {
			return "", false
		}
		p.at += n + 2
		return newlines.Replace(rest[1 : n+1]), true
	}
	n := strings.IndexFunc(rest, func(r rune) bool { return r == '=' || r == '#' || unicode.IsSpace(r) || separator(r) })
	if n < 0 {
		n = len(rest)
	}
	p.at += n
	return rest[:n], n > 0
}

// value reads a value and leaves off behind it.
func (p *parser) value() (string, bool) {
	if quote := p.peek(); quote == '\'' || quote == '"' {
		inner := p.text[p.at+1:]
		n := closing(inner, quote)
		if n < 0 {
			return "", false
		}
		p.at += n + 2
		return unescape(newlines.Replace(inner[:n]), quote), true
	}
	raw := p.text[p.at:p.lineEnd()]
	value := strings.TrimRightFunc(beforeComment(raw), isBlank)
	p.at += len(value)
	return value, true
}

// newlines are all the same to Python.
var newlines = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// beforeComment is raw up to a # with a space before it.
func beforeComment(raw string) string {
	for i := range raw {
		if before, n := utf8.DecodeLastRuneInString(raw[:i]); raw[i] == '#' && n > 0 && isBlank(before) {
			return raw[:i]
		}
	}
	return raw
}

// closing finds the quote that ends s, -1 if none does. A quote after a backslash is escaped, even if the backslash
// is; but if no other one follows, the last such ends s after all ("C:\dir\").
func closing(s string, quote byte) int {
	escaped := -1
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == quote:
			return i
		case s[i] == '\\' && i+1 < len(s) && s[i+1] == quote:
			i++
			escaped = i
		}
	}
	return escaped
}

// unescape reads the escapes that such quotes know; other backslashes stand for themselves.
func unescape(s string, quote byte) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	from, to := `\'`, `\'`
	if quote == '"' {
		from, to = `\'"abfnrtv`, "\\'\"\a\b\f\n\r\t\v"
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			if n := strings.IndexByte(from, s[i+1]); n >= 0 {
				b.WriteByte(to[n])
				i++
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
