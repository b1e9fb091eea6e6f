//go:build !windows

package desktop

import (
	"context"
	"time"

	"github.com/godbus/dbus/v5"
)

// notifyWithin bounds the desktop's answer.
const notifyWithin = 3 * time.Second

// notify shows a notification by the desktop's own means.
func notify(ctx context.Context, title, text string) error {
	ctx, cancel := context.WithTimeout(ctx, notifyWithin)
	defer cancel()
	bus, err := dbus.ConnectSessionBus(dbus.WithContext(ctx))
	if err != nil {
		return err
	}
	defer bus.Close()
	return bus.Object("org.freedesktop.Notifications", "/org/freedesktop/Notifications").CallWithContext(
		ctx, "org.freedesktop.Notifications.Notify", 0,
		"StreamTray", uint32(0), "", title, text, []string{}, map[string]dbus.Variant{}, int32(-1)).Err
}

// trayHost says whether there can be a tray (a session bus), and whether somebody shows it.
func trayHost(ctx context.Context) (possible, shown bool) {
	ctx, cancel := context.WithTimeout(ctx, notifyWithin)
	defer cancel()
	bus, err := dbus.ConnectSessionBus(dbus.WithContext(ctx))
	if err != nil {
		return false, false
	}
	defer bus.Close()
	err = bus.BusObject().CallWithContext(ctx, "org.freedesktop.DBus.NameHasOwner", 0, "org.kde.StatusNotifierWatcher").Store(&shown)
	return err == nil, shown
}
