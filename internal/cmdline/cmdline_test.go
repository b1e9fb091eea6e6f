package cmdline

import (
	"strings"
	"testing"
)

func TestAFlagsValueStandsBehindItOrAfterAnEqualsSign(t *testing.T) {
	for line, want := range map[string]string{
		"run --port 80": "80", "run --port=81": "81", "run -p 82 --port 83": "82", "run --ports 84": "", "run --port": "", "": "",
	} {
		if got := Value(strings.Fields(line), "--port", "-p"); got != want {
			t.Errorf("%q: got %q, want %q", line, got, want)
		}
	}
}

func TestAPathWithASpaceIsTypedInQuotes(t *testing.T) {
	for path, want := range map[string]string{"/srv/检测/compose.yml": "/srv/检测/compose.yml", "/my work/compose.yml": `"/my work/compose.yml"`} {
		if got := Quoted(path); got != want {
			t.Errorf("%s: got %s, want %s", path, got, want)
		}
	}
}
