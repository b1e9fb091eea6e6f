package kafka

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// keepsOnDisk says that the embedded broker cannot keep its data in a folder: it renames files that it still has open,
// which Windows refuses.
const keepsOnDisk = false

// openExclusive opens or creates a file that nobody else can open this way until it is closed.
func openExclusive(path string) (*os.File, error) {
	name, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return nil, err
	}
	const shareNothing = 0
	h, err := windows.CreateFile(name, windows.GENERIC_READ|windows.GENERIC_WRITE, shareNothing, nil,
		windows.OPEN_ALWAYS, windows.FILE_ATTRIBUTE_NORMAL, 0)
	if errors.Is(err, windows.ERROR_SHARING_VIOLATION) {
		return nil, errLocked
	}
	if err != nil {
		return nil, &os.PathError{Op: "open", Path: path, Err: err}
	}
	return os.NewFile(uintptr(h), path), nil
}
