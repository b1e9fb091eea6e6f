package procgroup

import (
	"fmt"

	"golang.org/x/sys/windows"
)

// haveConsole reports whether this process has a console: the terminal program does, the tray does not.
func haveConsole() bool {
	name, err := windows.UTF16PtrFromString("CONOUT$")
	if err != nil {
		return false
	}
	h, err := windows.CreateFile(name, windows.GENERIC_READ|windows.GENERIC_WRITE,
		windows.FILE_SHARE_READ|windows.FILE_SHARE_WRITE, nil, windows.OPEN_EXISTING, 0, 0)
	if err != nil {
		return false
	}
	_ = windows.CloseHandle(h)
	return true
}

// ctrlBreak sends Ctrl-Break to the process group of pid. That reaches only the members of one's own console, so that
// without one we join that of pid for the moment. Ourselves it does not reach: we are in another group.
func ctrlBreak(pid uint32) error {
	if !haveConsole() {
		if ok, _, err := kernel32.NewProc("AttachConsole").Call(uintptr(pid)); ok == 0 {
			return fmt.Errorf("console of process %d: %w", pid, err)
		}
		defer func() { _, _, _ = kernel32.NewProc("FreeConsole").Call() }()
	}
	if err := windows.GenerateConsoleCtrlEvent(windows.CTRL_BREAK_EVENT, pid); err != nil {
		return fmt.Errorf("ctrl-break to process %d: %w", pid, err)
	}
	return nil
}

var kernel32 = windows.NewLazySystemDLL("kernel32.dll")
