package termtext

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode"
)

// attacks are texts that a terminal obeys or that say something else than they show, and what is left of them.
var attacks = []struct{ kind, text, left string }{
	{"colour", "\x1b[1;31mred\x1b[0m", "red"},
	{"clipboard", "a\x1b]52;c;ZXZpbA==\ab", "ab"},
	{"clipboard, ended by ESC \\", "a\x1b]52;c;ZXZpbA==\x1b\\b", "ab"},
	{"clipboard in C1", "a\u009d52;c;ZXZpbA==\u009cb", "ab"},
	{"title", "\x1b]0;owned\ax", "x"},
	{"link", "\x1b]8;;http://evil/\x1b\\click\x1b]8;;\x1b\\", "click"},
	{"no end", "a\x1b]0;title\nnext line", "a\nnext line"},
	{"answerback", "\x1b[6n\x1b[c\x1b[>0q\x05x", "x"},
	{"screen cleared", "\x1b[2J\x1b[Hx\x1bc", "x"},
	{"line painted over", "bad\rgood", "bad good"},
	{"backspaces", "bad\b\b\bgood", "badgood"},
	{"C1 colour", "\u009b31mred", "red"},
	{"a bare byte of C1", "\x9b31mred", "\ufffd31mred"},
	{"device control", "\x1bP1$r0m\x1b\\x", "x"},
	{"application program command", "\x1b_Gf=100;AAAA\x1b\\x", "x"},
	{"character set", "\x1b(0lqk\x1b(B", "lqk"},
	{"bell", "ding\a", "ding"},
	{"NUL", "a\x00b", "ab"},
	{"delete", "a\x7fb", "ab"},
	{"direction", "exe\u202etxt.\u202c", "exe\ufffdtxt.\ufffd"},
	{"isolates", "a\u2066b\u2069", "a\ufffdb\ufffd"},
	{"marks of direction", "a\u200eb\u200fc\u061cd", "a\ufffdb\ufffdc\ufffdd"},
	{"line separators", "a\u2028b\u2029c", "a\ufffdb\ufffdc"},
	{"unseen", "a\ufeffb\u2060c", "a\ufffdb\ufffdc"},
	{"tags", "a\U000e0041b", "a\ufffdb"},
	{"no UTF-8", "a\xffb", "a\ufffdb"},
	{"cut off", "x\x1b[", "x"},
	{"cut off earlier", "x\x1b", "x"},
}

// fine are texts that stay.
var fine = []string{
	"", "plain", "two\nlines\twith a tab", "检测结果 · 第 3 分区", "café naïve Ωμέγα", "👩‍👩‍👧 👍🏽 🇨🇳", "नमस्ते", "\ue0b0 a font's own", "a\u00a0b", "日本語ﾃｽﾄ",
}

func TestWhatATerminalWouldObeyIsTakenOut(t *testing.T) {
	for _, a := range attacks {
		if got := Clean(a.text); got != a.left {
			t.Errorf("%s: %q became %q, want %q", a.kind, a.text, got, a.left)
		}
		if got := Clean(Clean(a.text)); got != Clean(a.text) {
			t.Errorf("%s: cleaning twice gives %q", a.kind, got)
		}
		if got := OneLine(a.text); strings.ContainsAny(got, "\n\t") {
			t.Errorf("%s: %q is not one line", a.kind, got)
		}
	}
	for _, s := range fine {
		if got := Clean(s); got != s {
			t.Errorf("%q became %q", s, got)
		}
	}
}

func TestAWriterPassesNothingOnThatATerminalWouldObey(t *testing.T) {
	for _, a := range attacks {
		var plain, drawing bytes.Buffer
		for w, mode := range map[*bytes.Buffer]Mode{&plain: Plain, &drawing: Drawing} {
			n, err := (&Writer{W: w, Mode: func() Mode { return mode }}).Write([]byte("\x1b[32m✓\x1b[0m " + a.text))
			if err != nil || n != len("\x1b[32m✓\x1b[0m "+a.text) {
				t.Errorf("%s: wrote %d, %v", a.kind, n, err)
			}
		}
		if got, want := plain.String(), "✓ "+a.left; got != want {
			t.Errorf("%s: got %q, want %q", a.kind, got, want)
		}
		rest := stroke.ReplaceAllString(drawing.String(), "")
		if !strings.HasPrefix(drawing.String(), "\x1b[32m✓\x1b[0m ") || strings.ContainsFunc(rest, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }) {
			t.Errorf("%s: drawn as %q", a.kind, drawing.String())
		}
	}
}

func TestJSONMeansTheSame(t *testing.T) {
	for _, a := range attacks {
		if a.kind == "no UTF-8" || a.kind == "a bare byte of C1" {
			continue // encoding/json has put U+FFFD there already
		}
		var out bytes.Buffer
		if err := json.NewEncoder(&Writer{W: &out, Mode: func() Mode { return JSON }}).Encode(map[string]string{"text": a.text}); err != nil {
			t.Fatal(err)
		}
		if strings.ContainsFunc(out.String(), func(r rune) bool { return hides(r) || unicode.IsControl(r) && r != '\n' }) {
			t.Errorf("%s: %q is printed", a.kind, out.String())
		}
		var got map[string]string
		if err := json.Unmarshal(out.Bytes(), &got); err != nil || got["text"] != a.text {
			t.Errorf("%s: %s reads %q, %v; want %q", a.kind, out.String(), got["text"], err, a.text)
		}
	}
}

func FuzzClean(f *testing.F) {
	for _, a := range attacks {
		f.Add(a.text)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Clean(s)
		if strings.ContainsFunc(got, func(r rune) bool { return hides(r) || unicode.IsControl(r) && r != '\n' && r != '\t' }) || got != Clean(got) {
			t.Errorf("%q became %q", s, got)
		}
	})
}
