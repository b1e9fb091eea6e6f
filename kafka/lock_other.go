//go:build !windows

package kafka

import (
	"errors"
	"os"
	"syscall"
)

// keepsOnDisk says that the embedded broker can keep its data in a folder.
const keepsOnDisk = true

// openExclusive opens or creates a file that nobody else can open this way until it is closed.
func openExclusive(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, errLocked
		}
		return nil, err
	}
	return f, nil
}
