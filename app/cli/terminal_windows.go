package cli

import (
	"os"

	"golang.org/x/sys/windows"
)

// drawable switches the console to understanding escape sequences and UTF-8, and reports whether it does.
func drawable(f *os.File) bool {
	var mode uint32
	h := windows.Handle(f.Fd())
	if windows.GetConsoleMode(h, &mode) != nil {
		return false
	}
	return windows.SetConsoleMode(h, mode|windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING) == nil
}
