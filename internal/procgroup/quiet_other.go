//go:build !windows

package procgroup

import "syscall"

// Quiet keeps a program from opening a window, which no program does here.
func Quiet() *syscall.SysProcAttr { return nil }
