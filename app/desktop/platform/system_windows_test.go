package platform

import (
	"context"
	"runtime"
	"sync/atomic"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"

	"streamtray/app/win32"
	"streamtray/internal/pause"
)

var sendMessage = user32.NewProc("SendMessageW")

// eventually waits until a claim holds.
func eventually(t *testing.T, claim string, holds func() bool) {
	t.Helper()
	if !pause.Within(20*time.Second, 10*time.Millisecond, holds) {
		t.Fatalf("never so: %s", claim)
	}
}

func send(window windows.Handle, id uint32, w, l uintptr) uintptr {
	got, _, _ := sendMessage.Call(uintptr(window), uintptr(id), w, l)
	return got
}

func TestWindowsIsHeard(t *testing.T) {
	var woke, ended atomic.Int32
	goOn := make(chan struct{})
	ctx, cancel := context.WithCancel(t.Context())
	over := make(chan struct{})
	s := &System{}
	go func() {
		defer close(over)
		s.Hear(ctx, Heard{
			Clicked: func() {}, Woke: func() { woke.Add(1) },
			Ending: func() { ended.Add(1); <-goOn }, Reason: "正在停止",
		})
	}()
	var window windows.Handle
	eventually(t, "there is a window that hears", func() bool {
		window = ownWindow(hearingClass)
		return window != 0
	})
	if got := send(window, wmQueryEndSession, 0, 0); got != 1 {
		t.Errorf("may the session end: got %d, want 1", got)
	}
	send(window, wmPowerBroadcast, 4, 0) // going to sleep
	send(window, wmPowerBroadcast, resumedByItself, 0)
	if got := woke.Load(); got != 1 {
		t.Errorf("woke %d times, want once", got)
	}
	send(window, wmEndSession, 0, 0) // called off
	if got := ended.Load(); got != 0 {
		t.Errorf("ended %d times by an end that was called off", got)
	}
	returned := make(chan struct{})
	go func() {
		defer close(returned)
		send(window, wmEndSession, 1, 0)
	}()
	eventually(t, "the end is heard", func() bool { return ended.Load() == 1 })
	select {
	case <-returned:
		t.Error("the session may end before the app was stopped")
	default:
	}
	close(goOn)
	<-returned
	cancel()
	<-over
	if ownWindow(hearingClass) != 0 {
		t.Error("the window is still there")
	}
}

// trayWindow is a window as systray makes one, which counts what reaches it.
func trayWindow(t *testing.T) (window windows.Handle, reached *atomic.Int32) {
	t.Helper()
	reached = &atomic.Int32{}
	made, over, end := make(chan uintptr), make(chan struct{}), make(chan struct{})
	go func() {
		runtime.LockOSThread()
		defer close(over)
		instance, _, _ := moduleHandle.Call(0)
		class := win32.NewClass(trayClass, windows.Handle(instance), windows.NewCallback(func(window, id, w, l uintptr) uintptr {
			if id == trayMessage || id == wmEndSession {
				reached.Add(1)
			}
			got, _, _ := defaultProc.Call(window, id, w, l)
			return got
		}))
		registerClass.Call(uintptr(unsafe.Pointer(class)))
		w, _, _ := createWindow.Call(0, uintptr(unsafe.Pointer(class.Name)), 0, 0, 0, 0, 0, 0, 0, 0, instance, 0)
		made <- w
		for {
			var m win32.Message
			if got, _, _ := getMessage.Call(uintptr(unsafe.Pointer(&m)), 0, 0, 0); int32(got) <= 0 || m.ID == enough {
				break
			}
			dispatchMessage.Call(uintptr(unsafe.Pointer(&m)))
		}
		destroyWindow.Call(w)
		unregisterClass.Call(uintptr(unsafe.Pointer(class.Name)), instance)
		<-end
	}()
	window = windows.Handle(<-made)
	if window == 0 {
		t.Fatal("no window can be made")
	}
	t.Cleanup(func() {
		postMessage.Call(uintptr(window), enough, 0, 0)
		close(end)
		<-over
	})
	return window, reached
}

func TestAClickOnABalloonIsHeardAndEverythingReachesTheTray(t *testing.T) {
	window, reached := trayWindow(t)
	clicks := 0
	s := &System{h: Heard{Clicked: func() { clicks++ }}}
	_ = s.Notify(t.Context(), "StreamTray", "Streaming.") // there is no icon to show it at
	_ = s.Notify(t.Context(), "StreamTray", "Streaming.") // a second look must not hook the hook
	send(window, trayMessage, trayIconID, 0x0202)         // a click on the icon
	send(window, trayMessage, trayIconID, balloonClicked)
	if clicks != 1 || reached.Load() != 2 {
		t.Errorf("heard %d clicks, the tray %d messages; want 1 and 2", clicks, reached.Load())
	}
}

func TestAnIconThatIsNotThereIsKnown(t *testing.T) {
	window, _ := trayWindow(t)
	if iconThere(window) {
		t.Error("an icon that nobody set is there")
	}
}
