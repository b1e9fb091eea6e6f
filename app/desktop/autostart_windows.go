package desktop

import (
	"errors"

	"golang.org/x/sys/windows/registry"
)

// The user's own list of what is started at a log-in, and what the Task Manager notes of it.
const (
	runKey      = `Software\Microsoft\Windows\CurrentVersion\Run`
	approvedKey = `Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run`
	runName     = "StreamTray"
)

// autostarts reports whether the program starts at a log-in: it is on the list, and was not switched off there.
func autostarts() bool {
	k, err := registry.OpenKey(registry.CURRENT_USER, runKey, registry.QUERY_VALUE)
	if err != nil {
		return false
	}
	defer k.Close()
	_, _, err = k.GetStringValue(runName)
	return err == nil && !switchedOff()
}

// switchedOff reports whether the user switched the start off in the Task Manager, which notes an odd first byte.
func switchedOff() bool {
	k, err := registry.OpenKey(registry.CURRENT_USER, approvedKey, registry.QUERY_VALUE)
	if err != nil {
		return false
	}
	defer k.Close()
	note, _, err := k.GetBinaryValue(runName)
	return err == nil && len(note) > 0 && note[0]&1 == 1
}

// setAutostart has the program started, hidden, at a log-in, or not.
func setAutostart(on bool, program string) error {
	k, _, err := registry.CreateKey(registry.CURRENT_USER, runKey, registry.SET_VALUE)
	if err != nil {
		return err
	}
	defer k.Close()
	if on {
		forgetSwitch()
		return k.SetStringValue(runName, `"`+program+`" `+argHidden) // a path has no quotes in it, and no variable is expanded here
	}
	if err := k.DeleteValue(runName); err != nil && !errors.Is(err, registry.ErrNotExist) {
		return err
	}
	return nil
}

// forgetSwitch takes away the Task Manager's note: the user wants the start after all.
func forgetSwitch() {
	if k, err := registry.OpenKey(registry.CURRENT_USER, approvedKey, registry.SET_VALUE); err == nil {
		defer k.Close()
		_ = k.DeleteValue(runName) // mostly there is none
	}
}
