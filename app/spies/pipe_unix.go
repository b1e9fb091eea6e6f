//go:build !windows

package spies

import (
	"syscall"
	"testing"

	"streamtray/app/testenv"
)

func pipe(t *testing.T, path string) {
	t.Helper()
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		testenv.Of(t, "pipes cannot be made here:", err)
	}
}
