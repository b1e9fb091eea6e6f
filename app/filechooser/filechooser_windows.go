package filechooser

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"syscall"
	"unsafe"

	"golang.org/x/sys/windows"
)

// What of COM's file dialogs is used: classes, interfaces, places in their tables of methods, options.
var (
	openDialog  = comClass{guid("{DC1C5A9C-E88A-4DDE-A5A1-60F82A20AEF7}"), guid("{D57C7288-D4AD-4768-BE02-9D969532D960}")}
	saveDialog  = comClass{guid("{C0B4E2F3-BA21-4773-8DBA-335EC946EB8B}"), guid("{84BCCD23-5FDE-4CDB-AEA4-AF64B83D78AB}")}
	shellItemID = guid("{43826D1E-E718-42EE-BC55-A1E261C37BFE}")

	ole32       = windows.NewLazySystemDLL("ole32.dll")
	create      = ole32.NewProc("CoCreateInstance")
	shell32     = windows.NewLazySystemDLL("shell32.dll")
	itemFromStr = shell32.NewProc("SHCreateItemFromParsingName")
)

const (
	release        = 2
	dialogShow     = 3
	itemName       = 5
	setOptions     = 9
	getOptions     = 10
	setFolder      = 12
	setFileName    = 15
	setTitle       = 17
	getResult      = 20
	pickFolders    = 0x20
	forceFiles     = 0x40
	pathMustExist  = 0x800
	askOverwrite   = 0x2
	inProcess      = 1
	fileSystemPath = 0x80058000
	cancelled      = 0x800704C7
	noOldDDE       = 0x4
)

type comClass struct{ class, id *windows.GUID }

func guid(s string) *windows.GUID {
	g, err := windows.GUIDFromString(s)
	if err != nil {
		panic(err) // it is written above
	}
	return &g
}

// object is a COM object: a pointer to its table of methods.
type object struct{ methods *[32]uintptr }

// call calls a method by its place in the table. Addresses among args stay what they are until it returns: without the line
// below, a variable could be moved with its goroutine's stack before Windows writes to it.
//
//go:uintptrescapes
func (o *object) call(method int, args ...uintptr) error {
	r, _, _ := syscall.SyscallN(o.methods[method], append([]uintptr{uintptr(unsafe.Pointer(o))}, args...)...)
	if int32(r) < 0 { // an HRESULT
		return result(uint32(r))
	}
	return nil
}

func (o *object) free() { _ = o.call(release) }

// result is an HRESULT that says what failed.
type result uint32

func (r result) Error() string { return fmt.Sprintf("HRESULT 0x%08X", uint32(r)) }

func choose(ctx context.Context, q Question) (string, error) {
	found := make(chan string, 1)
	err := inApartment(ctx, func() error {
		d, err := dialog(q)
		if err != nil {
			return err
		}
		defer d.free()
		// The window that the person just used is the one that asks.
		if err := d.call(dialogShow, uintptr(windows.GetForegroundWindow())); err != nil {
			if errors.Is(err, result(cancelled)) {
				return nil
			}
			return err
		}
		var item *object
		if err := d.call(getResult, uintptr(unsafe.Pointer(&item))); err != nil {
			return err
		}
		defer item.free()
		path, err := pathOf(item)
		found <- path
		return err
	})
	select {
	case path := <-found:
		return path, err
	default:
		return "", err
	}
}

// inApartment runs f on a thread of its own for COM's sake. When ctx ends first, nobody waits for it: what Windows shows
// then goes with the process.
func inApartment(ctx context.Context, f func() error) error {
	done := make(chan error, 1)
	go func() {
		runtime.LockOSThread() // and never unlocked: the thread ends with the goroutine
		if err := windows.CoInitializeEx(0, windows.COINIT_APARTMENTTHREADED|noOldDDE); err != nil {
			done <- err
			return
		}
		defer windows.CoUninitialize()
		done <- f()
	}()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// dialog is the dialog for a question, not yet shown.
func dialog(q Question) (*object, error) {
	class, options := openDialog, uint32(pickFolders|forceFiles|pathMustExist)
	if q.Save {
		class, options = saveDialog, uint32(forceFiles|pathMustExist|askOverwrite)
	}
	var d *object
	r, _, _ := create.Call(uintptr(unsafe.Pointer(class.class)), 0, inProcess, uintptr(unsafe.Pointer(class.id)), uintptr(unsafe.Pointer(&d)))
	if int32(r) < 0 || d == nil {
		return nil, fmt.Errorf("%w: %w", ErrNone, result(uint32(r)))
	}
	var had uint32
	err := d.call(getOptions, uintptr(unsafe.Pointer(&had)))
	if err == nil {
		err = d.call(setOptions, uintptr(had|options))
	}
	for method, text := range map[int]string{setTitle: q.Title, setFileName: q.Name} {
		if text == "" || err != nil {
			continue
		}
		var wide *uint16
		if wide, err = windows.UTF16PtrFromString(text); err == nil {
			err = d.call(method, uintptr(unsafe.Pointer(wide)))
		}
	}
	if err != nil {
		d.free()
		return nil, err
	}
	if item, err := itemOf(q.Start); q.Start != "" && err == nil { // a folder that is gone is no reason not to ask
		_ = d.call(setFolder, uintptr(unsafe.Pointer(item)))
		item.free()
	}
	return d, nil
}

// itemOf is a path as the shell knows it.
func itemOf(path string) (*object, error) {
	wide, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return nil, err
	}
	var item *object
	r, _, _ := itemFromStr.Call(uintptr(unsafe.Pointer(wide)), 0, uintptr(unsafe.Pointer(shellItemID)), uintptr(unsafe.Pointer(&item)))
	if int32(r) < 0 || item == nil {
		return nil, result(uint32(r))
	}
	return item, nil
}

func pathOf(item *object) (string, error) {
	var wide *uint16
	if err := item.call(itemName, fileSystemPath, uintptr(unsafe.Pointer(&wide))); err != nil {
		return "", err
	}
	defer windows.CoTaskMemFree(unsafe.Pointer(wide))
	return windows.UTF16PtrToString(wide), nil
}
