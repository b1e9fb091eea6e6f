package diagnose

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"streamtray/app/testenv"
)

// pasted are the forms that people paste a text in. Other than the disguises, some of them lose a little.
var pasted = map[string]func(string) string{
	"PowerShell 5.1, 80 columns":    func(s string) string { return fromPowerShell(s, 80) },
	"PowerShell 5.1, 120 columns":   func(s string) string { return fromPowerShell(s, 120) },
	"cut at 80 columns":             func(s string) string { return each(s, func(l string) string { return cut(l, 80) }) },
	"cut at 100 columns":            func(s string) string { return each(s, func(l string) string { return cut(l, 100) }) },
	"cut at 120 columns":            func(s string) string { return each(s, func(l string) string { return cut(l, 120) }) },
	"words at 78 columns":           func(s string) string { return each(s, func(l string) string { return words(l, 78, "") }) },
	"words at 120 columns":          func(s string) string { return each(s, func(l string) string { return words(l, 120, " ") }) },
	"colours inside of phrases":     func(s string) string { return each(s, coloursInside) },
	"colours, written with a caret": func(s string) string { return strings.ReplaceAll(each(s, coloursInside), "\x1b", "^[") },
	"progress before it":            func(s string) string { return each(s, progress) },
	"JSON with escaped colours":     func(s string) string { return each(s, jsonColours) },
	"JSON of a logger":              func(s string) string { return each(s, jsonLogger) },
	"UTF-16, big end first":         func(s string) string { return wideBig("\ufeff" + s) },
	"UTF-16, unmarked":              func(s string) string { return wide16(s)[2:] },
	"UTF-16, big and unmarked":      wideBig,
	"indented":                      func(s string) string { return each(s, func(l string) string { return "    " + l }) },
	"indented by a tab":             func(s string) string { return each(s, func(l string) string { return "\t" + l }) },
	"quoted twice":                  func(s string) string { return each(s, func(l string) string { return "> > " + l }) },
	"in a fence":                    func(s string) string { return "```\n" + s + "```\n" },
	"Docker Desktop's window":       func(s string) string { return each(s, func(l string) string { return "2025-03-03 11:06:41 " + l }) },
	"a time in brackets": func(s string) string {
		return each(s, func(l string) string { return "[2025-03-03T11:06:41.118+08:00] " + l })
	},
	"found by grep": func(s string) string {
		return each(s, func(l string) string { return `D:\det\logs\app.log.1:118:` + l })
	},
	"of a pod": func(s string) string {
		return each(s, func(l string) string { return "[pod/det-7d9f-abcde/det] " + l })
	},
	"of pm2": func(s string) string { return each(s, func(l string) string { return "0|det  | " + l }) },
	"of journald": func(s string) string {
		return each(s, func(l string) string { return "Dec 01 10:00:03 edge-07 python3[1231]: " + l })
	},
	"of journald, exact": func(s string) string {
		return each(s, func(l string) string { return "2026-12-01T10:00:03.118204+0800 edge-07 det.sh[1231]: " + l })
	},
	"of honcho":          func(s string) string { return each(s, func(l string) string { return "21:14:04 worker.1   | " + l }) },
	"numbered":           numberedLines,
	"below settings":     func(s string) string { return settings + s },
	"above what goes on": func(s string) string { return s + strings.Repeat(goesOn, 12) },
	"in a question": func(s string) string {
		return question + s + "\nAny idea? I use Docker on Windows 11, Kafka 3.7 and Python 3.11. Thanks!\n"
	},
	"in a Chinese question": func(s string) string {
		return "运行后报错如下，请问怎么解决？\n\n```shell\n" + s + "```\n\n环境：Windows 11，Kafka 3.7，谢谢！\n"
	},
	"compose and CRLF": func(s string) string { return each(s, func(l string) string { return "app-1    | " + l + "\r" }) },
}

