//go:build !windows

package projectfile

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"streamtray/app/testenv"
)

// special are paths that are no regular files: a pipe, devices, and a link to one.
func special(t *testing.T, dir string) []string {
	t.Helper()
	pipe := filepath.Join(dir, "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		testenv.Of(t, "pipes cannot be made here:", err)
	}
	zero := filepath.Join(dir, "zero")
	if err := os.Symlink("/dev/zero", zero); err != nil {
		t.Fatal(err)
	}
	return []string{pipe, "/dev/zero", zero}
}
