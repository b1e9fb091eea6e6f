package platform

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"

	"streamtray/app/win32"
)

var (
	user32  = windows.NewLazySystemDLL("user32.dll")
	shell32 = windows.NewLazySystemDLL("shell32.dll")
	kernel  = windows.NewLazySystemDLL("kernel32.dll")

	findWindowEx          = user32.NewProc("FindWindowExW")
	windowProcess         = user32.NewProc("GetWindowThreadProcessId")
	registerClass         = user32.NewProc("RegisterClassExW")
	unregisterClass       = user32.NewProc("UnregisterClassW")
	createWindow          = user32.NewProc("CreateWindowExW")
	destroyWindow         = user32.NewProc("DestroyWindow")
	defaultProc           = user32.NewProc("DefWindowProcW")
	callProc              = user32.NewProc("CallWindowProcW")
	setWindowLong         = user32.NewProc("SetWindowLongPtrW")
	allowForeground       = user32.NewProc("AllowSetForegroundWindow")
	getMessage            = user32.NewProc("GetMessageW")
	dispatchMessage       = user32.NewProc("DispatchMessageW")
	postMessage           = user32.NewProc("PostMessageW")
	registerMessage       = user32.NewProc("RegisterWindowMessageW")
	setTimer              = user32.NewProc("SetTimer")
	killTimer             = user32.NewProc("KillTimer")
	blockReasonCreate     = user32.NewProc("ShutdownBlockReasonCreate")
	blockReasonDestroy    = user32.NewProc("ShutdownBlockReasonDestroy")
	shellNotifyIcon       = shell32.NewProc("Shell_NotifyIconW")
	setApplicationModelID = shell32.NewProc("SetCurrentProcessExplicitAppUserModelID")
	moduleHandle          = kernel.NewProc("GetModuleHandleW")
)

// Messages, and what comes with them.
const (
	wmQueryEndSession = 0x0011
	wmEndSession      = 0x0016
	wmTimer           = 0x0113
	wmPowerBroadcast  = 0x0218
	wmUser            = 0x0400
	wmApp             = 0x8000

	resumedByUser   = 0x07 // PBT_APMRESUMESUSPEND
	resumedByItself = 0x12 // PBT_APMRESUMEAUTOMATIC: always comes, the other after it if somebody is there
	balloonClicked  = wmUser + 5
	trayMessage     = wmUser + 1 // what systray has the shell send
	trayIconID      = 100        // systray's
	trayClass       = "SystrayClass"
	taskbar         = "Shell_TrayWnd"
	taskbarSoon     = time.Minute // after a log-in, the taskbar may take as long
	hearingClass    = "StreamTrayHearing"
	enough          = wmApp + 1 // our own: Hear is to end
	iconTimer       = 1
	windowProcIndex = ^uintptr(3) // GWLP_WNDPROC, -4
	nimModify       = 1
)

var errNoTray = errors.New("tray icon: not there")

// System is Windows around this process. The zero System is ready for use.
type System struct {
	mu     sync.Mutex
	h      Heard
	hooked windows.Handle // the tray's window, whose messages we see first
	before uintptr        // what has them then
}

// Notify shows a balloon at our icon in the taskbar: the shell's own means, and no script that a policy might forbid. A
// click on it is heard.
func (s *System) Notify(_ context.Context, title, text string) error {
	window := ownWindow(trayClass)
	if window == 0 {
		return errNoTray
	}
	s.hook(window)
	d := win32.NewIcon(window, trayIconID)
	d.Balloon(title, text)
	if ok, _, err := shellNotifyIcon.Call(nimModify, uintptr(unsafe.Pointer(d))); ok == 0 {
		return err
	}
	return nil
}

// hook has us see the messages of the tray's window first: the shell tells it of a click on a balloon, and it takes no
// notice.
func (s *System) hook(window windows.Handle) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.hooked == window {
		return
	}
	before, _, _ := setWindowLong.Call(uintptr(window), windowProcIndex, windows.NewCallback(s.trayProc))
	if before != 0 {
		s.hooked, s.before = window, before
	}
}

