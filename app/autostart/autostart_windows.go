package autostart

import (
	"errors"

	"golang.org/x/sys/windows/registry"
)

// The user's own list of what is started at a log-in, and what the Task Manager notes of it.
const (
	runKey      = `Software\Microsoft\Windows\CurrentVersion\Run`
	approvedKey = `Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run`
)

func on(name string) bool {
	k, err := registry.OpenKey(registry.CURRENT_USER, runKey, registry.QUERY_VALUE)
	if err != nil {
		return false
	}
	defer k.Close()
	_, _, err = k.GetStringValue(name)
	return err == nil && !switchedOff(name)
}

// switchedOff reports whether the user switched the start off in the Task Manager, which notes an odd first byte.
func switchedOff(name string) bool {
	k, err := registry.OpenKey(registry.CURRENT_USER, approvedKey, registry.QUERY_VALUE)
	if err != nil {
		return false
	}
	defer k.Close()
	note, _, err := k.GetBinaryValue(name)
	return err == nil && len(note) > 0 && note[0]&1 == 1
}

func set(name, program, argument string) error {
	k, _, err := registry.CreateKey(registry.CURRENT_USER, runKey, registry.SET_VALUE)
	if err != nil {
		return err
	}
	defer k.Close()
	forgetSwitch(name)
	return k.SetStringValue(name, `"`+program+`" `+argument) // a path has no quotes in it, and no variable is expanded here
}

func remove(name string) error {
	k, err := registry.OpenKey(registry.CURRENT_USER, runKey, registry.SET_VALUE)
	if err == nil {
		defer k.Close()
		err = k.DeleteValue(name)
	}
	if errors.Is(err, registry.ErrNotExist) {
		return nil
	}
	return err
}

// forgetSwitch takes away the Task Manager's note: the user wants the start after all.
func forgetSwitch(name string) {
	if k, err := registry.OpenKey(registry.CURRENT_USER, approvedKey, registry.SET_VALUE); err == nil {
		defer k.Close()
		_ = k.DeleteValue(name) // mostly there is none
	}
}
