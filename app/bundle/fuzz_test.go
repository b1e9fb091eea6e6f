package bundle

import (
	"strings"
	"testing"
)

// FuzzASecretsValueIsNotLeft puts a value behind a secret's name into any text, as YAML, .env or log.
func FuzzASecretsValueIsNotLeft(f *testing.F) {
	f.Add("a: 1\n", "\n- x\n")
	f.Add("services:\n  x:\n    command: [--password,", "]\n    environment:\n      - ")
	f.Add("password: |\n", "\n  \"")
	f.Add("A=\"\nB='", "'\n")
	f.Add("-----END PRIVATE KEY-----", "-----BEGIN PRIVATE KEY-----\n")
	f.Fuzz(func(t *testing.T, before, after string) {
		const secret = "Zebra-Lamp-71"
		if strings.Contains(before+after, "ebra") {
			t.Skip()
		}
		for about, clean := range map[string]func(*scrubber, string) string{"yaml": (*scrubber).yaml, "env": (*scrubber).dotenv, "log": (*scrubber).text} {
			s := newScrubber("/home/zhangsan")
			text := before + "\nDB_PASSWORD=" + secret + "\n" + after + " again " + secret + "\n"
			s.learn(text)
			if got := s.text(clean(s, text)); strings.Contains(got, secret) {
				t.Errorf("%s: it is left in %q", about, got)
			}
		}
	})
}
