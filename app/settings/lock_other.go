//go:build !windows

package settings

import (
	"os"
	"syscall"
)

// hold waits until f is ours alone.
func hold(f *os.File) error { return syscall.Flock(int(f.Fd()), syscall.LOCK_EX) }
