//go:build !windows

package filechooser

import (
	"bufio"
	"context"
	"errors"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"

	"streamtray/app/testenv"
)

// aBus is a bus of the test's own.
func aBus(t *testing.T) (address string) {
	t.Helper()
	daemon, err := exec.LookPath("dbus-daemon")
	if err != nil {
		testenv.Of(t, "no dbus-daemon: the portal is reached over a bus")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cmd := exec.CommandContext(ctx, daemon, "--session", "--nofork", "--print-address")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		_ = cmd.Wait() // it was killed
	})
	address, err = bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(address)
}

func connected(t *testing.T, address string) *dbus.Conn {
	t.Helper()
	bus, err := dbus.Connect(address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = bus.Close() })
	return bus
}

// desk is a desktop's portal that answers at once.
type desk struct {
	t   *testing.T
	bus *dbus.Conn

	mu   sync.Mutex // the bus calls on goroutines of its own
	code uint32
	uris []string

	method, title string
	options       map[string]dbus.Variant
}

func (d *desk) answer(sender dbus.Sender, method, title string, options map[string]dbus.Variant) (dbus.ObjectPath, *dbus.Error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.method, d.title, d.options = method, title, options
	token, _ := options["handle_token"].Value().(string)
	path := dbus.ObjectPath(portalPath + "/request/" + strings.ReplaceAll(strings.TrimPrefix(string(sender), ":"), ".", "_") + "/" + token)
	if err := d.bus.Emit(path, request+".Response", d.code, map[string]dbus.Variant{"uris": dbus.MakeVariant(d.uris)}); err != nil {
		d.t.Error(err)
	}
	return path, nil
}

// OpenFile is the portal's.
func (d *desk) OpenFile(sender dbus.Sender, _, title string, options map[string]dbus.Variant) (dbus.ObjectPath, *dbus.Error) {
	return d.answer(sender, "OpenFile", title, options)
}

// SaveFile is the portal's.
func (d *desk) SaveFile(sender dbus.Sender, _, title string, options map[string]dbus.Variant) (dbus.ObjectPath, *dbus.Error) {
	return d.answer(sender, "SaveFile", title, options)
}

func TestThePortalIsAskedAndItsAnswerTaken(t *testing.T) {
	address := aBus(t)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if _, err := openPortal(ctx, connected(t, address), Question{}); !errors.Is(err, ErrNone) {
		t.Errorf("a bus without a portal: %v, want ErrNone", err)
	}
	d := &desk{t: t, bus: connected(t, address)}
	if err := d.bus.Export(d, portalPath, fileChooser); err != nil {
		t.Fatal(err)
	}
	if _, err := d.bus.RequestName(portal, dbus.NameFlagDoNotQueue); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name       string
		q          Question
		code       uint32
		uris       []string
		want, call string
	}{
		{"a folder", Question{Title: "打开", Start: "/home"}, 0, []string{"file:///home/a%20b/%E6%A3%80"}, "/home/a b/检", "OpenFile"},
		{"a file", Question{Title: "Save", Save: true, Name: "x.log"}, 0, []string{"file:///tmp/x.log"}, "/tmp/x.log", "SaveFile"},
		{"another mind", Question{}, 1, nil, "", "OpenFile"},
	} {
		d.mu.Lock()
		d.code, d.uris = c.code, c.uris
		d.mu.Unlock()
		got, err := openPortal(ctx, connected(t, address), c.q)
		d.mu.Lock()
		if err != nil || got != c.want || d.method != c.call || d.title != c.q.Title {
			t.Errorf("%s: %q, %v; asked by %s %q", c.name, got, err, d.method, d.title)
		}
		if folder, _ := d.options["directory"].Value().(bool); folder == c.q.Save {
			t.Errorf("%s: asked for a folder: %v", c.name, folder)
		}
		d.mu.Unlock()
	}
	d.mu.Lock()
	if name := d.options["current_name"]; name.Value() != nil {
		t.Errorf("a folder is named %v", name)
	}
	d.code = 2
	d.mu.Unlock()
	if _, err := openPortal(ctx, connected(t, address), Question{}); !errors.Is(err, ErrNone) {
		t.Errorf("a portal that fails: %v, want ErrNone", err)
	}
}
