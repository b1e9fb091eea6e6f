package diagnose

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// sample is one text of testdata: what it is, where it was read, and the text.
type sample struct {
	file, name, where string
	text              string
}

// samples reads a file of texts, each under a line "=== name place".
func samples(t testing.TB, file string) []sample {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split("\n"+string(b), "\n=== ")
	all := make([]sample, 0, len(parts))
	for _, p := range parts[1:] {
		head, text, _ := strings.Cut(p, "\n")
		s := sample{file: filepath.Base(file), name: head, text: strings.TrimSuffix(text, "\n") + "\n"}
		if i := strings.LastIndexByte(head, ' '); i > 0 && known(head[i+1:]) {
			s.name, s.where = head[:i], head[i+1:]
		}
		all = append(all, s)
	}
	return all
}

func known(place string) bool {
	for _, p := range Places() {
		if p == place {
			return true
		}
	}
	return false
}

func failing(t testing.TB) []sample {
	t.Helper()
	files, err := filepath.Glob("testdata/failing/*.txt")
	if err != nil || len(files) != 6 {
		t.Fatalf("failing texts: %v, %v", files, err)
	}
	var all []sample
	for _, f := range files {
		all = append(all, samples(t, f)...)
	}
	return all
}

func healthy(t testing.TB) []sample {
	t.Helper()
	all := append(samples(t, "testdata/healthy.txt"), samples(t, "testdata/healthy-more.txt")...)
	files, err := filepath.Glob("testdata/healthy/*.log")
	if err != nil || len(files) == 0 {
		t.Fatalf("healthy logs: %v, %v", files, err)
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, sample{file: filepath.Base(f), text: string(b)})
	}
	return all
}

// disguises are the forms in which the same text reaches a program.
var disguises = map[string]func(string) string{
	"as it is":      func(s string) string { return s },
	"CRLF":          func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") },
	"no last break": func(s string) string { return strings.TrimSuffix(s, "\n") },
	"compose":       func(s string) string { return each(s, func(l string) string { return "kafka-1  | " + l }) },
	"older compose": func(s string) string {
		return each(s, func(l string) string { return "\x1b[36mservice_1      |\x1b[0m " + l })
	},
	"docker logs -t": func(s string) string {
		return each(s, func(l string) string { return "2025-10-20T12:41:26.123456789Z " + l })
	},
	"kubelet": func(s string) string {
		return each(s, func(l string) string { return "2025-10-20T12:41:26.123456789Z stderr F " + l })
	},
	"colours":   func(s string) string { return each(s, func(l string) string { return "\x1b[31m" + l + "\x1b[0m" }) },
	"quoted":    func(s string) string { return each(s, func(l string) string { return "> " + l }) },
	"json-file": func(s string) string { return each(s, jsonLine) },
	"UTF-16":    wide16,
	"GBK":       gbk,
}

func each(s string, f func(string) string) string {
	lines := strings.Split(strings.TrimSuffix(s, "\n"), "\n")
	for i, l := range lines {
		lines[i] = f(l)
	}
	return strings.Join(lines, "\n") + "\n"
}

func jsonLine(l string) string {
	b, _ := json.Marshal(map[string]string{"log": l + "\n", "stream": "stdout", "time": "2025-10-20T12:41:26.123456789Z"})
	return string(b)
}

func wide16(s string) string {
	var b bytes.Buffer
	b.WriteString("\xff\xfe")
	for _, u := range utf16.Encode([]rune(s)) {
		b.WriteByte(byte(u))
		b.WriteByte(byte(u >> 8))
	}
	return b.String()
}

func gbk(s string) string {
	if b, err := simplifiedchinese.GB18030.NewEncoder().String(s); err == nil {
		return b
	}
	return s
}

func find(text, where string) []Finding {
	s := New(where)
	_, _ = s.Write([]byte(text))
	_ = s.Close()
	return s.Findings()
}

func told(found []Finding) string {
	var b strings.Builder
	for _, f := range found {
		b.WriteString(f.Code + " " + f.Cause + " line " + f.Evidence + "\n")
	}
	return b.String()
}

func TestEveryFailingTextIsNamedInEveryDisguise(t *testing.T) {
	for _, s := range failing(t) {
		for how, disguise := range disguises {
			for _, where := range []string{"", s.where} {
				found := find(disguise(s.text), where)
				if len(found) == 0 || found[0].Code != s.name {
					t.Errorf("%s, %s, in %q: %.120q\ngot %swant %s", s.file, how, where, s.text, told(found), s.name)
				}
			}
		}
	}
}

func TestAFailingTextIsFoundInTheMidstOfAHealthyLog(t *testing.T) {
	around, err := os.ReadFile("testdata/healthy/kafka-start-again.log")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range failing(t) {
		found := find(string(around)+s.text, s.where)
		if len(found) == 0 || found[0].Code != s.name {
			t.Errorf("%s after a healthy log:\n%sgot %swant %s", s.file, s.text, told(found), s.name)
		}
		if len(found) > 0 && found[0].Line <= bytes.Count(around, []byte("\n")) {
			t.Errorf("%s: found at line %d, which is healthy", s.name, found[0].Line)
		}
	}
}

func TestNothingIsFoundInAHealthyText(t *testing.T) {
	all := healthy(t)
	if len(all) < 200 {
		t.Fatalf("only %d healthy texts", len(all))
	}
	for _, s := range all {
		for how, disguise := range disguises {
			for _, where := range []string{"", s.where} {
				if found := find(disguise(s.text), where); len(found) > 0 {
					t.Errorf("%s %s, %s, in %q: got %swant nothing", s.file, s.name, how, where, told(found))
				}
			}
		}
	}
}

func TestEveryRuleHasBothLanguagesASourceAndThreeTexts(t *testing.T) {
	texts := map[string]int{}
	for _, s := range failing(t) {
		texts[s.name]++
	}
	for _, r := range theBook().written() {
		if texts[r.Code] < 3 {
			t.Errorf("%s %s: %d failing texts, want 3", r.Code, r.Cause, texts[r.Code])
		}
		for what, s := range map[string]text{"title": r.Title, "why": r.Why, "advice": r.Advice.Windows, "advice elsewhere": r.Advice.POSIX} {
			if s.En == "" || s.Zh == "" || s.En == s.Zh {
				t.Errorf("%s: %s in English %q, in Chinese %q", r.Code, what, s.En, s.Zh)
			}
		}
		if r.Source == "" {
			t.Errorf("%s: no source", r.Code)
		}
	}
}

func TestTheSampleOfEveryRuleIsFoundByIt(t *testing.T) {
	for _, r := range theBook().written() {
		found := find(r.Sample+"\n", r.Where[0])
		if len(found) == 0 || found[0].Code != r.Code {
			t.Errorf("%s: its own sample %q gives %s", r.Code, r.Sample, told(found))
		}
	}
}
