package platform

import (
	"time"
	"unsafe"

	"golang.org/x/sys/windows"

	"streamtray/app/win32"
)

// msgWindow is a window that nobody sees, which Windows tells of the session's and the computer's fate. It belongs to one
// thread.
type msgWindow struct {
	Heard
	taskbarCreated uintptr
	window         uintptr
	instance       uintptr
	pause          time.Duration // before the tray's icon is looked for again
}

// open makes the window; 0: it cannot be made. It is no message-only window: those are not told when a session ends.
func (e *msgWindow) open() uintptr {
	e.instance, _, _ = moduleHandle.Call(0)
	class := win32.NewClass(hearingClass, windows.Handle(e.instance), windows.NewCallback(e.proc))
	if ok, _, _ := registerClass.Call(uintptr(unsafe.Pointer(class))); ok == 0 {
		return 0
	}
	e.window, _, _ = createWindow.Call(0, uintptr(unsafe.Pointer(class.Name)), uintptr(unsafe.Pointer(win32.Wide("StreamTray"))),
		0, 0, 0, 0, 0, 0, 0, e.instance, 0)
	return e.window
}

func (e *msgWindow) close() {
	destroyWindow.Call(e.window)                                                        //nolint:errcheck // it goes with its thread at the latest
	unregisterClass.Call(uintptr(unsafe.Pointer(win32.Wide(hearingClass))), e.instance) //nolint:errcheck // the same
}

// proc is told what happens.
func (e *msgWindow) proc(window, id, w, l uintptr) uintptr {
	switch {
	case id == wmQueryEndSession:
		return 1
	case id == wmEndSession && w != 0:
		// The process may be ended as soon as this returns.
		blockReasonCreate.Call(window, uintptr(unsafe.Pointer(win32.Wide(e.Reason)))) //nolint:errcheck // then no reason is shown
		e.Ending()
		blockReasonDestroy.Call(window) //nolint:errcheck // the same
		return 0
	case id == wmEndSession, id == e.taskbarCreated:
		// The session goes on after all, but systray took its icon away; or the taskbar is new, and systray tries once.
		e.lookIn(firstLook)
		return 0
	case id == wmTimer && w == iconTimer:
		e.lookForIcon()
		return 0
	case id == wmPowerBroadcast:
		if w == resumedByItself || w == resumedByUser {
			e.Woke()
		}
		return 1
	}
	result, _, _ := defaultProc.Call(window, id, w, l)
	return result
}

// Pauses before the tray's icon is looked for: the taskbar may not be ready for icons when it says that it is there.
const (
	firstLook = time.Second
	lastLook  = 32 * time.Second
)

func (e *msgWindow) lookIn(pause time.Duration) {
	e.pause = pause
	setTimer.Call(e.window, iconTimer, uintptr(pause.Milliseconds()), 0) //nolint:errcheck // no timer: no further look
}

// lookForIcon has systray set its icon again where it is not there, and looks again later.
func (e *msgWindow) lookForIcon() {
	killTimer.Call(e.window, iconTimer) //nolint:errcheck // it is set anew, or rings once more
	tray := ownWindow(trayClass)
	if tray == 0 || iconThere(tray) {
		return
	}
	postMessage.Call(uintptr(tray), e.taskbarCreated, 0, 0) //nolint:errcheck // the next look tells
	if e.pause < lastLook {
		e.lookIn(2 * e.pause)
	}
}

// iconThere reports whether the shell knows the tray's icon: it takes a change of nothing then.
func iconThere(tray windows.Handle) bool {
	ok, _, _ := shellNotifyIcon.Call(nimModify, uintptr(unsafe.Pointer(win32.NewIcon(tray, trayIconID))))
	return ok != 0
}
