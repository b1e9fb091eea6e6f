package cli

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"streamtray/app/testenv"
)

func TestAChangeOfTheCodeIsMadeOnAYesAtATerminalAndKeptAsItWas(t *testing.T) {
	if _, err := exec.LookPath("python3"); err != nil {
		testenv.Of(t, "no Python here")
	}
	dir := t.TempDir()
	const code = "from loguru import logger\nlogger.error(\"Failed: %s\", \"why\")\n"
	yaml := "version: 1\nname: try\nkafka: {mode: embedded}\napp: {command: [python3, app.py]}\n"
	for name, text := range map[string]string{"streamtray.yaml": yaml, "app.py": code} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	now := func() string {
		b, err := os.ReadFile(filepath.Join(dir, "app.py"))
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}

	no := start(t, dir, "doctor", "--fix", "--trust")
	no.sees("Make this change?")
	no.types("n\n")
	if _, seen := no.exits(); !strings.Contains(seen, "Nothing was changed") || now() != code {
		t.Errorf("no: %q\n%s", now(), seen)
	}

	yes := start(t, dir, "doctor", "--fix", "--lang", "zh")
	yes.sees("[y/N]")
	if now() != code {
		t.Error("changed before anybody answered")
	}
	yes.types("y\n")
	_, seen := yes.exits()
	if want := strings.Replace(code, "%s", "{}", 1); now() != want || !strings.Contains(seen, "已修改") {
		t.Errorf("yes: got %q, want %q\n%s", now(), want, seen)
	}
}
