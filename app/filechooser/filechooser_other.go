//go:build !windows

package filechooser

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"strings"

	"github.com/godbus/dbus/v5"
)

// The portal of a Linux desktop, https://flatpak.github.io/xdg-desktop-portal/.
const (
	portal      = "org.freedesktop.portal.Desktop"
	portalPath  = "/org/freedesktop/portal/desktop"
	fileChooser = "org.freedesktop.portal.FileChooser"
	request     = "org.freedesktop.portal.Request"
)

func choose(ctx context.Context, q Question) (string, error) {
	bus, err := dbus.ConnectSessionBus(dbus.WithContext(ctx))
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrNone, err)
	}
	defer bus.Close()
	return openPortal(ctx, bus, q)
}

// openPortal opens the portal's dialog and waits for its answer.
func openPortal(ctx context.Context, bus *dbus.Conn, q Question) (string, error) {
	// The answer may come before the call returns: its path is known beforehand.
	token := fmt.Sprint("streamtray", os.Getpid())
	sender := strings.ReplaceAll(strings.TrimPrefix(bus.Names()[0], ":"), ".", "_")
	path := dbus.ObjectPath(portalPath + "/request/" + sender + "/" + token)
	answers := make(chan *dbus.Signal, 8)
	bus.Signal(answers)
	if err := bus.AddMatchSignalContext(ctx, dbus.WithMatchInterface(request), dbus.WithMatchMember("Response"), dbus.WithMatchSender(portal)); err != nil {
		return "", fmt.Errorf("%w: %w", ErrNone, err)
	}
	options := map[string]dbus.Variant{"handle_token": dbus.MakeVariant(token), "modal": dbus.MakeVariant(true)}
	if q.Start != "" {
		options["current_folder"] = dbus.MakeVariant(append([]byte(q.Start), 0))
	}
	method := fileChooser + ".OpenFile"
	if q.Save {
		method = fileChooser + ".SaveFile"
		options["current_name"] = dbus.MakeVariant(q.Name)
	} else {
		options["directory"] = dbus.MakeVariant(true)
	}
	var handle dbus.ObjectPath
	if err := bus.Object(portal, portalPath).CallWithContext(ctx, method, 0, "", q.Title, options).Store(&handle); err != nil {
		return "", fmt.Errorf("%w: %w", ErrNone, err)
	}
	for {
		select {
		case <-ctx.Done():
			_ = bus.Object(portal, handle).Call(request+".Close", dbus.FlagNoReplyExpected).Err // it may be gone
			return "", ctx.Err()
		case s, open := <-answers:
			if !open {
				return "", fmt.Errorf("%w: the session's bus is gone", ErrNone)
			}
			if s.Name == request+".Response" && (s.Path == path || s.Path == handle) {
				return chosen(s)
			}
		}
	}
}

// chosen is the path in an answer; empty: none.
func chosen(s *dbus.Signal) (string, error) {
	var code uint32
	var results map[string]dbus.Variant
	if err := dbus.Store(s.Body, &code, &results); err != nil {
		return "", err
	}
	const given, changedMind = 0, 1
	switch code {
	case given:
	case changedMind:
		return "", nil
	default:
		return "", fmt.Errorf("%w: the portal ended with %d", ErrNone, code)
	}
	uris, _ := results["uris"].Value().([]string)
	if len(uris) == 0 {
		return "", nil
	}
	u, err := url.Parse(uris[0])
	if err != nil {
		return "", err
	}
	return u.Path, nil
}
