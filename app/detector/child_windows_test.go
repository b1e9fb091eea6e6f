package detector

import (
	"syscall"

	"golang.org/x/sys/windows"
)

func ownSession(attr *syscall.SysProcAttr) { attr.CreationFlags = windows.CREATE_NEW_PROCESS_GROUP }
