package redact

import (
	"os"
	"strings"
	"testing"
)

// corpus reads a file of one text a line.
func corpus(t *testing.T, name string) []string {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for l := range strings.Lines(string(b)) {
		l = strings.TrimRight(l, "\r\n")
		if l != "" && !strings.HasPrefix(l, "# ") {
			all = append(all, strings.NewReplacer("⏎", "\n", "¦", "").Replace(l))
		}
	}
	return all
}

func TestThePlantedSecretsGoAndTheirLookAlikesStay(t *testing.T) {
	planted, alike := corpus(t, "planted.txt"), corpus(t, "lookalikes.txt")
	if len(planted) < 150 || len(alike) < 150 {
		t.Errorf("%d secrets and %d look-alikes, want 150 of each", len(planted), len(alike))
	}
	left, taken := 0, 0
	for _, l := range planted {
		before, rest, _ := strings.Cut(l, "«")
		secret, after, ok := strings.Cut(rest, "»")
		if !ok {
			t.Fatalf("%q plants nothing", l)
		}
		for _, around := range []string{"", "2026-01-02 10:00:00.123 | INFO     | app:f:1 - "} {
			if got := Text(around + before + secret + after); strings.Contains(got, secret) {
				left++
				t.Errorf("%q is left in %q", secret, got)
			}
			if strings.Contains(before, "\n") {
				break // what stands before a line counts for the second one too
			}
		}
	}
	for _, l := range alike {
		if got := Text(l); got != l {
			taken++
			t.Errorf("%q became %q", l, got)
		}
	}
	t.Logf("%d secrets planted, %d left; %d look-alikes, %d changed", len(planted), left, len(alike), taken)
}