// What is pasted with a text without having to do with it.
const (
	settings = "2025-05-02 08:00:00 INFO  config loaded from conf/app.yaml\n2025-05-02 08:00:00 INFO  kafka producer settings: acks=all, bootstrap.servers=localhost:9092\n" +
		"2025-05-02 08:00:00 INFO  redis cache at redis://localhost:6379/0\n2025-05-02 08:00:00 INFO  model weights/best.pt, device cuda:0\n"
	goesOn   = "127.0.0.1 - - [02/May/2025 08:00:00] \"GET /video_feed HTTP/1.1\" 200 -\n2025-05-02 08:00:00 INFO  heartbeat thread alive\n2025-05-02 08:00:00 DEBUG gc collected 18 objects\n"
	question = "Hi, since yesterday my detection service does not work any more. I already restarted everything, this is what I get:\n\n"
)

// fromPowerShell is what Windows PowerShell 5.1 makes of what a program writes to its standard error, when it goes to a file:
// words wrapped, each but the last line of a record with its space, and its own remarks below the first line.
func fromPowerShell(s string, width int) string {
	lines := strings.Split(strings.TrimSuffix(s, "\n"), "\n")
	var b strings.Builder
	for i, l := range lines {
		if i == 0 {
			l = "docker : " + l
		}
		b.WriteString(words(l, width-1, " ") + "\r\n")
		if i == 0 {
			b.WriteString("At line:1 char:1\r\n+ docker compose up 2> log.txt\r\n+ ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~\r\n" +
				"    + CategoryInfo          : NotSpecified: (" + cutTo(l, 30) + ":String) [], RemoteException\r\n" +
				"    + FullyQualifiedErrorId : NativeCommandError\r\n \r\n")
		}
	}
	return wide16(b.String())
}

func cutTo(s string, n int) string {
	r := []rune(s)
	return string(r[:min(n, len(r))])
}

// cut breaks a line wherever a terminal of that width ends.
func cut(l string, width int) string {
	var b strings.Builder
	n := 0
	for _, r := range l {
		w := columns([]byte(string(r)))
		if n+w > width {
			b.WriteByte('\n')
			n = 0
		}
		b.WriteRune(r)
		n += w
	}
	return b.String()
}

// words breaks a line between words, and within words that are longer than a line.
func words(l string, width int, end string) string {
	var b strings.Builder
	n := 0
	for i, w := range strings.SplitAfter(l, " ") {
		size := columns([]byte(strings.TrimRight(w, " ")))
		if i > 0 && n > 0 && n+size > width {
			s := strings.TrimRight(b.String(), " ")
			b.Reset()
			b.WriteString(s + end + "\n")
			n = 0
		}
		if size > width {
			w = cut(w, width)
			n = columns([]byte(w[strings.LastIndexByte(w, '\n')+1:]))
			b.WriteString(w)
			continue
		}
		b.WriteString(w)
		n += columns([]byte(w))
	}
	return b.String()
}

func coloursInside(l string) string {
	return strings.ReplaceAll(strings.ReplaceAll(l, " ", "\x1b[0m \x1b[33m"), "'", "\x1b[0m\x1b[1;31m'")
}

func progress(l string) string {
	return "kafka Pulling 10%\rkafka Pulling 20%\rkafka Pulling 100%\r" + l
}

func jsonColours(l string) string {
	b, _ := json.Marshal(map[string]string{"log": "\x1b[31m" + coloursInside(l) + "\x1b[0m\n", "stream": "stderr"})
	return string(b)
}

func jsonLogger(l string) string {
	b, _ := json.Marshal(map[string]string{"ts": "2025-10-20T12:41:26Z", "level": "error", "msg": l})
	return string(b)
}

// numberedLines is a text with the numbers of an editor, from its beginning on.
func numberedLines(s string) string {
	n := 0
	return each(s, func(l string) string { n++; return fmt.Sprintf("%6d\t%s", n, l) })
}

func wideBig(s string) string {
	var b strings.Builder
	for _, u := range utf16.Encode([]rune(s)) {
		b.WriteByte(byte(u >> 8))
		b.WriteByte(byte(u))
	}
	return b.String()
}

