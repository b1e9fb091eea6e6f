package cli

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"streamtray/app/testenv"
)

// complete asks bash for what could follow the words; the last one is unfinished.
func complete(t *testing.T, words ...string) []string {
	t.Helper()
	bash, err := exec.LookPath("bash")
	if err != nil {
		testenv.Of(t, "bash is not here")
	}
	file := filepath.Join(t.TempDir(), "completion")
	if err := os.WriteFile(file, []byte(bashCompletion()), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), bash, "--norc", "-c",
		`source "$1"; shift; COMP_WORDS=(streamtray "$@"); COMP_CWORD=$#; _streamtray; printf '%s\n' "${COMPREPLY[@]}"`, "bash", file)
	cmd.Args = append(cmd.Args, words...)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.Fields(string(out))
}

func TestBashCompletesCommandsAndTheirOptions(t *testing.T) {
	if got := complete(t, "stat"); len(got) != 1 || got[0] != "status" {
		t.Errorf("stat completes to %v", got)
	}
	if got := strings.Join(complete(t, "up", "--s"), " "); !strings.Contains(got, "--streaming") || !strings.Contains(got, "--start-engine") {
		t.Errorf("up --s completes to %q", got)
	}
	if got := strings.Join(complete(t, ""), " "); strings.Contains(got, keepApart) {
		t.Errorf("a hidden command is offered: %q", got)
	}
	if got := complete(t, "version", "--"); len(got) != len(commonOptions) {
		t.Errorf("version -- completes to %q: of no project it takes an option", got)
	}
}

// There is no PowerShell here to ask: the script's table has to have what the commands have.
func TestPowerShellIsToldTheSameWords(t *testing.T) {
	script := powershellCompletion()
	for _, cmd := range shown() {
		for _, option := range cmd.options() {
			if !strings.Contains(script, "'"+option+"'") {
				t.Errorf("%s: %s is missing", cmd.name, option)
			}
		}
	}
}
