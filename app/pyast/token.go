package pyast

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

type kind uint8

const (
	end     kind = iota // of the file
	newline             // of a logical line
	name
	number
	text    // a string without values put in
	fstring // a string with values put in: {name}
	op
)

// token is one word of the source. indent is that of its logical line.
type token struct {
	kind   kind
	text   string // of a text: what it stands for
	line   int
	indent int
	raw    string // of an fstring: what stands between its quotes
}

// lexer cuts source into tokens. What is no Python becomes an op of one character, so that it goes on behind it.
type lexer struct {
	src    string
	at     int
	line   int
	depth  int // of open brackets
	indent int
	fresh  bool // at the beginning of a logical line
	tokens []token
}

func lex(src string) []token {
	l := &lexer{src: strings.TrimPrefix(src, "\ufeff"), line: 1, fresh: true}
	for l.at < len(l.src) {
		l.next()
	}
	l.newline()
	l.add(end, "")
	return l.tokens
}

func (l *lexer) add(k kind, s string) {
	l.tokens = append(l.tokens, token{kind: k, text: s, line: l.line, indent: l.indent})
}

// newline ends a logical line that has something on it.
func (l *lexer) newline() {
	if n := len(l.tokens); n > 0 && l.tokens[n-1].kind != newline {
		l.add(newline, "")
	}
	l.fresh = true
}

// tabWidth is how far a tab goes: to the next multiple, as Python has it.
const tabWidth = 8

func (l *lexer) next() {
	if l.fresh {
		l.fresh = false
		l.indentation()
		return
	}
	rest := l.src[l.at:]
	c := rest[0]
	switch {
	case c == '\n':
		l.at++
		if l.depth == 0 {
			l.newline()
		}
		l.line++
	case c == ' ' || c == '\t' || c == '\r' || c == '\f':
		l.at++
	case c == '\\' && (strings.HasPrefix(rest, "\\\n") || strings.HasPrefix(rest, "\\\r\n")):
		l.at += strings.IndexByte(rest, '\n') + 1
		l.line++
	case c == '#':
		if i := strings.IndexByte(rest, '\n'); i >= 0 {
			l.at += i
		} else {
			l.at = len(l.src)
		}
	case c >= '0' && c <= '9' || c == '.' && len(rest) > 1 && rest[1] >= '0' && rest[1] <= '9':
		n := span(rest, func(r rune) bool { return r == '.' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) })
		l.add(number, rest[:n])
		l.at += n
	default:
		l.word(rest)
	}
}

// indentation reads the white space at the beginning of a logical line; an empty line has none that counts.
func (l *lexer) indentation() {
	width := 0
	for l.at < len(l.src) {
		switch l.src[l.at] {
		case ' ':
			width++
		case '\t':
			width += tabWidth - width%tabWidth
		case '\f', '\r':
		default:
			l.indent = width
			return
		}
		l.at++
	}
}

func span(s string, ok func(rune) bool) int {
	if n := strings.IndexFunc(s, func(r rune) bool { return !ok(r) }); n >= 0 {
		return n
	}
	return len(s)
}

func isWord(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }

// operators of more than one character, the longest first.
var operators = []string{
	"**=", "//=", ">>=", "<<=", "...", ":=", "->", "**", "//", "<<", ">>", "<=", ">=", "==", "!=",
	"+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "@=",
}

// word reads a name, a string or an operator.
func (l *lexer) word(rest string) {
	n := span(rest, isWord)
	if quote := n; quote < len(rest) && (rest[quote] == '"' || rest[quote] == '\'') && isPrefix(rest[:quote]) {
		l.str(strings.ToLower(rest[:quote]))
		return
	}
	if n > 0 {
		l.add(name, rest[:n])
		l.at += n
		return
	}
	for _, o := range operators {
		if strings.HasPrefix(rest, o) {
			l.add(op, o)
			l.at += len(o)
			return
		}
	}
	_, size := utf8.DecodeRuneInString(rest)
	switch rest[0] {
	case '(', '[', '{':
		l.depth++
	case ')', ']', '}':
		l.depth = max(0, l.depth-1)
	}
	l.add(op, rest[:size])
	l.at += size
}

func isPrefix(s string) bool {
	const longest = 2
	return len(s) <= longest && strings.Trim(strings.ToLower(s), "rbuft") == ""
}

// str reads a string literal. One of a line that is not closed ends with the line.
func (l *lexer) str(prefix string) {
	l.at += len(prefix)
	quote := l.src[l.at : l.at+1]
	if triple := strings.Repeat(quote, 3); strings.HasPrefix(l.src[l.at:], triple) {
		quote = triple
	}
	l.at += len(quote)
	begin, line := l.at, l.line
	for l.at < len(l.src) && !strings.HasPrefix(l.src[l.at:], quote) {
		if l.src[l.at] == '\n' {
			if len(quote) == 1 {
				break
			}
			l.line++
		}
		if l.src[l.at] == '\\' && l.at+1 < len(l.src) {
			l.at++
			if l.src[l.at] == '\n' {
				l.line++
			}
		}
		l.at++
	}
	l.at = min(l.at, len(l.src))
	raw := l.src[begin:l.at]
	if strings.HasPrefix(l.src[l.at:], quote) {
		l.at += len(quote)
	}
	t := token{kind: text, line: line, indent: l.indent, text: raw}
	if !strings.Contains(prefix, "r") {
		t.text = unescape(raw)
	}
	if strings.ContainsAny(prefix, "ft") {
		t.kind, t.raw = fstring, raw
	}
	l.tokens = append(l.tokens, t)
}

var escapes = strings.NewReplacer(
	"\\\r\n", "", "\\\n", "", `\n`, "\n", `\t`, "\t", `\r`, "\r", `\\`, `\`, `\'`, `'`, `\"`, `"`, `\0`, "\x00",
)

// unescape is what a literal stands for, as far as names, addresses and topics need it: numbered characters stay as they
// are written.
func unescape(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	return escapes.Replace(s)
}
