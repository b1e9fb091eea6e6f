package detector

import (
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// Before anybody trusts a project, a pipe in place of a file that tells of its environment hung every command.
func TestAPipeInPlaceOfWhatTellsOfTheEnvironmentIsNotWaitedFor(t *testing.T) {
	for _, name := range []string{"pyproject.toml", ".python-version", ".pdm-python", "environment.yml", "pyvenv.cfg"} {
		dir := t.TempDir()
		if err := syscall.Mkfifo(filepath.Join(dir, name), 0o600); err != nil {
			t.Fatal(err)
		}
		done := make(chan struct{})
		go func() {
			defer close(done)
			managerOf([]string{dir})
			pdm(dir)
			condaName(dir)
			baseOf(filepath.Join(dir, "pyvenv.cfg"))
			_, _ = readProject(filepath.Join(dir, name))
		}()
		select {
		case <-done:
		case <-time.After(10 * time.Second):
			t.Fatalf("%s is waited for", name)
		}
	}
}
