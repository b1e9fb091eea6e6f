package detector

import (
	"syscall"

	"golang.org/x/sys/windows"
)

func ownSession(attr *syscall.SysProcAttr) { attr.CreationFlags = windows.CREATE_NEW_PROCESS_GROUP }

// ended reports whether a process has ended. Wine's server may keep its connections open nevertheless, if a read was
// under way.
func ended(pid int) bool {
	h, err := windows.OpenProcess(windows.SYNCHRONIZE, false, uint32(pid))
	if err != nil {
		return true
	}
	defer windows.CloseHandle(h)
	state, err := windows.WaitForSingleObject(h, 0)
	return err == nil && state == windows.WAIT_OBJECT_0
}
