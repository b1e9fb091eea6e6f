// Package filelock is a file that one holder at a time has, within a process and among all processes. The system lets
// go of it when its holder ends, however that happens: after a crash nothing needs cleaning up.
package filelock

import (
	"errors"
	"os"
	"time"
)

// ErrHeld says that somebody else has the file.
var ErrHeld = errors.New("held by another process")

// Lock is a file that is ours until it is closed. What it holds may be read by everyone who may read the file.
type Lock struct{ *os.File }

// Try makes the file at path ours, or gives ErrHeld at once. A file that does not exist is created for the user alone; it
// stays when the lock is closed.
func Try(path string) (*Lock, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := take(f); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &Lock{f}, nil
}

// look is the pause before a file that somebody has is tried again.
const look = 10 * time.Millisecond

// Wait is Try that waits for whoever has the file, but no longer than the limit: ErrHeld.
func Wait(path string, limit time.Duration) (*Lock, error) {
	for last := time.Now().Add(limit); ; <-time.After(look) {
		l, err := Try(path)
		if !errors.Is(err, ErrHeld) || !time.Now().Before(last) {
			return l, err
		}
	}
}