func (s *System) trayProc(window, id, w, l uintptr) uintptr {
	s.mu.Lock()
	before, clicked := s.before, s.h.Clicked
	s.mu.Unlock()
	if id == trayMessage && l&0xffff == balloonClicked && clicked != nil {
		clicked()
	}
	result, _, _ := callProc.Call(before, window, id, w, l)
	return result
}

// ownWindow is this process's window of a class; other programs use the same class for theirs.
func ownWindow(class string) windows.Handle {
	name := win32.Wide(class)
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

// ShowError says why the program ends before it had a window: it has no terminal.
func ShowError(text string) {
	_, _ = windows.MessageBox(0, win32.Wide(text), win32.Wide("StreamTray"), windows.MB_OK|windows.MB_ICONERROR|windows.MB_SETFOREGROUND)
}

// Confirm asks a question before the program has a window; no answer is no.
func Confirm(text string) (yes, asked bool) {
	const idYes = 6
	got, err := windows.MessageBox(0, win32.Wide(text), win32.Wide("StreamTray"), windows.MB_YESNO|windows.MB_DEFBUTTON2|windows.MB_ICONWARNING|windows.MB_SETFOREGROUND)
	return err == nil && got == idYes, err == nil
}

// Identify tells the system which program this is, so that the taskbar and notifications take its windows and those of a
// shortcut with the same name for one.
func Identify() {
	setApplicationModelID.Call(uintptr(unsafe.Pointer(win32.Wide(AppID)))) //nolint:errcheck // then it is known by its file
}

// LetOthersComeForward gives up our right to the foreground, which we have as the user just started us.
func LetOthersComeForward() {
	const anyProcess = ^uintptr(0)
	allowForeground.Call(anyProcess) //nolint:errcheck // then its taskbar button blinks
}

// OpenFolder shows a folder in the file manager.
func OpenFolder(_ context.Context, dir string) error {
	const normal = 1
	return windows.ShellExecute(0, win32.Wide("open"), win32.Wide(dir), nil, nil, normal)
}

// Documents is the person's folder of documents, wherever they moved it.
func Documents() (string, error) { return windows.KnownFolderPath(windows.FOLDERID_Documents, 0) }

// TrayHost waits for the taskbar, which at a log-in may come after us: an icon set before is lost.
func TrayHost(ctx context.Context) (possible, shown bool) {
	ctx, cancel := context.WithTimeout(ctx, taskbarSoon)
	defer cancel()
	t := time.NewTicker(200 * time.Millisecond)
	defer t.Stop()
	for {
		if window, _, _ := findWindowEx.Call(0, 0, uintptr(unsafe.Pointer(win32.Wide(taskbar))), 0); window != 0 {
			return true, true
		}
		select {
		case <-ctx.Done():
			return true, false
		case <-t.C:
		}
	}
}

// Hear listens to Windows until ctx ends, by a window that nobody sees and on a thread of its own: the main thread may
// be held by an open menu.
func (s *System) Hear(ctx context.Context, h Heard) {
	s.mu.Lock()
	s.h = h
	s.mu.Unlock()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	taskbarCreated, _, _ := registerMessage.Call(uintptr(unsafe.Pointer(win32.Wide("TaskbarCreated"))))
	e := &msgWindow{Heard: h, taskbarCreated: taskbarCreated}
	window := e.open()
	if window == 0 {
		return // then nothing is heard; everything else goes on
	}
	defer e.close()
	defer context.AfterFunc(ctx, func() { postMessage.Call(window, enough, 0, 0) })() //nolint:errcheck // a full queue has messages to end by
	for {
		var m win32.Message
		got, _, _ := getMessage.Call(uintptr(unsafe.Pointer(&m)), 0, 0, 0)
		if int32(got) <= 0 || m.ID == enough || ctx.Err() != nil {
			return
		}
		dispatchMessage.Call(uintptr(unsafe.Pointer(&m))) //nolint:errcheck // the result is the window's
	}
}
