package detector

import (
	"strings"
	"testing"
	"unicode/utf8"

	"streamtray/internal/termtext"
)

// lines reads src as the app's stderr would be.
func lines(src string) (all []Line) {
	read(strings.NewReader(src), Stderr, func(batch []Line) { all = append(all, batch...) })
	return all
}

func TestALineTellsItsLevelSourceAndMessage(t *testing.T) {
	for _, c := range []struct {
		text, level, source, message string
	}{
		{"2025-10-20 21:30:00.123 | INFO     | routes.ws:<module>:24 - Kafka producer initialized for streaming mode", "info", "routes.ws:<module>:24", "Kafka producer initialized for streaming mode"},
		{"2025-10-20 21:30:00.123 | SUCCESS  | a.b:c:1 - x - y | z", "info", "a.b:c:1", "x - y | z"},
		{"2025-10-20 21:30:00.123 | CRITICAL | __main__:<lambda>:9 - ", "critical", "__main__:<lambda>:9", ""},
		{"\x1b[32m2025-10-20 21:30:00.123\x1b[0m | \x1b[1mERROR   \x1b[0m | \x1b[36ma\x1b[0m:\x1b[36mb\x1b[0m:\x1b[36m7\x1b[0m - \x1b[1mno\x1b[0m", "error", "a:b:7", "no"},
		{"app-1  | 2025-10-20 21:30:00.123 | DEBUG    | a:b:7 - hi", "debug", "a:b:7", "hi"},
		{"21:30:00 | WARNING | just a message, no source", "warning", "", "just a message, no source"},
		{"INFO:werkzeug:hello", "info", "werkzeug", "hello"},
		{"INFO:     Uvicorn running on http://127.0.0.1:8000", "info", "", "Uvicorn running on http://127.0.0.1:8000"},
		{"WARNING: This is a development server.", "warning", "", "This is a development server."},
		{"app-1  | ERROR:root:no", "error", "root", "no"},
		{"2025-10-20 21:30:00,123 - algo.kafka - ERROR - Connection refused", "error", "algo.kafka", "Connection refused"},
		{"2025-10-20 21:30:00,123 INFO all ERROR lines are read", "info", "", "all ERROR lines are read"},
		{"[2025-10-20 21:30:00,123] ERROR in app: Exception on / [GET]", "error", "app", "Exception on / [GET]"},
		{"[2025-10-20 21:30:00 +0800] [4242] [INFO] Listening at: http://127.0.0.1:8000 (4242)", "info", "", "Listening at: http://127.0.0.1:8000 (4242)"},
		{"%3|1592488800.123|FAIL|rdkafka#producer-1| [thrd:localhost:9092/bootstrap]: Connect failed", "error", "rdkafka#producer-1", "[thrd:localhost:9092/bootstrap]: Connect failed"},
		{"%4|1592488800.123|CONFWARN|rdkafka#producer-1| x", "warning", "rdkafka#producer-1", "x"},
		{"%7|1|X|y|", "debug", "y", ""},
		{" * Running on http://0.0.0.0:5000", "info", "werkzeug", "Running on http://0.0.0.0:5000"},
		{`127.0.0.1 - - [20/Oct/2025 21:30:00] "GET / HTTP/1.1" 200 -`, "info", "werkzeug", `127.0.0.1 - - [20/Oct/2025 21:30:00] "GET / HTTP/1.1" 200 -`},
		{`127.0.0.1 - - [20/Oct/2025 21:30:00] "GET / HTTP/1.1" 500 -`, "error", "werkzeug", `127.0.0.1 - - [20/Oct/2025 21:30:00] "GET / HTTP/1.1" 500 -`},
		{"/srv/app.py:12: DeprecationWarning: old", "warning", "/srv/app.py", "old"},
		{"SyntaxError: invalid syntax", "error", "", "SyntaxError: invalid syntax"},
		{"confluent_kafka.KafkaException: code=_TRANSPORT", "error", "", "confluent_kafka.KafkaException: code=_TRANSPORT"},
		{"Loading 3 models, no ERROR so far", "", "", "Loading 3 models, no ERROR so far"},
		{"3 ERRORS were found", "", "", "3 ERRORS were found"},
		{"ERROR", "", "", "ERROR"},
		{"%", "", "", "%"},
		{"|", "", "", "|"},
		{"[", "", "", "["},
		{"", "", "", ""},
	} {
		l := lines(c.text + "\n")[0]
		if got := l.Level.String(); got != c.level || l.Source != c.source || l.Message() != c.message {
			t.Errorf("%s\ngot  %q %q %q\nwant %q %q %q", c.text, got, l.Source, l.Message(), c.level, c.source, c.message)
		}
	}
}

const tracebacks = `2025-10-20 21:30:00.123 | ERROR    | routes.ws:<module>:24 - Failed to initialize Kafka producer
Traceback (most recent call last):

> File "routes/ws.py", line 20, in <module>
    logger.info("Kafka producer initialized for streaming mode")
    │      └ <loguru.logger>
TypeError: missing 'topic'
starting anyway
Traceback (most recent call last):
  File "app.py", line 1, in <module>
ImportError: DLL load failed

The above exception was the direct cause of the following exception:
`

