package cli

import (
	"errors"
	"unsafe"

	"golang.org/x/sys/windows"
	"golang.org/x/sys/windows/registry"
)

// changeUserPath changes this user's PATH in the registry, and tells the desktop, so that terminals opened from now on
// have it.
func changeUserPath(change func(string) string) error {
	k, err := registry.OpenKey(registry.CURRENT_USER, "Environment", registry.QUERY_VALUE|registry.SET_VALUE)
	if err != nil {
		return err
	}
	defer k.Close()
	before, kind, err := k.GetStringValue("Path")
	if err != nil && !errors.Is(err, registry.ErrNotExist) {
		return err
	}
	after := change(before)
	if after == before {
		return nil
	}
	if after == "" {
		return errors.Join(k.DeleteValue("Path"), tellEnvironment())
	}
	set := k.SetExpandStringValue
	if kind == registry.SZ { // a % in it is meant so
		set = k.SetStringValue
	}
	if err := set("Path", after); err != nil {
		return err
	}
	return tellEnvironment()
}

// Windows' message that says what settings have changed, and how to send it.
const (
	everyone      = 0xffff // HWND_BROADCAST
	settingChange = 0x001a // WM_SETTINGCHANGE
	unlessHung    = 0x0002 // SMTO_ABORTIFHUNG
	milliseconds  = 1000
)

// tellEnvironment tells all windows that variables have changed. That one of them does not listen is no error.
func tellEnvironment() error {
	send := windows.NewLazySystemDLL("user32.dll").NewProc("SendMessageTimeoutW")
	if err := send.Find(); err != nil {
		return err
	}
	what, err := windows.UTF16PtrFromString("Environment")
	if err != nil {
		return err
	}
	_, _, _ = send.Call(everyone, settingChange, 0, uintptr(unsafe.Pointer(what)), unlessHung, milliseconds, 0)
	return nil
}
