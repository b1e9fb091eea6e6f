package detector

import "strings"

// head is what a logger put before a message.
type head struct {
	level   Level
	source  string
	message int // where the message begins
}

// maxHead bounds where a head may end: words like ERROR further on belong to the message.
const maxHead = 200

// parse reads the head of a line: that of loguru, of Python's logging in its usual formats, of werkzeug, uvicorn,
// gunicorn and librdkafka. ok is false when there is none.
func parse(text string) (h head, ok bool) {
	if text == "" || text[0] == ' ' && !strings.HasPrefix(text, " * ") {
		return head{}, false
	}
	if h, ok := parseBars(text); ok {
		return h, true
	}
	at := composePrefix(text)
	if at == len(text) {
		return head{}, false
	}
	for _, shape := range []func(string) (head, bool){parseRdkafka, parseLeading, parseStamped, parseWerkzeug, parseWarning} {
		if h, ok := shape(text[at:]); ok {
			h.message += at
			return h, true
		}
	}
	return head{}, false
}

// parseBars reads loguru's "time | LEVEL    | module:function:line - message", whatever stands before it.
func parseBars(text string) (head, bool) {
	area := text[:min(len(text), maxHead)]
	for at := 0; ; {
		bar := strings.IndexByte(area[at:], '|')
		if bar < 0 {
			return head{}, false
		}
		level := levelOf(strings.TrimSpace(area[at : at+bar]))
		at += bar + 1
		if level == Unknown {
			continue
		}
		h := head{level: level, message: at}
		if dash := strings.Index(text[at:], " - "); dash >= 0 {
			source := strings.TrimSpace(text[at : at+dash])
			if !strings.ContainsRune(source, ' ') {
				h.source, h.message = source, at+dash+3
			}
		}
		h.message += spaces(text[h.message:])
		return h, true
	}
}

// composePrefix is the length of "name  | ", which compose and its like put before a line.
func composePrefix(text string) int {
	bar := strings.Index(text[:min(len(text), maxHead)], " | ")
	if bar < 0 || !isName(strings.TrimRight(text[:bar], " ")) {
		return 0
	}
	return bar + 3
}

// parseRdkafka reads librdkafka's "%3|1592488800.123|FAIL|rdkafka#producer-1| message"; the digit is syslog's.
func parseRdkafka(text string) (head, bool) {
	if len(text) < 3 || text[0] != '%' || text[1] < '0' || text[1] > '7' || text[2] != '|' {
		return head{}, false
	}
	fields := strings.SplitN(text, "|", 5)
	if len(fields) < 5 {
		return head{}, false
	}
	h := head{source: fields[3], message: len(text) - len(fields[4])}
	h.message += spaces(fields[4])
	switch digit := text[1]; {
	case digit <= '3':
		h.level = Error
	case digit == '4':
		h.level = Warning
	case digit <= '6':
		h.level = Info
	default:
		h.level = Debug
	}
	return h, true
}

// parseLeading reads "LEVEL:logger:message", "LEVEL: message" and "LEVEL:     message".
func parseLeading(text string) (head, bool) {
	colon := strings.IndexByte(text[:min(len(text), 10)], ':')
	if colon < 0 || levelOf(text[:colon]) == Unknown {
		return head{}, false
	}
	h := head{level: levelOf(text[:colon]), message: colon + 1}
	if name, _, ok := strings.Cut(text[h.message:], ":"); ok && isName(name) {
		h.source = name
		h.message += len(name) + 1
	}
	h.message += spaces(text[h.message:])
	return h, true
}

// parseStamped reads lines that begin with a time or a bracket and name their level as a word of its own:
// "2025-10-20 21:30:00,123 - name - INFO - message", "[2025-10-20 21:30:00,123] INFO in module: message".
func parseStamped(text string) (head, bool) {
	if c := text[0]; c != '[' && (c < '0' || c > '9') {
		return head{}, false
	}
	area := text[:min(len(text), maxHead)]
	for at := 0; at < len(area); {
		end := at
		for end < len(area) && isLetter(area[end]) {
			end++
		}
		if end == at {
			at++
			continue
		}
		if level := levelOf(area[at:end]); level != Unknown && (at == 0 || !isNameByte(area[at-1])) {
			return stamped(text, level, at, end), true
		}
		at = end
	}
	return head{}, false
}

// stamped is the head whose level stands at text[at:end].
func stamped(text string, level Level, at, end int) head {
	h := head{level: level, message: end}
	before := strings.Fields(strings.Trim(text[:at], " -[]|:"))
	if len(before) > 0 && isName(before[len(before)-1]) && isLetter(before[len(before)-1][0]) {
		h.source = before[len(before)-1]
	}
	h.message += len(text[end:]) - len(strings.TrimLeft(text[end:], " -]|:"))
	if rest, ok := strings.CutPrefix(text[h.message:], "in "); ok {
		if name, _, ok := strings.Cut(rest, ": "); ok && isName(name) {
			h.source = name
			h.message += len("in ") + len(name) + len(": ")
		}
	}
	return h
}

// parseWerkzeug reads what Flask's server says of itself (" * Running on ...") and its access log.
func parseWerkzeug(text string) (head, bool) {
	if strings.HasPrefix(text, " * ") {
		return head{level: Info, source: "werkzeug", message: 3}, true
	}
	if !strings.Contains(text[:min(len(text), maxHead)], " - - [") {
		return head{}, false
	}
	h := head{level: Info, source: "werkzeug"}
	if i := strings.LastIndex(text, `" `); i >= 0 && i+2 < len(text) && text[i+2] == '5' {
		h.level = Error
	}
	return h, true
}

// parseWarning reads "path/file.py:12: DeprecationWarning: message".
func parseWarning(text string) (head, bool) {
	area := text[:min(len(text), maxHead)]
	py := strings.Index(area, ".py:")
	if py < 0 {
		return head{}, false
	}
	w := strings.Index(area[py:], "Warning: ")
	if w < 0 {
		return head{}, false
	}
	return head{level: Warning, source: area[:py] + ".py", message: py + w + len("Warning: ")}, true
}

func spaces(text string) int { return len(text) - len(strings.TrimLeft(text, " \t")) }

// isName tells names of loggers, modules and services from prose.
func isName(s string) bool {
	for i := range len(s) {
		if !isNameByte(s[i]) {
			return false
		}
	}
	return s != ""
}

func isNameByte(c byte) bool {
	return isLetter(c) || c >= '0' && c <= '9' || c == '_' || c == '.' || c == '-'
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// tracer follows the tracebacks of one stream.
type tracer struct{ open bool }

// classify finds out what the line text is.
func (t *tracer) classify(text string) (head, part) {
	if h, ok := parse(text); ok {
		t.open = false
		return h, plain
	}
	if strings.Contains(text, "Traceback (most recent call last):") {
		t.open = true
		return head{level: Error}, within
	}
	// Inside stand indented lines, loguru's "> File" mark and empty lines; what is raised stands at the margin.
	if t.open && (text == "" || strings.IndexByte(" \t>|+", text[0]) >= 0) {
		return head{level: Error}, within
	}
	if t.open || isRaised(text) {
		t.open = false
		return head{level: Error}, raised
	}
	return head{}, plain
}

// isRaised knows "kafka.errors.NoBrokersAvailable: ..." only by its ending, hence the usual two. An interpreter that
// cannot read the program prints such a line without a traceback.
func isRaised(text string) bool {
	name, _, ok := strings.Cut(text[:min(len(text), maxHead)], ": ")
	return ok && isName(name) && (strings.HasSuffix(name, "Error") || strings.HasSuffix(name, "Exception"))
}
