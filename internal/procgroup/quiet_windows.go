package procgroup

import (
	"syscall"

	"golang.org/x/sys/windows"
)

// Quiet keeps a program from opening a window of its own, a console's too.
func Quiet() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{HideWindow: true, CreationFlags: windows.CREATE_NO_WINDOW}
}

// Own is Quiet, and keeps our console's Ctrl-C from the program.
func Own() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{HideWindow: true, CreationFlags: windows.CREATE_NO_WINDOW | windows.CREATE_NEW_PROCESS_GROUP}
}

// Detached keeps a program from this console, so that it outlives that and hears nothing of its Ctrl-C.
func Detached() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{HideWindow: true, CreationFlags: windows.DETACHED_PROCESS | windows.CREATE_NEW_PROCESS_GROUP}
}
