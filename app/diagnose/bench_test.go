package diagnose

import (
	"bytes"
	"os"
	"regexp"
	"testing"
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

// BenchmarkPlainRegexps is what the automaton saves: every pattern on every line.
func BenchmarkPlainRegexps(b *testing.B) {
	var all []*regexp.Regexp
	for _, p := range patterns {
		all = append(all, regexp.MustCompile(p.expr))
	}
	text := mixed(b)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		for line := range bytes.Lines(text) {
			line := bytes.ToLower(line)
			for _, re := range all {
				re.Match(line)
			}
		}
	}
}

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		newMatcher()
	}
}
