package compose

import (
	"regexp"
	"strconv"
	"strings"
)

// token is one word of a script, or a mark that ends a command.
type token struct {
	text string
	end  bool // ; & | or a new line
	raw  bool // in single quotes: nothing is put in
}

// tokens splits a script into words.
func tokens(text string) []token {
	l := lexer{text: strings.NewReplacer("\\\r\n", " ", "\\\n", " ").Replace(text)}
	for l.at = 0; l.at < len(l.text); l.at++ {
		switch c := l.text[l.at]; c {
		case '\'', '"':
			l.quoted(c)
		case '#':
			l.comment()
		case ' ', '\t', '\r':
			l.flush()
		case '(':
			l.parenthesis()
		case '{':
			l.brace()
		case ';', '&', '|', '\n', ')':
			l.flush()
			l.out = append(l.out, token{end: true})
		default:
			l.word.WriteByte(c)
			l.started = true
		}
	}
	l.flush()
	return l.out
}

// lexer is what is known while a script is split.
type lexer struct {
	text    string
	at      int
	out     []token
	word    strings.Builder
	started bool // a word, be it empty
	raw     bool // part of it was in single quotes
}

func (l *lexer) flush() {
	if l.started {
		l.out = append(l.out, token{text: l.word.String(), raw: l.raw})
	}
	l.word.Reset()
	l.started, l.raw = false, false
}

func (l *lexer) quoted(quote byte) {
	end := quoteEnd(l.text, l.at)
	l.word.WriteString(l.text[l.at+1 : max(end, l.at+1)])
	l.started, l.raw, l.at = true, l.raw || quote == '\'', end
}

func (l *lexer) comment() {
	if l.started {
		l.word.WriteByte('#')
		return
	}
	for l.at+1 < len(l.text) && l.text[l.at+1] != '\n' {
		l.at++
	}
}

// brace keeps ${a variable} together, blanks included.
func (l *lexer) brace() {
	end := l.at
	if n := strings.IndexAny(l.text[l.at:], "}\n"); strings.HasSuffix(l.word.String(), "$") && n > 0 && l.text[l.at+n] == '}' {
		end += n
	}
	l.word.WriteString(l.text[l.at : end+1])
	l.started, l.at = true, end
}

// parenthesis tells $(a command), NAME=(a list) and the () of a function from a group of commands.
func (l *lexer) parenthesis() {
	isList := strings.HasSuffix(l.word.String(), "=")
	var end int
	switch {
	case strings.HasSuffix(l.word.String(), "$"), isList:
		end = closing(l.text, l.at)
	case l.at+1 < len(l.text) && l.text[l.at+1] == ')':
		end = l.at + 1
	default:
		l.flush()
		l.out = append(l.out, token{end: true})
		return
	}
	inside := l.text[l.at : end+1]
	if isList {
		inside = array(inside)
	}
	l.word.WriteString(inside)
	l.started, l.at = true, end
}

// quoteEnd is the place of the quote that closes the one at i, or the text's last byte.
func quoteEnd(text string, i int) int {
	for j := i + 1; j < len(text); j++ {
		if text[j] == '\\' && text[i] == '"' {
			j++
			continue
		}
		if text[j] == text[i] {
			return j
		}
	}
	return len(text) - 1
}

// closing is the place of the parenthesis that closes the one at i, or the text's last byte.
func closing(text string, i int) int {
	depth := 0
	for j := i; j < len(text); j++ {
		switch text[j] {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return j
			}
		}
	}
	return len(text) - 1
}

// array is the items of a list in parentheses, parted by blanks.
func array(text string) string {
	var items []string
	for _, t := range tokens(strings.Trim(text, "()")) {
		if !t.end {
			items = append(items, t.text)
		}
	}
	return strings.Join(items, " ")
}

// split gives the commands of a script.
func split(all []token) [][]token {
	var out [][]token
	var current []token
	for _, t := range all {
		keyword := !t.raw && len(current) > 0 && (t.text == "do" || t.text == "then" || t.text == "{") && !t.end
		if !t.end {
			current = append(current, t)
		}
		if (t.end || keyword) && len(current) > 0 {
			out = append(out, current)
			current = nil
		}
	}
	if len(current) > 0 {
		out = append(out, current)
	}
	return out
}

// put is a word with the variables known in place, ${x%%:*} and ${x##*:} included.
func put(t token, vars map[string]string) string {
	if t.raw || !strings.Contains(t.text, "$") || len(t.text) > 4096 {
		return t.text
	}
	return shellReference.ReplaceAllStringFunc(piped(t.text, vars), func(ref string) string {
		m := shellReference.FindStringSubmatch(ref)
		name, cut := m[1]+m[3], m[2]
		v, ok := vars[name]
		if !ok && strings.HasPrefix(cut, ":-") {
			return cut[2:]
		}
		if !ok || len(v) > 4096 {
			return ref
		}
		return trimmed(v, cut)
	})
}

// piped is a word in which a value that goes through cut, tr or sed is worked out.
func piped(text string, vars map[string]string) string {
	text = cutCommand.ReplaceAllStringFunc(text, func(ref string) string {
		m := cutCommand.FindStringSubmatch(ref)
		parts := strings.Split(put(token{text: m[1]}, vars), m[2])
		if n, _ := strconv.Atoi(m[3]); n > 0 && n <= len(parts) {
			return parts[n-1]
		}
		return ref
	})
	return trCommand.ReplaceAllStringFunc(text, func(ref string) string {
		m := trCommand.FindStringSubmatch(ref)
		return strings.ReplaceAll(put(token{text: m[1]}, vars), m[2]+m[3], " ")
	})
}

// trCommand is $(echo "$x" | tr ',' ' ') and $(echo "$x" | sed 's/,/ /g').
var trCommand = regexp.MustCompile(`\$\(echo\s+"?([^"|()]+?)"?\s*\|\s*(?:tr\s+["']?([^"'\s])["']?\s+["'](?: |\\n)["']|sed\s+["']s/(.)/ /g["'])\s*\)`)

// cutCommand is $(echo "$x" | cut -d: -f1).
var cutCommand = regexp.MustCompile(`\$\(echo\s+"?([^"|()]+?)"?\s*\|\s*cut\s+-d\s*["']?([^"'\s])["']?\s+-f\s*(\d)\s*\)`)

var shellReference = regexp.MustCompile(`\$\{(\w+)(?:\[[@*]\])?(:-[^{}]*|%%?[^{}]*|##?[^{}]*|//[^{}/]+/ )?\}|\$(\w+)`)

// trimmed is a value without what a pattern of the form %%:* or ##*: takes off.
func trimmed(v, cut string) string {
	switch {
	case strings.HasPrefix(cut, "//"):
		return strings.ReplaceAll(v, strings.Trim(cut, "/ "), " ")
	case strings.HasPrefix(cut, "%") && strings.HasSuffix(cut, "*"):
		separator := strings.Trim(cut, "%*")
		if strings.HasPrefix(cut, "%%") {
			v, _, _ = strings.Cut(v, separator)
		} else if i := strings.LastIndex(v, separator); i >= 0 {
			v = v[:i]
		}
	case strings.HasPrefix(cut, "#") && strings.Contains(cut, "*"):
		separator := strings.Trim(cut, "#*")
		if i := strings.LastIndex(v, separator); strings.HasPrefix(cut, "##") && i >= 0 {
			v = v[i+len(separator):]
		} else if _, after, ok := strings.Cut(v, separator); ok {
			v = after
		}
	}
	return v
}
