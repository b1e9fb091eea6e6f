package session

import (
	"os/exec"
	"testing"

	"streamtray/app/testenv"
)

func TestAShellReadsBackWhatIsCopied(t *testing.T) {
	const value = `it's "quoted" $HOME \ and 中文`
	if got, want := PowerShell("A", value), `$env:A = 'it''s "quoted" $HOME \ and 中文'`; got != want {
		t.Errorf("powershell: %s, want %s", got, want)
	}
	shell, err := exec.LookPath("bash")
	if err != nil {
		testenv.Of(t, "no bash to ask")
	}
	out, err := exec.CommandContext(t.Context(), shell, "-c", Bash("A", value)+"; printf %s \"$A\"").Output()
	if err != nil || string(out) != value {
		t.Errorf("bash reads %q (%v), want %q", out, err, value)
	}
}
