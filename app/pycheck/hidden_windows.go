package pycheck

import (
	"syscall"

	"golang.org/x/sys/windows"
)

// hidden keeps the interpreter from opening a console window.
func hidden() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{HideWindow: true, CreationFlags: windows.CREATE_NO_WINDOW}
}
