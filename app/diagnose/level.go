package diagnose

import "bytes"

// level is how serious a log line calls itself.
type level uint8

// levels are the names of the levels in the rule files.
var levels = []string{"", "debug", "info", "warn", "failed"}

const (
	noLevel level = iota
	debug
	info
	warn
	failed
)

// head is how far into a line its level is looked for; prefixes of containers and timestamps come first.
const head = 160

// levelOf reads the level a line gives itself, in the shapes of log4j, loguru, logback, librdkafka, klog, logrus, zerolog and
// key=value or JSON lines.
func levelOf(b []byte) level {
	b = b[:min(len(b), head)]
	if l := numbered(b); l != noLevel {
		return l
	}
	if i := bytes.Index(b, []byte("Warning: ")); i > 0 && letter(b[i-1]) { // of Python: UserWarning, FutureWarning ...
		return warn
	}
	for i := 0; i < len(b); i++ {
		c := b[i]
		if c < 'A' || c > 'Z' {
			if c == 'l' && i+6 < len(b) && b[i+1] == 'e' {
				if l := keyed(b[i:]); l != noLevel {
					return l
				}
			}
			continue
		}
		j := i + 1
		for j < len(b) && (b[j] >= 'A' && b[j] <= 'Z' || b[j] == '_') {
			j++
		}
		if j-i >= 3 && opens(b, i) && closes(b, j) {
			if l := word(b[i:j]); l != noLevel {
				return l
			}
		}
		for j < len(b) && wordy(b[j]) {
			j++
		}
		i = j - 1
	}
	return ofRedis(b)
}

// ofRedis reads what Redis puts between the time and the text of "1:M 19 Nov 2019 17:01:46.733 # ...".
func ofRedis(b []byte) level {
	i := bytes.IndexByte(b, ':')
	if i < 1 || len(b) < i+30 || !like(b[i-1:i], "0") || bytes.IndexByte([]byte("MCSX"), b[i+1]) < 0 || !like(b[i+3:], "00 ") {
		return noLevel
	}
	_, rest, _ := bytes.Cut(b[i+len(":M 19 Nov 2019 17"):], []byte(" "))
	switch {
	case bytes.HasPrefix(rest, []byte("# ")):
		return warn
	case bytes.HasPrefix(rest, []byte("* ")):
		return info
	case bytes.HasPrefix(rest, []byte("- ")), bytes.HasPrefix(rest, []byte(". ")):
		return debug
	}
	return noLevel
}

func wordy(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c >= 0x80
}

// opens reports whether a level may begin at i: at the start, after a space or a bracket, after a colour.
func opens(b []byte, i int) bool {
	return i == 0 || bytes.IndexByte([]byte(" \t[|(:<\"="), b[i-1]) >= 0 ||
		b[i-1] == 'm' && bytes.LastIndexByte(b[max(0, i-8):i], 0x1b) >= 0
}

// closes reports whether a level may end before j. What follows in a path or a sentence is none of these.
func closes(b []byte, j int) bool {
	return j == len(b) || bytes.IndexByte([]byte(" \t]|):>\"\x1b["), b[j]) >= 0
}

func word(w []byte) level {
	switch string(w) {
	case "ERROR", "FATAL", "CRITICAL", "SEVERE", "PANIC", "ERRO", "FATA", "EMERG", "ERR", "FTL":
		return failed
	case "WARN", "WARNING", "WRN":
		return warn
	case "INFO", "NOTICE", "SUCCESS", "INF", "LOG": // LOG: of PostgreSQL
		return info
	case "DEBUG", "TRACE", "DEBU", "TRAC", "DBG", "DEB", "TRC":
		return debug
	}
	return noLevel
}

// keyed reads level=error and "level":"error".
func keyed(b []byte) level {
	if !bytes.HasPrefix(b, []byte("level")) {
		return noLevel
	}
	b = bytes.TrimLeft(b[len("level"):], `": =`)
	switch {
	case hasFold(b, "err"), hasFold(b, "fatal"), hasFold(b, "crit"), hasFold(b, "panic"):
		return failed
	case hasFold(b, "warn"):
		return warn
	case hasFold(b, "info"):
		return info
	case hasFold(b, "debug"), hasFold(b, "trace"):
		return debug
	}
	return noLevel
}

func hasFold(b []byte, prefix string) bool {
	return len(b) >= len(prefix) && bytes.EqualFold(b[:len(prefix)], []byte(prefix))
}

