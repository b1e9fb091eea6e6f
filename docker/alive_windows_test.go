package docker

import (
	"strconv"

	"golang.org/x/sys/windows"
)

// alive reports whether a process runs.
func alive(pid string) bool {
	n, _ := strconv.ParseUint(pid, 10, 32)
	h, err := windows.OpenProcess(windows.SYNCHRONIZE, false, uint32(n))
	if err != nil {
		return false
	}
	defer windows.CloseHandle(h)
	state, err := windows.WaitForSingleObject(h, 0)
	return err == nil && state == uint32(windows.WAIT_TIMEOUT)
}

// canInterrupt reports whether the system has Ctrl-Break. Wine has not.
func canInterrupt() bool {
	return windows.NewLazySystemDLL("ntdll.dll").NewProc("wine_get_version").Find() != nil
}
