package desktop

import (
	"errors"

	"golang.org/x/sys/windows/registry"
)

// The user's own list of what is started at a log-in.
const (
	runKey  = `Software\Microsoft\Windows\CurrentVersion\Run`
	runName = "StreamTray"
)

// autostarts reports whether the program starts at a log-in.
func autostarts() bool {
	k, err := registry.OpenKey(registry.CURRENT_USER, runKey, registry.QUERY_VALUE)
	if err != nil {
		return false
	}
	defer k.Close()
	_, _, err = k.GetStringValue(runName)
	return err == nil
}

// setAutostart has the program started, hidden, at a log-in, or not.
func setAutostart(on bool, program string) error {
	k, _, err := registry.CreateKey(registry.CURRENT_USER, runKey, registry.SET_VALUE)
	if err != nil {
		return err
	}
	defer k.Close()
	if on {
		return k.SetStringValue(runName, `"`+program+`" `+argHidden)
	}
	if err := k.DeleteValue(runName); err != nil && !errors.Is(err, registry.ErrNotExist) {
		return err
	}
	return nil
}
