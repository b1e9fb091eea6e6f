// Package golden is for tests: what is shown, beside the file of it that a person has reviewed.
package golden

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Update is -update: what is compared is written anew.
var Update = flag.Bool("update", false, "write the goldens anew: read what changed before you keep it")

// Compare fails the test unless got is what the file in the folder testdata says; with -update it writes the file.
func Compare(t testing.TB, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *Update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil { //nolint:gosec // as git has it
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != strings.ReplaceAll(string(want), "\r\n", "\n") {
		t.Errorf("%s differs (go test -update writes it anew)\n--- got\n%s\n--- want\n%s", file, got, want)
	}
}
