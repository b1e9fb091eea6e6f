package redact

import (
	"strings"

	"streamtray/internal/lazyregexp"
)

// block follows what goes over several lines: a private key, and a secret's name whose value stands in the next line.
type block struct {
	inside bool // of a private key
	awaits bool // a secret's value: the line before ended behind its name
	column int  // where that name stood
}

const (
	begin = "-----BEGIN "
	end   = "-----END "
)

// line masks one line, with its break, in the light of those before.
func (k *block) line(s string) string {
	s = k.awaited(s)
	var b strings.Builder
	for {
		if k.inside {
			after, ended := cutEnd(s)
			if !ended {
				return b.String()
			}
			b.WriteString(end + "PRIVATE KEY-----")
			k.inside = false
			s = after
			continue
		}
		before, after, found := cutKey(s)
		b.WriteString(line(before))
		if !found {
			return b.String()
		}
		b.WriteString(begin + "PRIVATE KEY-----" + Mark)
		k.inside = true
		s = after
	}
}

// stamped is what a log writes before a line.
var stamped = lazyregexp.New(`^(?:\[?\d{4}-\d\d-\d\d[T ][\d:.,]+\S*\s(?:(?:stdout|stderr)\s)?)?`)

// awaited masks a line that is the value of the name in the line before, and notes whether the next one is such a value.
// One that stands further to the right is; another one only where it looks issued.
func (k *block) awaited(s string) string {
	body := strings.TrimRight(s, "\r\n")
	text := body
	if k.awaits || strings.HasSuffix(strings.TrimRight(body, " \t"), ":") || strings.HasSuffix(body, "=") || strings.HasSuffix(body, "：") {
		text = body[len(stamped.FindString(body)):]
	}
	trimmed := strings.TrimLeft(text, " \t")
	column := len(text) - len(trimmed)
	awaits := k.awaits
	if k.awaits && trimmed == "" {
		return s // it may come after an empty line
	}
	k.awaits = false
	if awaits && !strings.ContainsAny(strings.TrimRight(trimmed, " \t"), " \t") && !strings.HasSuffix(trimmed, ":") &&
		!strings.HasPrefix(trimmed, "-----") && !harmless(trimmed) && (column > k.column || issued(trimmed)) {
		return body[:len(body)-len(trimmed)] + Mark + s[len(body):]
	}
	name := strings.TrimRight(trimmed, " \t")
	cut := strings.TrimRight(name, ":=： ")
	if cut != name && !strings.ContainsAny(cut, " \t=") && cut != "secrets" && Secret(cut) {
		k.awaits, k.column = true, column
	}
	return s
}

// cutKey cuts s at the first line that begins a private key.
func cutKey(s string) (before, after string, found bool) {
	from := 0
	for {
		i := strings.Index(s[from:], begin)
		if i < 0 {
			return s, "", false
		}
		i += from
		title, rest, ok := strings.Cut(s[i+len(begin):], "-----")
		if ok && (strings.Contains(title, "PRIVATE KEY") || strings.Contains(title, "SECRET KEY")) {
			return s[:i], rest, true
		}
		from = i + len(begin)
	}
}

// cutEnd gives what is behind the line that ends a key.
func cutEnd(s string) (after string, found bool) {
	_, after, found = strings.Cut(s, end)
	if !found {
		return "", false
	}
	_, after, _ = strings.Cut(after, "-----")
	return after, true
}