// What is right as the program wrote it stays right as people paste it, and is shown clean.
func TestTextsArePastedInManyForms(t *testing.T) {
	testenv.Unraced(t, "nothing here runs beside something else: the detector has nothing to see, and takes minutes over it")
	all := failing(t)
	blind, _ := filepath.Glob("testdata/blind/*.txt")
	for _, f := range blind {
		all = append(all, samples(t, f)...)
	}
	written := make([][]Finding, len(all)) // what is found in each as the program wrote it
	for i, s := range all {
		written[i] = find(s.text, s.where)
	}
	for how, form := range pasted {
		right, lost := 0, []string{}
		for i, s := range all {
			before := written[i]
			if s.name == "none" || len(before) == 0 || !strings.HasPrefix(s.name, "ST-") && !s.names(before) {
				continue
			}
			right++
			after := find(form(s.text), s.where)
			if len(after) == 0 || after[0].Cause != before[0].Cause && !s.names(after) { // what the text allows is right too
				lost = append(lost, s.name+" gives "+strings.TrimSpace(told(after))+" for "+s.text)
				continue
			}
			if e := after[0].Evidence; strings.ContainsAny(e, "\x1b\r\x00\x07") || !utf8.ValidString(e) || strings.ContainsRune(e, utf8.RuneError) && !strings.ContainsRune(s.text, utf8.RuneError) {
				t.Errorf("%s: evidence is not clean: %q", how, e)
			}
		}
		if len(lost)*100 > right {
			t.Errorf("%s: %d of %d lost, want at most 1 %%:\n%s", how, len(lost), right, cutTo(strings.Join(lost, "\n"), 3000))
		}
		t.Logf("%s: %d of %d lost", how, len(lost), right)
	}
}

// What is well stays well.
func TestHealthyTextsArePastedInManyForms(t *testing.T) {
	for how, form := range pasted {
		if how == "JSON of a logger" {
			continue // it would call each line an error
		}
		for _, s := range samples(t, "testdata/healthy-more.txt") {
			for _, f := range find(form(s.text), s.where) {
				if f.Severity == Error {
					t.Errorf("%s: %s: %s", how, s.name, told([]Finding{f}))
				}
			}
		}
	}
}

// Whose the failure is, and that there is one, is read where a terminal broke the words that say so.
func TestWhatALineSaysIsReadWhereATerminalBrokeIt(t *testing.T) {
	trace := `det-1     |   File "/srv/det/env/lib/python3.11/site-packages/det/store/pymysql/connections.py", line 7, in read` + "\n" +
		"det-1     |     piece = self.pipe.recv(want)\n" +
		"det-1     | ConnectionResetError: [Errno 104] Connection reset by peer\n"
	sub := `det-1     |   File "/srv/det/env/lib/python3.11/site-packages/paho/mqtt/client.py", line 7, in dial` + "\n" +
		"det-1     |     sock.connect(there)\n" +
		"det-1     | ConnectionRefusedError: [Errno 111] Connection refused\n"
	for _, c := range []struct{ text, cause, service string }{
		{trace, "service-unreachable", "mysql"},
		{each(trace, func(l string) string { return cut(l, 80) }), "service-unreachable", "mysql"},
		{fromPowerShell(sub, 80), "service-unreachable", "mqtt"},
		{each("/srv/det/entry-of-the-detector-that-is-new.sh: line 31: /srv/det/bin/x: No such file or directory", func(l string) string { return cut(l, 80) }), "unknown", ""},
	} {
		found := find(c.text, "")
		if len(found) == 0 || found[0].Cause != c.cause || found[0].Args["service"] != c.service {
			t.Errorf("want %s of %q, got %s for\n%s", c.cause, c.service, told(found), c.text)
		}
	}
}

// A line of the system's own log stays one when a terminal of any width broke it, but where the rest looks like an entry.
func TestALineOfTheSystemsLogAlarmsNobodyWhereverItIsBroken(t *testing.T) {
	tried, alarms := 0, 0
	for _, s := range healthy(t) {
		if first, _, _ := strings.Cut(s.text, "\n"); !ofTheSystem(first) || len(s.text) > 2000 {
			continue
		}
		for width := 60; width <= 132; width++ {
			tried++
			if found := find(each(s.text, func(l string) string { return cut(l, width) }), s.where); len(found) > 0 {
				alarms++
				t.Logf("%s at %d columns: %.200q: got %s", s.file, width, s.text, told(found))
			}
		}
	}
	if tried < 300 || alarms*100 > tried {
		t.Errorf("%d alarms in %d texts", alarms, tried)
	}
}
