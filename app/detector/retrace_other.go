//go:build !windows

package detector

import "syscall"

// aside has a program run apart from our terminal's Ctrl-C.
func aside() *syscall.SysProcAttr { return ownGroup() }