// numbered reads librdkafka's syslog numbers, "%3|1700000000.123|FAIL|" and "RDKAFKA-3-FAIL", and klog's "E1020 13:05".
func numbered(b []byte) level {
	var n byte
	switch i := bytes.IndexByte(b, '%'); {
	case i >= 0 && i+2 < len(b) && b[i+2] == '|':
		n = b[i+1]
	case bytes.Contains(b, []byte("RDKAFKA-")):
		i = bytes.Index(b, []byte("RDKAFKA-"))
		if i+8 >= len(b) {
			return noLevel
		}
		n = b[i+8]
	case len(b) > 6 && b[5] == ' ' && digits(b[1:5]):
		return lettered(b[0])
	default:
		if l := inMark(b); l != noLevel {
			return l
		}
		return bracketed(b)
	}
	switch {
	case n < '0' || n > '7':
		return noLevel
	case n <= '3':
		return failed
	case n == '4':
		return warn
	case n == '7':
		return debug
	}
	return info
}

// bracketed reads the level of Docker Desktop's logs: "[2025-10-20T13:05:07.1Z][com.docker.backend.exe][I] text", and of
// older versions "[13:05:07.123][Notifications    ][Error  ] text".
func bracketed(b []byte) level {
	for {
		_, rest, found := bytes.Cut(b, []byte("]["))
		if !found {
			return noLevel
		}
		name, _, closed := bytes.Cut(rest, []byte("]"))
		if name = bytes.TrimRight(name, " "); closed && len(name) == 1 && lettered(name[0]) != noLevel {
			return lettered(name[0])
		}
		if l := word(bytes.ToUpper(name)); closed && l != noLevel {
			return l
		}
		b = rest
	}
}

// inMark reads the levels of web servers and databases: "[emerg]" of nginx and Apache, whose "[error]" is also said of a
// page that is missing; "s":"F" of MongoDB; "[E:onnxruntime:"; "[TRT] [E] " of TensorRT.
func inMark(b []byte) level {
	for rest := b; ; {
		i := bytes.IndexByte(rest, '[')
		if i < 0 {
			break
		}
		rest = rest[i+1:]
		if l := padded(rest); l != noLevel {
			return l
		}
		for _, m := range marks {
			if bytes.HasPrefix(rest, m.text) && (len(m.text) > len("E] ") || leads(b, len(b)-len(rest)-1)) {
				return m.level
			}
		}
	}
	if i := bytes.IndexByte(b, '\t'); i > 0 && i < len("2025-04-11T12:35:56.453+0000\t") { // zap: the time, the level
		name, _, _ := bytes.Cut(b[i+1:], []byte("\t"))
		if l := word(bytes.ToUpper(name)); l != noLevel {
			return l
		}
	}
	if bytes.IndexByte(b, '{') < 0 {
		return noLevel
	}
	for _, key := range [][]byte{[]byte(`"s":"`), []byte(`\"s\":\"`)} { // as it is, and within the JSON of whoever ships it
		if _, rest, ok := bytes.Cut(b, key); ok && len(rest) > 1 && (rest[1] == '"' || rest[1] == '\\') {
			return lettered(rest[0])
		}
	}
	return noLevel
}

// padded reads what structlog puts after a bracket, "warning  ] ": in lower case, and wide enough for any level. That of an error
// counts where it is padded: else it is the mark of web servers.
func padded(b []byte) level {
	n := 0
	for n < len(b) && b[n] >= 'a' && b[n] <= 'z' {
		n++
	}
	t := bytes.TrimLeft(b[n:], " ")
	if n < len("info") || !bytes.HasPrefix(t, []byte("] ")) {
		return noLevel
	}
	switch name := string(b[:n]); name {
	case "debug", "info", "warning", "critical":
		return word(bytes.ToUpper(b[:n]))
	case "error":
		if len(t) < len(b)-n {
			return failed
		}
	}
	return noLevel
}

// leads reports whether a bracket at i stands at the beginning of a line, or after another one: elsewhere it is a unit.
func leads(b []byte, i int) bool {
	before := bytes.TrimRight(b[:i], " ")
	return len(before) == 0 || before[len(before)-1] == ']' || before[len(before)-1] == '|'
}

// marks are what follows a bracket.
var marks = []struct {
	text  []byte
	level level
}{
	{[]byte("emerg] "), failed},
	{[]byte("alert] "), failed},
	{[]byte("crit] "), failed},
	{[]byte("E:onnxruntime:"), failed},
	{[]byte("F:onnxruntime:"), failed},
	{[]byte("W:onnxruntime:"), warn},
	{[]byte("E] "), failed},
	{[]byte("F] "), failed},
	{[]byte("W] "), warn},
}

func lettered(c byte) level {
	switch c {
	case 'E', 'F':
		return failed
	case 'W':
		return warn
	case 'I':
		return info
	}
	return noLevel
}

func digits(b []byte) bool {
	for _, c := range b {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(b) > 0
}
