//go:build !windows

package projectfile

import (
	"os"
	"syscall"
)

// open does not wait for a pipe's writer, and follows no link that took the file's place.
func open(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK|syscall.O_NOFOLLOW|syscall.O_NOCTTY, 0)
}
