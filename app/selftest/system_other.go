//go:build !windows

package selftest

import (
	"context"
	"runtime"
	"time"

	"github.com/godbus/dbus/v5"
)

// System is what runs this program, in words for a report.
func System() string { return runtime.GOOS + " " + runtime.GOARCH }

func systemTrials() []trial { return []trial{{"notification", notification}} }

// printLocal is for systems with code pages.
func printLocal() int { return 2 }

// notifyWithin bounds the desktop's answer.
const notifyWithin = 3 * time.Second

// notification: the desktop shows one, and takes it away when told.
func notification(ctx context.Context, _ *World) error {
	ctx, cancel := context.WithTimeout(ctx, notifyWithin)
	defer cancel()
	bus, err := dbus.ConnectSessionBus(dbus.WithContext(ctx))
	if err != nil {
		return skip("selftest.no_desktop", nil, err)
	}
	defer bus.Close()
	var there bool
	const name = "org.freedesktop.Notifications"
	if err := bus.BusObject().CallWithContext(ctx, "org.freedesktop.DBus.NameHasOwner", 0, name).Store(&there); err != nil {
		return err
	}
	if !there {
		return skip("selftest.no_desktop", nil, nil)
	}
	desktop := bus.Object(name, "/org/freedesktop/Notifications")
	var id uint32
	err = desktop.CallWithContext(ctx, name+".Notify", 0, "StreamTray", uint32(0), "", "StreamTray", "selftest",
		[]string{}, map[string]dbus.Variant{}, int32(-1)).Store(&id)
	if err != nil {
		return err
	}
	if id == 0 {
		return broken("the notification has no number")
	}
	return desktop.CallWithContext(ctx, name+".CloseNotification", 0, id).Err
}

// hasEnded is false at once: here the kernel closes a connection with its process, and only a parent may await a process.
func hasEnded(int) bool { return false }
