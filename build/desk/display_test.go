package desk

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"streamtray/app/testenv"
)

// The display wanted en_US.UTF-8, which a small system does not have: its programs then read names as ASCII.
func TestTheLocaleOfTheDisplayIsOnEverySystem(t *testing.T) {
	t.Setenv("LC_ALL", "zh_CN.GB18030") // a person's own does not matter
	if _, err := exec.LookPath("locale"); err != nil {
		testenv.Of(t, "no locale, which is part of the C library")
	}
	cmd := exec.CommandContext(t.Context(), "locale", "charmap")
	cmd.Env = environ(t.TempDir())
	cmd.Stderr = os.Stderr
	if out, err := cmd.Output(); err != nil || strings.TrimSpace(string(out)) != "UTF-8" {
		t.Errorf("the display's characters are %q (%v), want UTF-8", out, err)
	}
}
