package atomicfile

import (
	"errors"

	"golang.org/x/sys/windows"
)

// held reports whether another program holds the file for the moment. Windows answers access denied as well where a file
// that was deleted is still open somewhere, and where a virus scanner looks at it.
func held(err error) bool {
	return errors.Is(err, windows.ERROR_SHARING_VIOLATION) || errors.Is(err, windows.ERROR_LOCK_VIOLATION) ||
		errors.Is(err, windows.ERROR_ACCESS_DENIED)
}
