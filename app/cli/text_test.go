package cli

import (
	"strings"
	"testing"
)

func TestWhatAPersonJudgesIsShownWithWhatCannotBeSeen(t *testing.T) {
	for s, want := range map[string]string{
		"python app.py": "python app.py",
		"检测 应用":         "检测 应用",
		"a\rb":          `"a\rb"`,
		"a\u202eb":      `"a\u202eb"`,
		"a\nb":          `"a\nb"`,
		`C:\x`:          `C:\x`,
	} {
		if got := literal(s); got != want {
			t.Errorf("literal(%q) = %s, want %s", s, got, want)
		}
	}
}

func TestColumnsLineUpWithWideCharacters(t *testing.T) {
	for _, rows := range [][][]string{
		{{"Topic", "Partitions", ""}, {"detection-results", "3", "ok"}, {"x", "12", ""}},
		{{"Topic", "分区", "说明"}, {"检测结果", "3", "实时检测结果"}, {"llm-任务", "12", "x"}},
		{{"a"}, {"b", "c"}, {}},
	} {
		lines := tableLines(rows)
		for column := 1; column < 3; column++ {
			begins := map[int]bool{}
			for n, r := range rows {
				if column < len(r) && r[column] != "" {
					begins[textWidth(lines[n][:strings.LastIndex(lines[n], r[column])])] = true
				}
			}
			if len(begins) > 1 {
				t.Errorf("column %d begins at %v:\n%s", column, begins, strings.Join(lines, "\n"))
			}
		}
	}
}

func TestTextIsCutAndBrokenByColumns(t *testing.T) {
	for _, tt := range []struct {
		text string
		n    int
		fit  string
		wrap string
	}{
		{"Kafka answers", 20, "Kafka answers", "Kafka answers"},
		{"Kafka answers", 8, "Kafka a…", "Kafka|answers"},
		{"端口已被占用", 5, "端口…", "端口|已被|占用"},
		{"端口已被占用", 12, "端口已被占用", "端口已被占用"},
		{"abcdefgh", 3, "ab…", "abc|def|gh"},
		{"ab cd", 2, "a…", "ab|cd"},
		{"", 5, "", ""},
	} {
		if got := fit(tt.text, tt.n); got != tt.fit {
			t.Errorf("fit(%q, %d) = %q, want %q", tt.text, tt.n, got, tt.fit)
		}
		if got := strings.Join(wrap(tt.text, tt.n), "|"); got != tt.wrap {
			t.Errorf("wrap(%q, %d) = %q, want %q", tt.text, tt.n, got, tt.wrap)
		}
		if got := clip(green+tt.text+plainText, tt.n); textWidth(strings.NewReplacer(green, "", plainText, "").Replace(got)) > tt.n || !strings.HasSuffix(got, plainText) {
			t.Errorf("clip(%q, %d) = %q", tt.text, tt.n, got)
		}
	}
}

func FuzzWrapLosesNothingAndEnds(f *testing.F) {
	f.Add("Kafka answers at 127.0.0.1:9092", 10)
	f.Add("端口 9092 已被占用", 3)
	f.Fuzz(func(t *testing.T, s string, n int) {
		n %= 200
		lines := wrap(s, n)
		for _, l := range lines {
			if textWidth(l) > max(n, 2) {
				t.Errorf("wrap(%q, %d): %q is too wide", s, n, l)
			}
		}
		blank := func(s string) string { return strings.ReplaceAll(s, " ", "") }
		if got := blank(strings.Join(lines, "")); got != blank(s) {
			t.Errorf("wrap(%q, %d) gives %q", s, n, lines)
		}
	})
}
