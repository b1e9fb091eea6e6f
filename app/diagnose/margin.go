package diagnose

import (
	"bytes"
	"regexp"
	"time"
)

// margin is what others put before each line of a text: an editor its number, grep the file it was found in, kubectl the pod.
type margin struct {
	last int // the number that the line before began with; 0: none
}

// off takes the margin off a line.
func (m *margin) off(b []byte) []byte {
	if len(b) == 0 {
		return b
	}
	switch c := b[0]; {
	case c == ' ', c == '\t', c >= '0' && c <= '9':
		return m.unnumbered(b)
	case c == '[' && bytes.HasPrefix(b, []byte("[pod/")):
		if _, rest, ok := bytes.Cut(b, []byte("] ")); ok {
			return rest
		}
	case letter(c), c == '.', c == '/':
		if rest, ok := journaled(b); ok {
			return rest
		}
		return found(b)
	}
	m.last = 0
	return b
}

// unnumbered takes off the number of a line, where the line before has the number before it, or where it is the first and
// its number stands apart.
func (m *margin) unnumbered(b []byte) []byte {
	const digits = 6
	if rest, ok := journaled(b); ok {
		return rest
	}
	t := bytes.TrimLeft(b, " \t")
	if like(t, "00:00:00 ") { // of honcho, before the name of the program
		if name, _ := container(string(t[len("00:00:00 "):])); name != "" {
			return t[len("00:00:00 "):]
		}
	}
	n, i := 0, 0
	for i < len(t) && i < digits && t[i] >= '0' && t[i] <= '9' {
		n, i = 10*n+int(t[i]-'0'), i+1
	}
	rest := t[i:]
	if i > 0 && len(rest) > 1 && rest[0] == '|' && letter(rest[1]) { // of pm2, before the name of the program
		return rest[1:]
	}
	if i == 0 || len(rest) > 0 && bytes.IndexByte([]byte(" \t:|"), rest[0]) < 0 || len(rest) > 1 && rest[0] == ':' && rest[1] >= '0' && rest[1] <= '9' {
		m.last = 0
		return b
	}
	follows := m.last > 0 && n == m.last+1
	apart := n == 1 && len(rest) > 1 && (rest[0] != ' ' && rest[0] != ':' || rest[1] == ' ')
	m.last = n
	if !follows && !apart {
		return b
	}
	switch {
	case bytes.HasPrefix(rest, []byte(" | ")):
		return rest[len(" | "):]
	case bytes.HasPrefix(rest, []byte("  ")):
		return rest[len("  "):]
	case len(rest) > 0:
		return rest[1:]
	}
	return rest
}

// journaled takes off what journald puts before a line of a program that developers start, "Dec 01 10:00:03 host python3[1231]: ", and
// reports whether it did. Those of the system's own programs stay as they are: see ofTheSystem.
func journaled(b []byte) (rest []byte, ok bool) {
	switch {
	case len(b) > len("Dec 01 10:00:03 ") && b[3] == ' ' && like(b[len("Dec 01 "):], "00:00:00 "):
		rest = b[len("Dec 01 10:00:03 "):]
	case like(b, "0000-00-00T00:00:00"):
		_, rest, _ = bytes.Cut(b, []byte(" "))
	}
	_, rest, _ = bytes.Cut(rest, []byte(" ")) // the host
	name, rest, ok := bytes.Cut(rest, []byte("]: "))
	if !ok {
		return b, false
	}
	name, pid, ok := bytes.Cut(name, []byte("["))
	return rest, ok && digits(pid) && ofADeveloper.Match(name)
}

// ofADeveloper is the name of a program that runs what developers write.
var ofADeveloper = regexp.MustCompile(`^(?:python[\d.]*|py|uvicorn|gunicorn|hypercorn|celery|flask|streamlit|gradio|faust|honcho|supervisord|conda|poetry|uv|pipenv|java|node|npm|docker(?:-compose)?|docker/\S+|env|\S+\.(?:py|sh|exe))$`)

// found takes off what grep puts before a line of a log: its name, and the number of the line.
func found(b []byte) []byte {
	name, rest, ok := bytes.Cut(b, []byte(".log"))
	if !ok || len(name) > 120 || bytes.IndexByte(name, ' ') >= 0 || len(rest) == 0 {
		return b
	}
	if rest[0] == '.' { // of an older one
		rest = bytes.TrimLeft(rest[1:], "0123456789")
	}
	if len(rest) < 2 || rest[0] != ':' && rest[0] != '-' {
		return b
	}
	if number, line, ok := bytes.Cut(rest[1:], rest[:1]); ok && digits(number) {
		return line
	}
	return rest[1:]
}

// untimed takes the time off the beginning of a line, as the window of Docker Desktop and others put it there, and gives it; ok
// is false where there is none.
func untimed(b []byte) (rest []byte, at time.Time, ok bool) {
	rest = bytes.TrimPrefix(b, []byte("["))
	closed := len(rest) < len(b)
	if like(rest, "0000-00-00 00:00:00") || like(rest, "0000-00-00T00:00:00") || like(rest, "0000/00/00 00:00:00") {
		text := []byte("0000-00-00 00:00:00")
		for i, c := range rest[:len(text)] {
			if c >= '0' && c <= '9' {
				text[i] = c
			}
		}
		at, _ = time.Parse(time.DateTime, string(text))
		rest = rest[len(text):]
	} else if like(rest, "00:00:00") {
		rest = rest[len("00:00:00"):]
	} else {
		return b, at, false
	}
	if len(rest) > 0 && (rest[0] == '.' || rest[0] == ',') {
		rest = bytes.TrimLeft(rest[1:], "0123456789")
	}
	rest = bytes.TrimPrefix(rest, []byte("Z"))
	if len(rest) > 6 && (rest[0] == '+' || rest[0] == '-') && like(rest[1:], "00:00") {
		rest = rest[len("+00:00"):]
	}
	if closed {
		if len(rest) == 0 || rest[0] != ']' {
			return b, at, false
		}
		rest = rest[1:]
	}
	if len(rest) < 2 || rest[0] != ' ' {
		return b, at, false
	}
	rest = rest[1:]
	for _, stream := range []string{"stdout F ", "stderr F ", "stdout P ", "stderr P "} { // of the kubelet
		rest = bytes.TrimPrefix(rest, []byte(stream))
	}
	return rest, at, true
}

// like reports whether a line begins as a shape does, in which 0 is any digit.
func like(b []byte, shape string) bool {
	if len(b) < len(shape) {
		return false
	}
	for i := range len(shape) {
		if shape[i] == '0' {
			if b[i] < '0' || b[i] > '9' {
				return false
			}
		} else if b[i] != shape[i] {
			return false
		}
	}
	return true
}
