package diagnose

import (
	"bytes"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"
)

const failingLine = "%3|1795437057.263|FAIL|rdkafka#producer-1| [thrd:localhost:9092/bootstrap]: localhost:9092/bootstrap: Connect to ipv4#127.0.0.1:9092 failed: Connection refused (after 0ms in state CONNECT)\n"

// mixed is a log as a bad day writes it: mostly healthy, with every failure there is among it.
func mixed(tb testing.TB) []byte {
	var b bytes.Buffer
	for range 8 {
		for _, s := range healthy(tb) {
			b.WriteString(s.text)
		}
	}
	for _, s := range failing(tb) {
		b.WriteString(s.text)
	}
	return b.Bytes()
}

// A pattern whose words are in every other line costs as much as none at all.
func TestFewLinesOfAHealthyLogAreLookedAtClosely(t *testing.T) {
	text, err := os.ReadFile("testdata/healthy/compose-up-attached.log")
	if err != nil {
		t.Fatal(err)
	}
	lines, close, by := 0, 0, map[string]int{}
	for line := range bytes.Lines(text) {
		hits := map[uint16]bool{}
		theBook().words.scan(line, func(id uint16) { hits[id] = true })
		for id := range hits {
			by[theBook().patterns[id].Re]++
		}
		lines++
		if len(hits) > 0 {
			close++
		}
	}
	for expr, n := range by {
		if n > lines/20 {
			t.Errorf("%d of %d lines have a word of %s", n, lines, expr)
		}
	}
	if close > lines/4 {
		t.Errorf("%d of %d lines are looked at closely", close, lines)
	}
}

func grown(text []byte, size int) []byte {
	return bytes.Repeat(text, size/len(text)+1)
}

func scanAll(b *testing.B, text []byte) {
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		s := New("")
		_, _ = s.Write(text)
		if s.Findings() == nil && len(text) == 0 {
			b.Fatal("nothing read")
		}
	}
}

func BenchmarkHealthyLog(b *testing.B) {
	text, err := os.ReadFile("testdata/healthy/compose-up-attached.log")
	if err != nil {
		b.Fatal(err)
	}
	scanAll(b, grown(text, 16<<20))
}

func BenchmarkMixedLog(b *testing.B) { scanAll(b, grown(mixed(b), 16<<20)) }

// BenchmarkOneLineAgainAndAgain is a client that cannot connect and says so without end.
func BenchmarkOneLineAgainAndAgain(b *testing.B) {
	scanAll(b, grown([]byte(failingLine), 16<<20))
}

// BenchmarkAgainstPlainRegexps is what the automaton saves: the same log, with every pattern tried on every line. Both
// are timed in one run, so that a busy machine slows both.
func BenchmarkAgainstPlainRegexps(b *testing.B) {
	all := make([]*regexp.Regexp, len(theBook().patterns))
	for i, p := range theBook().patterns {
		all[i] = p.re().Regexp
	}
	text := mixed(b)
	sample := text[:min(len(text), 64<<10)]
	var ours, plain time.Duration
	for b.Loop() {
		start := time.Now()
		_, _ = New("").Write(text)
		ours += time.Since(start)
		start = time.Now()
		for line := range bytes.Lines(sample) {
			low := bytes.ToLower(line)
			for _, re := range all {
				re.Match(low)
			}
		}
		plain += time.Since(start)
	}
	perByte := plain.Seconds() / float64(len(sample))
	b.ReportMetric(perByte/(ours.Seconds()/float64(len(text))), "times-faster")
}

func BenchmarkFirstUse(b *testing.B) {
	for b.Loop() {
		if _, err := load(ruleFiles); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkEveryLineAnotherFailure is a text of nothing but failures, each other than the one before.
func BenchmarkEveryLineAnotherFailure(b *testing.B) {
	var text bytes.Buffer
	for _, r := range theBook().rules {
		if r.Sample != "" {
			text.WriteString(strings.ReplaceAll(strings.TrimSpace(r.Sample), "\n", " ") + "\n")
		}
	}
	scanAll(b, grown(text.Bytes(), 16<<20))
}

// BenchmarkFailuresThatDifferInWords is the same with other words in every line, so that no line is like one before.
func BenchmarkFailuresThatDifferInWords(b *testing.B) {
	var text bytes.Buffer
	lines := strings.Split(string(mixedFailing(b)), "\n")
	for i := 0; text.Len() < 16<<20; i++ {
		l := lines[i%len(lines)]
		text.WriteString(l)
		text.WriteString(" ref=")
		for x := uint32(i)*2654435761 + 12345; x > 0; x /= 26 {
			text.WriteByte(byte('a' + x%26))
		}
		text.WriteByte('\n')
	}
	scanAll(b, text.Bytes())
}

// mixedFailing is every failing text.
func mixedFailing(tb testing.TB) []byte {
	var b bytes.Buffer
	for _, s := range failing(tb) {
		b.WriteString(s.text)
	}
	return b.Bytes()
}
