//go:build !windows

package pycheck

import "syscall"

// hidden keeps the interpreter from opening a window, which no program does here.
func hidden() *syscall.SysProcAttr { return nil }
