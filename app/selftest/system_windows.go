package selftest

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"runtime"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"

	"streamtray/app/detector"
	"streamtray/app/ports"
)

// System is what runs this program, in words for a report: the version by its numbers, the code page, the processor.
func System() string {
	v := windows.RtlGetVersion()
	return fmt.Sprintf("Windows %d.%d.%d, code page %d, %s", v.MajorVersion, v.MinorVersion, v.BuildNumber, detector.SystemCodePage(), runtime.GOARCH)
}

func systemTrials() []trial {
	return []trial{{"notification", notification}, {"code-page", codePage}, {"manifest", manifest}, {"reserved-ports", reservedPorts}}
}

// codePage: what a program prints in the system's own code page is read right.
func codePage(ctx context.Context, w *World) error {
	a := detector.New(detector.Verdicts{})
	if err := a.Start(ctx, detector.Launch{Command: []string{w.Self, w.Verb, "print"}, Dir: w.scratch, Keeper: w.Self}); err != nil {
		return err
	}
	defer a.Stop(context.WithoutCancel(ctx)) //nolint:errcheck // it ends by itself
	if err := a.Output().Wait(ctx, 0); err != nil {
		return err
	}
	want, _ := localText()
	if lines, _ := a.Output().Since(0); len(lines) == 0 || lines[0].Text != want {
		return broken("%v, not %q", lines, want)
	}
	return nil
}

// printLocal prints a text as a program does that knows the system's code page only.
func printLocal() int {
	_, raw := localText()
	if _, err := os.Stdout.Write(append(raw, '\n')); err != nil {
		return 1
	}
	return 0
}

// localText is a text that the system's code page has, the farthest from ASCII first, as it is and in that code page.
func localText() (text string, raw []byte) {
	page := detector.SystemCodePage()
	for _, text = range []string{"检测服务已启动", "Größe é", "plain"} {
		if raw, ok := encode(page, text); ok {
			return text, raw
		}
	}
	return text, []byte(text)
}

// encode writes text in a code page; false: it has not all of it.
func encode(page uint32, text string) ([]byte, bool) {
	if page == 65001 { // UTF-8 has all of it
		return []byte(text), true
	}
	convert := windows.NewLazySystemDLL("kernel32.dll").NewProc("WideCharToMultiByte")
	u, err := windows.UTF16FromString(text)
	if err != nil {
		return nil, false
	}
	u = u[:len(u)-1]
	out := make([]byte, 4*len(u))
	const noBestFit = 0x400
	var lossy uint32
	n, _, _ := convert.Call(uintptr(page), noBestFit, uintptr(unsafe.Pointer(&u[0])), uintptr(len(u)),
		uintptr(unsafe.Pointer(&out[0])), uintptr(len(out)), 0, uintptr(unsafe.Pointer(&lossy))) // only here, or the address may be an old one
	return out[:n], n > 0 && lossy == 0
}

// manifest: what the program's manifest asks for is in force: sharp windows on every monitor, and text of C code in UTF-8.
func manifest(context.Context, *World) error {
	const utf8 = 65001
	var errs []error
	if windows.RtlGetVersion().BuildNumber >= 18362 && windows.GetACP() != utf8 { // older ones do not know it
		errs = append(errs, broken("code page %d", windows.GetACP()))
	}
	user := windows.NewLazySystemDLL("user32.dll")
	current, awareness := user.NewProc("GetThreadDpiAwarenessContext"), user.NewProc("GetAwarenessFromDpiAwarenessContext")
	if errors.Join(current.Find(), awareness.Find()) != nil {
		return errors.Join(append(errs, skip("selftest.too_old", nil, nil))...)
	}
	const perMonitor = 2
	at, _, _ := current.Call()
	if got, _, _ := awareness.Call(at); got != perMonitor {
		errs = append(errs, broken("DPI awareness %d", int32(got)))
	}
	return errors.Join(errs...)
}

// reservedPorts: a port that Windows keeps from programs is told as reserved. Some are had reserved for the purpose, by a
// socket that gives them back when it is closed.
func reservedPorts(context.Context, *World) error {
	if err := windows.WSAStartup(0x0202, &windows.WSAData{}); err != nil {
		return err
	}
	defer windows.WSACleanup() //nolint:errcheck // the process ends soon
	s, err := windows.Socket(windows.AF_INET, windows.SOCK_STREAM, windows.IPPROTO_TCP)
	if err != nil {
		return err
	}
	defer windows.Closesocket(s) //nolint:errcheck // the same
	const acquire = 0x98000064   // SIO_ACQUIRE_PORT_RESERVATION
	wanted := struct{ start, number uint16 }{0, 4}
	var got [16]byte // the first port in network order, their number, and a token
	var n uint32
	err = windows.WSAIoctl(s, acquire, (*byte)(unsafe.Pointer(&wanted)), uint32(unsafe.Sizeof(wanted)), &got[0], uint32(len(got)), &n, nil, 0)
	if err != nil {
		return skip("selftest.no_reservation", nil, err)
	}
	port := int(binary.BigEndian.Uint16(got[:]))
	r, kept, err := ports.Reserved(port)
	if err != nil || !kept || port < r.First || port > r.Last {
		return broken("port %d: %+v, %t, %v", port, r, kept, err)
	}
	return nil
}

// shownWithin is how long the taskbar may take to show a balloon.
const shownWithin = 8 * time.Second

// hasEnded waits for the end of a process, and is false where it cannot be waited for. Wine now and then keeps the
// connection of a process that was killed open for as long as the other end does.
func hasEnded(pid int) bool {
	p, err := os.FindProcess(pid)
	if err != nil {
		return false
	}
	_, err = p.Wait()
	return err == nil
}
