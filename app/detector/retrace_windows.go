package detector

import (
	"syscall"

	"golang.org/x/sys/windows"
)

// aside has a program run without a window, and apart from our console's Ctrl-C.
func aside() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{HideWindow: true, CreationFlags: windows.CREATE_NO_WINDOW | windows.CREATE_NEW_PROCESS_GROUP}
}
