//go:build !windows

package procgroup

import "syscall"

// Quiet keeps a program from opening a window, which no program does here.
func Quiet() *syscall.SysProcAttr { return nil }

// Detached gives a program a session of its own, so that it outlives this terminal and hears nothing of its Ctrl-C.
func Detached() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true} }
