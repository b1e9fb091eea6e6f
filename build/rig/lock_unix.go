//go:build unix

package rig

import (
	"errors"
	"os"
	"syscall"
)

// tryLock reports whether the file is now held through this handle alone, until the handle is closed.
func tryLock(file *os.File) (bool, error) {
	err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return false, nil
	}
	return err == nil, err
}