func TestATracebackIsAnErrorFromItsBeginningToWhatWasRaised(t *testing.T) {
	var got strings.Builder
	for _, l := range lines(tracebacks) {
		mark := map[part]string{plain: " ", within: "|", raised: "!"}[l.part]
		got.WriteString(mark + strings.ToUpper(l.Level.String() + "-")[:1])
	}
	if want := " E|E|E|E|E|E!E -|E|E!E - -"; got.String() != want {
		t.Errorf("got  %q\nwant %q", got.String(), want)
	}
}

func TestWhateverBytesComeALineIsReadable(t *testing.T) {
	for _, c := range []struct{ name, bytes, want string }{
		{"UTF-8", "检测结果", "检测结果"},
		{"colours", "\x1b[1;31mred\x1b[0m and \x9b1mplain", "red and plain"},
		{"a window's title", "\x1b]0;title\x07text\x1b]8;;http://x\x1b\\link", "textlink"},
		{"a bell, a null, a delete", "a\x07b\x00c\x7fd\te", "abcd\te"},
		{"a character set", "\x1b(Btext\x1b=", "text"},
		{"a lone escape", "text\x1b", "text"},
		{"an escape before Chinese", "\x1b检测", "检测"},
		{"a half sequence", "text\x1b[1;3", "text"},
		{"a progress bar", "10%\r50%\r100%\r", "100%"},
		{"Windows", "text\r", "text"},
		{"a C1 control character", "a\u0085b\u009b31mc", "abc"},
	} {
		if c.name == "colours" {
			c.bytes = strings.ReplaceAll(c.bytes, "\x9b", "\u009b")
		}
		if got := lines(c.bytes + "\n")[0].Text; got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func TestLinesAreCutWhereTheyEndHoweverTheyArrive(t *testing.T) {
	long := strings.Repeat("检", MaxLine)
	src := "one\n\ntwo\r\n" + long + "\nthree\n" + long[:MaxLine-1] + "\nno end"
	want := []string{"one", "", "two", long[:MaxLine-1], "three", long[:MaxLine-1], "no end"} // 检 has 3 bytes, 64 KiB do not divide by 3
	for _, size := range []int{1, 7, 4096, len(src)} {
		var s splitter
		for b := []byte(src); len(b) > 0; {
			n := min(size, len(b))
			s.feed(b[:n], s.at)
			b = b[n:]
		}
		s.finish()
		if len(s.lines) != len(want) {
			t.Fatalf("in pieces of %d: got %d lines, want %d", size, len(s.lines), len(want))
		}
		for i, l := range s.lines {
			if l.Text != want[i] {
				t.Errorf("in pieces of %d: line %d: got %.20q (%d bytes), want %.20q (%d bytes)", size, i, l.Text, len(l.Text), want[i], len(want[i]))
			}
		}
	}
}

func FuzzALineIsAlwaysFitToShow(f *testing.F) {
	f.Add([]byte("\x1b[31m2025-10-20 21:30:00.123 | ERROR | a:b:1 - \xbc\xec\x1b[0m\n"))
	f.Add([]byte("Traceback (most recent call last):\n  x\nE: y\n%3|1|X|y| z\n[1] INFO in a: b\nINFO:a:b\n"))
	f.Add([]byte("0 | "))
	f.Add([]byte("\x1b(\xff0"))
	f.Fuzz(func(t *testing.T, src []byte) {
		for _, l := range lines(string(src)) {
			if !utf8.ValidString(l.Text) || termtext.Clean(l.Text) != l.Text {
				t.Errorf("got %q: not fit to show", l.Text)
			}
			if !strings.HasSuffix(l.Text, l.Message()) || !strings.Contains(l.Text, l.Source) {
				t.Errorf("got source %q and message %q of %q", l.Source, l.Message(), l.Text)
			}
		}
	})
}

func BenchmarkReadLines(b *testing.B) {
	for name, line := range map[string]string{
		"loguru":   "2025-10-20 21:30:00.123 | INFO     | algo.detect:run:41 - frame 123456: 3 objects, 12.5 ms\n",
		"coloured": "\x1b[32m2025-10-20 21:30:00.123\x1b[0m | \x1b[1mINFO    \x1b[0m | \x1b[36malgo.detect\x1b[0m:\x1b[36mrun\x1b[0m:\x1b[36m41\x1b[0m - \x1b[1mframe 123456: 3 objects\x1b[0m\n",
		"plain":    "frame 123456: 3 objects, 12.5 ms\n",
		"gbk":      "\xbc\xec\xb2\xe2\xbd\xe1\xb9\xfb: frame 123456: 3 objects, 12.5 ms\n",
	} {
		b.Run(name, func(b *testing.B) {
			ring := NewRing(RingLines, RingBytes)
			w := watch{verdicts: theirs}
			take := func(lines []Line) {
				for _, l := range lines {
					w.see(l)
				}
				ring.Append(lines...)
			}
			src := strings.Repeat(line, 1000)
			b.SetBytes(int64(len(line)))
			b.ReportAllocs()
			for n := 0; n < b.N; n += 1000 {
				read(strings.NewReader(src), Stderr, take)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "lines/s")
		})
	}
}
