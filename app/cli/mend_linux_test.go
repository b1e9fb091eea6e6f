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

func TestAModuleIsImportedAgainOnAYesAtATerminalAlone(t *testing.T) {
	if _, err := exec.LookPath("python3"); err != nil {
		testenv.Of(t, "no Python here")
	}
	dir := t.TempDir()
	const module = `
open("imported", "a").write("once ")
try:
    (lambda servers, topic: None)(servers="")
except Exception:
    print("2025-10-20 21:30:00.123 | ERROR    | hides:<module>:6 - Failed to initialize Kafka producer: %s", flush=True)
`
	yaml := "version: 1\nname: try\nkafka: {mode: embedded}\nstreaming: {env: STREAM}\napp: {command: [python3, app.py]}\n"
	for name, text := range map[string]string{"streamtray.yaml": yaml, "hides.py": module, "app.py": "import hides, time\ntime.sleep(60)\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	imports := func() int {
		b, err := os.ReadFile(filepath.Join(dir, "imported"))
		if err != nil {
			t.Fatal(err)
		}
		return strings.Count(string(b), "once")
	}

	no := start(t, dir, "up", "--streaming", "on", "--trust")
	no.sees("Import it again now?")
	no.types("n\n")
	if code, seen := no.exits(); code == 0 || imports() != 1 {
		t.Errorf("no: exit code %d, imported %d times\n%s", code, imports(), seen)
	}

	yes := start(t, dir, "up", "--streaming", "on")
	yes.sees("Import it again now?")
	yes.types("y\n")
	if code, seen := yes.exits(); code == 0 || imports() != 3 || !strings.Contains(seen, "with the wrong arguments: topic.") {
		t.Errorf("yes: exit code %d, imported %d times in both\n%s", code, imports(), seen)
	}
}
