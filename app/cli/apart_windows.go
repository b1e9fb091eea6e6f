package cli

import (
	"syscall"

	"golang.org/x/sys/windows"
)

// apart starts a process without this console, so that closing it does not end it.
func apart() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{HideWindow: true, CreationFlags: windows.DETACHED_PROCESS | windows.CREATE_NEW_PROCESS_GROUP}
}
