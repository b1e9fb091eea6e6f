//go:build readme

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"streamtray/build/rig"
)

// The README's commands are run as they stand there, in a copy of the source tree, by a user who has no settings yet.
func TestTheReadmesCommandsRun(t *testing.T) {
	root, err := rig.SourceTree()
	if err != nil {
		t.Fatal(err)
	}
	home, bin := t.TempDir(), t.TempDir()
	project := t.TempDir()
	if err := os.WriteFile(filepath.Join(project, "streamtray.yaml"), []byte("version: 1\nkafka: {mode: embedded}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	run := func(dir string, words ...string) {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), words[0], words[1:]...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "STREAMTRAY_HOME="+home, "XDG_RUNTIME_DIR="+home, "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"))
		cmd.WaitDelay = 10 * time.Second
		if out, err := cmd.CombinedOutput(); err != nil { // shown to a person, not read
			t.Errorf("%s: %v\n%s", strings.Join(words, " "), err, out)
		}
	}
	program := filepath.Join(bin, "streamtray")
	defer func() { run(project, program, "quit") }()
	for _, c := range readmeCommands {
		words := append(strings.Fields(c.line), c.args...)
		switch {
		case c.not != "":
			t.Logf("%s: not run, %s", c.line, c.not)
		case words[0] == "streamtray":
			words[0] = program
			run(project, words...)
		case words[1] == "build":
			run(root, "go", "build", "-tags", "headless", "-o", program, ".")
		default:
			run(root, words...)
		}
	}
}
