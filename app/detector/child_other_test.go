//go:build !windows

package detector

import "syscall"

func ownSession(attr *syscall.SysProcAttr) { attr.Setsid = true }
