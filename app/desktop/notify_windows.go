package desktop

import (
	"context"
	"errors"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
)

var (
	user32          = windows.NewLazySystemDLL("user32.dll")
	shell32         = windows.NewLazySystemDLL("shell32.dll")
	findWindowEx    = user32.NewProc("FindWindowExW")
	windowProcess   = user32.NewProc("GetWindowThreadProcessId")
	shellNotifyIcon = shell32.NewProc("Shell_NotifyIconW")
)

// notifyIconData is NOTIFYICONDATAW.
type notifyIconData struct {
	size             uint32
	window           windows.Handle
	id, flags        uint32
	callback         uint32
	icon             windows.Handle
	tip              [128]uint16
	state, stateMask uint32
	info             [256]uint16
	timeout          uint32
	infoTitle        [64]uint16
	infoFlags        uint32
	guid             windows.GUID
	balloonIcon      windows.Handle
}

const (
	nimModify   = 1
	nifInfo     = 0x10
	niifInfo    = 1
	trayIconID  = 100 // systray's
	trayClass   = "SystrayClass"
	taskbar     = "Shell_TrayWnd"
	taskbarSoon = time.Minute // after a log-in, the taskbar may take as long
)

var errNoTray = errors.New("tray icon: not there")

// notify shows a balloon at our icon in the taskbar: the shell's own means, and no script that a policy might forbid.
func notify(_ context.Context, title, text string) error {
	window := ownWindow(trayClass)
	if window == 0 {
		return errNoTray
	}
	d := notifyIconData{window: window, id: trayIconID, flags: nifInfo, infoFlags: niifInfo}
	d.size = uint32(unsafe.Sizeof(d))
	fill(d.infoTitle[:], title)
	fill(d.info[:], text)
	if ok, _, err := shellNotifyIcon.Call(nimModify, uintptr(unsafe.Pointer(&d))); ok == 0 {
		return err
	}
	return nil
}

// fill copies s, cut where it does not fit; the last unit stays zero.
func fill(to []uint16, s string) {
	u, err := windows.UTF16FromString(s)
	if err != nil {
		return // a text with a zero in it has nothing to say
	}
	copy(to[:len(to)-1], u)
}

// ownWindow is this process's window of a class; other programs use the same class for theirs.
func ownWindow(class string) windows.Handle {
	name, err := windows.UTF16PtrFromString(class)
	if err != nil {
		return 0
	}
	var window uintptr
	for {
		window, _, _ = findWindowEx.Call(0, window, uintptr(unsafe.Pointer(name)), 0)
		if window == 0 {
			return 0
		}
		var pid uint32
		windowProcess.Call(window, uintptr(unsafe.Pointer(&pid))) //nolint:errcheck // the pid stays 0
		if pid == windows.GetCurrentProcessId() {
			return windows.Handle(window)
		}
	}
}

// trayHost waits for the taskbar, which at a log-in may come after us: an icon set before is lost.
func trayHost(ctx context.Context) (possible, shown bool) {
	name, err := windows.UTF16PtrFromString(taskbar)
	if err != nil {
		return true, false
	}
	ctx, cancel := context.WithTimeout(ctx, taskbarSoon)
	defer cancel()
	t := time.NewTicker(200 * time.Millisecond)
	defer t.Stop()
	for {
		if window, _, _ := findWindowEx.Call(0, 0, uintptr(unsafe.Pointer(name)), 0); window != 0 {
			return true, true
		}
		select {
		case <-ctx.Done():
			return true, false
		case <-t.C:
		}
	}
}
