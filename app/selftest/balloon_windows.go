package selftest

import (
	"context"
	"errors"
	"runtime"
	"unsafe"

	"golang.org/x/sys/windows"

	"streamtray/app/win32"
)

// shell are the calls of the window and of the icon that the balloon is shown at.
type shell struct {
	class, unclass, create, destroy, fallback, get, dispatch, timer, find *windows.LazyProc
	loadIcon, notify, mood                                                *windows.LazyProc
}

func newShell() shell {
	user, shell32 := windows.NewLazySystemDLL("user32.dll"), windows.NewLazySystemDLL("shell32.dll")
	return shell{
		class: user.NewProc("RegisterClassExW"), unclass: user.NewProc("UnregisterClassW"),
		create: user.NewProc("CreateWindowExW"), destroy: user.NewProc("DestroyWindow"), fallback: user.NewProc("DefWindowProcW"),
		get: user.NewProc("GetMessageW"), dispatch: user.NewProc("DispatchMessageW"), timer: user.NewProc("SetTimer"),
		find: user.NewProc("FindWindowW"), loadIcon: user.NewProc("LoadIconW"),
		notify: shell32.NewProc("Shell_NotifyIconW"), mood: shell32.NewProc("SHQueryUserNotificationState"),
	}
}

// What the shell is told, and tells.
const (
	addIcon, changeIcon, deleteIcon = 0, 1, 2
	iconNumber                      = 1
	fromIcon                        = 0x8000 + 1           // the message that we have it send
	balloonShown, balloonClicked    = 0x400 + 2, 0x400 + 5 // between them: it went, or its time was up
	timerRang                       = 0x0113
	standardIcon                    = 32512
	acceptsNotifications            = 5
)

// notification: the shell shows a balloon at an icon of ours, and says so.
func notification(context.Context, *World) error {
	sh := newShell()
	var mood uint32
	if failed, _, _ := sh.mood.Call(uintptr(unsafe.Pointer(&mood))); failed == 0 && mood != acceptsNotifications {
		return skip("selftest.quiet", map[string]any{"State": mood}, nil)
	}
	runtime.LockOSThread() // a window belongs to its thread
	defer runtime.UnlockOSThread()
	shown, rang := false, false
	proc := windows.NewCallback(func(window, id, w, l uintptr) uintptr {
		shown = shown || id == fromIcon && l&0xffff >= balloonShown && l&0xffff <= balloonClicked
		rang = rang || id == timerRang
		result, _, _ := sh.fallback.Call(window, id, w, l)
		return result
	})
	program, _, _ := windows.NewLazySystemDLL("kernel32.dll").NewProc("GetModuleHandleW").Call(0)
	class := win32.NewClass("StreamTraySelftest", windows.Handle(program), proc)
	if ok, _, err := sh.class.Call(uintptr(unsafe.Pointer(class))); ok == 0 {
		return broken("no class: %v", err)
	}
	defer sh.unclass.Call(uintptr(unsafe.Pointer(class.Name)), program) //nolint:errcheck // it goes with the process
	window, _, err := sh.create.Call(0, uintptr(unsafe.Pointer(class.Name)), 0, 0, 0, 0, 0, 0, 0, 0, program, 0)
	if window == 0 {
		return broken("no window: %v", err)
	}
	defer sh.destroy.Call(window) //nolint:errcheck // the same
	return sh.balloon(windows.Handle(window), &shown, &rang)
}

// balloon shows one and waits until the shell says so.
func (sh shell) balloon(window windows.Handle, shown, rang *bool) error {
	icon := win32.NewIcon(window, iconNumber)
	icon.Flags, icon.Callback = win32.FlagMessage|win32.FlagPicture, fromIcon
	picture, _, _ := sh.loadIcon.Call(0, standardIcon)
	icon.Picture = windows.Handle(picture)
	if ok, _, err := sh.notify.Call(addIcon, uintptr(unsafe.Pointer(icon))); ok == 0 {
		if taskbar, _, _ := sh.find.Call(uintptr(unsafe.Pointer(win32.Wide("Shell_TrayWnd"))), 0); taskbar == 0 {
			return skip("selftest.no_desktop", nil, err)
		}
		return broken("no icon: %v", err)
	}
	defer sh.notify.Call(deleteIcon, uintptr(unsafe.Pointer(icon))) //nolint:errcheck // the taskbar finds out
	icon.Balloon("StreamTray", "selftest")
	if ok, _, err := sh.notify.Call(changeIcon, uintptr(unsafe.Pointer(icon))); ok == 0 {
		return broken("no balloon: %v", err)
	}
	if ok, _, err := sh.timer.Call(uintptr(window), 1, uintptr(shownWithin.Milliseconds()), 0); ok == 0 {
		return broken("no timer: %v", err)
	}
	for !*shown && !*rang {
		var m win32.Message
		if got, _, _ := sh.get.Call(uintptr(unsafe.Pointer(&m)), 0, 0, 0); int32(got) <= 0 {
			return errors.New("messages: ended")
		}
		sh.dispatch.Call(uintptr(unsafe.Pointer(&m))) //nolint:errcheck // the result is the window's
	}
	if !*shown {
		return broken("the shell took it and did not show it")
	}
	return nil
}
