//go:build !windows

package platform

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sync"
	"time"

	"github.com/godbus/dbus/v5"
)

// Names on the buses.
const (
	notifications     = "org.freedesktop.Notifications"
	notificationsPath = "/org/freedesktop/Notifications"
	logind            = "org.freedesktop.login1"
	logindPath        = "/org/freedesktop/login1"
	manager           = logind + ".Manager"
)

// busWithin bounds the desktop's answer.
const busWithin = 3 * time.Second

// System is the desktop around this process, by D-Bus. The zero System is ready for use.
type System struct {
	mu    sync.Mutex
	bus   *dbus.Conn // of the session, while Hear listens to it; nil: nobody would hear a click
	shown []uint32   // our notifications, the last at the end
}

// mostShown bounds the notifications whose clicks are known: desktops keep about as many.
const mostShown = 50

// Notify shows a notification by the desktop's own means. A click on it is heard while Hear listens.
func (s *System) Notify(ctx context.Context, title, text string) error {
	ctx, cancel := context.WithTimeout(ctx, busWithin)
	defer cancel()
	s.mu.Lock()
	bus := s.bus
	s.mu.Unlock()
	if bus == nil {
		var err error
		if bus, err = dbus.ConnectSessionBus(dbus.WithContext(ctx)); err != nil {
			return err
		}
		defer bus.Close()
	}
	var id uint32
	err := bus.Object(notifications, notificationsPath).CallWithContext(ctx, notifications+".Notify", 0,
		"StreamTray", uint32(0), "", title, text, []string{"default", "StreamTray"},
		map[string]dbus.Variant{"desktop-entry": dbus.MakeVariant("streamtray")}, int32(-1)).Store(&id)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.shown = append(s.shown, id)
	s.shown = s.shown[max(0, len(s.shown)-mostShown):]
	return nil
}

// Hear listens to the desktop and to the log-in service until ctx ends. What is not there is not heard.
func (s *System) Hear(ctx context.Context, h Heard) {
	desktop, computer := make(chan *dbus.Signal, 16), make(chan *dbus.Signal, 16)
	if bus, err := dbus.ConnectSessionBus(dbus.WithContext(ctx)); err == nil {
		defer bus.Close()
		bus.Signal(desktop)
		if bus.AddMatchSignalContext(ctx, dbus.WithMatchSender(notifications), dbus.WithMatchInterface(notifications), dbus.WithMatchMember("ActionInvoked")) == nil {
			s.use(bus)
			defer s.use(nil)
		}
	}
	var delay *os.File
	if bus, err := dbus.ConnectSystemBus(dbus.WithContext(ctx)); err == nil {
		defer bus.Close()
		bus.Signal(computer)
		for _, member := range []string{"PrepareForSleep", "PrepareForShutdown"} {
			_ = bus.AddMatchSignalContext(ctx, dbus.WithMatchSender(logind), dbus.WithMatchInterface(manager), dbus.WithMatchMember(member)) // then it is not heard
		}
		delay = inhibit(ctx, bus, h.Reason)
	}
	defer func() { _ = delay.Close() }() // there may be none, or it was closed before
	for {
		var signal *dbus.Signal
		var open bool
		select {
		case <-ctx.Done():
			return
		case signal, open = <-desktop:
			if !open {
				desktop = nil // that bus has ended; the other may tell its end
			}
		case signal, open = <-computer:
			if !open {
				computer = nil
			}
		}
		if open && s.handle(signal, h) {
			_ = delay.Close()
		}
	}
}

func (s *System) use(bus *dbus.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.bus = bus
}

// inhibit has the computer's end wait for us, a few seconds at most, until the file is closed; nil: it does not.
func inhibit(ctx context.Context, bus *dbus.Conn, why string) *os.File {
	ctx, cancel := context.WithTimeout(ctx, busWithin)
	defer cancel()
	var fd dbus.UnixFD
	err := bus.Object(logind, logindPath).CallWithContext(ctx, manager+".Inhibit", 0, "shutdown", "StreamTray", why, "delay").Store(&fd)
	if err != nil {
		return nil
	}
	return os.NewFile(uintptr(fd), "inhibit")
}

// handle acts on a signal. True: the computer's end need not wait for us any more.
func (s *System) handle(signal *dbus.Signal, h Heard) bool {
	switch signal.Name {
	case notifications + ".ActionInvoked":
		var id uint32
		var action string
		if dbus.Store(signal.Body, &id, &action) == nil && s.ours(id) {
			h.Clicked()
		}
	case manager + ".PrepareForSleep":
		if before, ok := first(signal.Body); ok && !before {
			h.Woke()
		}
	case manager + ".PrepareForShutdown":
		if before, ok := first(signal.Body); ok && before {
			h.Ending()
			return true
		}
	}
	return false
}

func first(body []any) (value, ok bool) {
	if len(body) == 0 {
		return false, false
	}
	value, ok = body[0].(bool)
	return value, ok
}

// ours reports whether a notification is one that we showed.
func (s *System) ours(id uint32) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, own := range s.shown {
		if own == id {
			return true
		}
	}
	return false
}

// ShowError says why the program ends before it had a window.
func ShowError(text string) { fmt.Fprintln(os.Stderr, "streamtray:", text) }

// Confirm asks whether a process is to be ended: here whoever reads the text can do it.
func Confirm(string) (yes, asked bool) { return false, false }

// Identify tells the system which program this is; here its desktop file does.
func Identify() {}

// LetOthersComeForward is for systems that ask for it.
func LetOthersComeForward() {}

// OpenFolder shows a folder in the file manager.
func OpenFolder(ctx context.Context, dir string) error {
	return exec.CommandContext(ctx, "xdg-open", dir).Run()
}

// userDirs finds the folder of documents in the file in which a desktop keeps its names, which are the person's language.
var userDirs = regexp.MustCompile(`(?m)^XDG_DOCUMENTS_DIR="\$HOME/([^"$]+)"`)

// Documents is the person's folder of documents.
func Documents() (string, error) {
	home, err := os.UserHomeDir()
	if err != nil {
		return "", err
	}
	name := "Documents"
	if dir, err := os.UserConfigDir(); err == nil {
		text, _ := os.ReadFile(filepath.Join(dir, "user-dirs.dirs")) // few have one
		if m := userDirs.FindSubmatch(text); m != nil {
			name = string(m[1])
		}
	}
	return filepath.Join(home, name), nil
}

// TrayHost says whether there can be a tray (a session bus), and whether somebody shows it.
func TrayHost(ctx context.Context) (possible, shown bool) {
	ctx, cancel := context.WithTimeout(ctx, busWithin)
	defer cancel()
	bus, err := dbus.ConnectSessionBus(dbus.WithContext(ctx))
	if err != nil {
		return false, false
	}
	defer bus.Close()
	err = bus.BusObject().CallWithContext(ctx, "org.freedesktop.DBus.NameHasOwner", 0, "org.kde.StatusNotifierWatcher").Store(&shown)
	return err == nil, shown
}
