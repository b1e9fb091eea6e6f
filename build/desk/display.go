// Package desk is a desktop for tests and pictures: a screen that nobody sees, a session bus of its own, a window
// manager and a panel with a tray. What it needs is named in Needs.
package desk

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/godbus/dbus/v5"

	"streamtray/build/rig"
	"streamtray/internal/pause"
)

// Needs are what a display, and a program with windows built for it, take.
var Needs = slices.Concat([]rig.Need{
	{Package: "xvfb", Program: "Xvfb"},
	{Package: "openbox", Program: "openbox"},
	{Package: "xfce4-panel", Program: "xfce4-panel"},
	{Package: "dbus", Program: "dbus-daemon"},
	{Package: "xdotool", Program: "xdotool"},
	{Package: "imagemagick", Program: "import"},
	{Package: "x11-utils", Program: "xwininfo"},
	{Package: "libgl1-mesa-dri", Files: []string{"/usr/lib/*/dri/*_dri.so", "/usr/lib*/dri/*_dri.so"}},
	{Package: "fonts-wqy-microhei", Files: []string{Chinese}},
	{Package: "gcc", Program: "gcc"},
}, Headers)

// Headers are what the C compiler must find to build the windows, and what tells where.
var Headers = []rig.Need{
	{Package: "pkg-config", Program: "pkg-config"},
	{Package: "libc6-dev", Header: "stdlib.h"},
	{Package: "libgl1-mesa-dev", Header: "GL/gl.h"},
	{Package: "libxcursor-dev", Header: "X11/Xcursor/Xcursor.h"},
	{Package: "libxrandr-dev", Header: "X11/extensions/Xrandr.h"},
	{Package: "libxinerama-dev", Header: "X11/extensions/Xinerama.h"},
	{Package: "libxi-dev", Header: "X11/extensions/XInput2.h"},
	{Package: "libxxf86vm-dev", Header: "X11/extensions/xf86vmode.h"},
	{Package: "libxkbcommon-dev", Header: "xkbcommon/xkbcommon.h"},
}

// Chinese is a font.
const Chinese = "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc"

// Display is a running desktop.
type Display struct {
	dir     string
	env     []string
	bus     *dbus.Conn
	running []*exec.Cmd
}

// Options choose what a desktop has.
type Options struct {
	NoOpenGL bool
	NoPanel  bool   // and so no tray
	Screen   string // its size in pixels; empty: 1280x940
}

// Start starts a desktop that keeps its files in dir. Close ends it.
func Start(ctx context.Context, dir string, o Options) (*Display, error) {
	if err := rig.Require(ctx, Needs); err != nil {
		return nil, err
	}
	d := &Display{dir: dir}
	if err := d.start(ctx, o); err != nil {
		d.Close()
		return nil, err
	}
	return d, nil
}

func (d *Display) start(ctx context.Context, o Options) error {
	for _, sub := range []string{"run", "config", "cache"} {
		if err := os.MkdirAll(filepath.Join(d.dir, sub), 0o700); err != nil {
			return err
		}
	}
	d.env = environ(d.dir)
	number, err := d.screen(ctx, o)
	if err != nil {
		return err
	}
	d.env = append(d.env, "DISPLAY=:"+number)
	address, err := d.session(ctx)
	if err != nil {
		return err
	}
	d.env = append(d.env, "DBUS_SESSION_BUS_ADDRESS="+address, "DBUS_SYSTEM_BUS_ADDRESS="+address) // this computer's own is left alone
	if d.bus, err = dbus.Connect(address); err != nil {
		return fmt.Errorf("session bus: %w", err)
	}
	if err := d.launch(exec.CommandContext(ctx, "openbox")); err != nil || o.NoPanel {
		return err
	}
	return d.panel(ctx)
}

// environ is what every program on the display is told. The locale is one that every system has.
func environ(dir string) []string {
	return append(os.Environ(),
		"XDG_RUNTIME_DIR="+filepath.Join(dir, "run"), "XDG_CONFIG_HOME="+filepath.Join(dir, "config"),
		"XDG_CACHE_HOME="+filepath.Join(dir, "cache"), "LC_ALL=C.UTF-8", "FYNE_SCALE=1", "GTK_A11Y=none", "NO_AT_BRIDGE=1")
}

// screen starts the X server and returns the number that it chose.
func (d *Display) screen(ctx context.Context, o Options) (string, error) {
	args := []string{"-displayfd", "3", "-screen", "0", cmp.Or(o.Screen, "1280x940") + "x24"}
	if o.NoOpenGL {
		args = append(args, "-extension", "GLX")
	}
	return d.answer(exec.CommandContext(ctx, "Xvfb", args...))
}

// session starts a session bus and returns its address.
func (d *Display) session(ctx context.Context) (string, error) {
	return d.answer(exec.CommandContext(ctx, "dbus-daemon", "--session", "--nofork", "--print-address=3"))
}

// answer starts a program and returns the line that it writes to its file 3: where it can be found.
func (d *Display) answer(cmd *exec.Cmd) (string, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return "", err
	}
	defer r.Close()
	cmd.ExtraFiles = []*os.File{w}
	err = d.launch(cmd)
	w.Close()
	if err != nil {
		return "", err
	}
	line, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		return "", fmt.Errorf("%s: no answer: %w", cmd.Args[0], err)
	}
	return strings.TrimSpace(line), nil
}

// panelConfig is a panel at the bottom with a task list and a tray.
const panelConfig = `<?xml version="1.0" encoding="UTF-8"?>
<channel name="xfce4-panel" version="1.0">
  <property name="configver" type="int" value="2"/>
  <property name="panels" type="array"><value type="int" value="1"/>
    <property name="panel-1" type="empty">
      <property name="position" type="string" value="p=8;x=640;y=925"/>
      <property name="length" type="uint" value="100"/>
      <property name="position-locked" type="bool" value="true"/>
      <property name="size" type="uint" value="30"/>
      <property name="plugin-ids" type="array"><value type="int" value="1"/><value type="int" value="2"/></property>
    </property>
  </property>
  <property name="plugins" type="empty">
    <property name="plugin-1" type="string" value="tasklist"/>
    <property name="plugin-2" type="string" value="systray"/>
  </property>
</channel>
`

// watcher is the name under which a panel takes tray icons.
const watcher = "org.kde.StatusNotifierWatcher"

func (d *Display) panel(ctx context.Context) error {
	file := filepath.Join(d.dir, "config", "xfce4", "xfconf", "xfce-perchannel-xml", "xfce4-panel.xml")
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	if err := os.WriteFile(file, []byte(panelConfig), 0o600); err != nil {
		return err
	}
	if err := d.launch(exec.CommandContext(ctx, "xfce4-panel", "--disable-wm-check")); err != nil {
		return err
	}
	return Until(ctx, 30*time.Second, "a panel with a tray", func() (bool, error) {
		var owned bool
		err := d.bus.BusObject().CallWithContext(ctx, "org.freedesktop.DBus.NameHasOwner", 0, watcher).Store(&owned)
		return owned, err
	})
}

func (d *Display) launch(cmd *exec.Cmd) error {
	cmd.Env = d.env
	cmd.Stderr = io.Discard
	if err := cmd.Start(); err != nil {
		return err
	}
	d.running = append(d.running, cmd)
	return nil
}

// Close ends everything that was started, the last first.
func (d *Display) Close() {
	if d.bus != nil {
		d.bus.Close()
	}
	for i := len(d.running) - 1; i >= 0; i-- {
		_ = d.running[i].Process.Kill() // it may have ended
		_ = d.running[i].Wait()
	}
}

// Until asks every 50 ms whether something is so, and gives up after a time.
func Until(ctx context.Context, within time.Duration, what string, so func() (bool, error)) error {
	return until(ctx, 50*time.Millisecond, within, what, so)
}

func until(ctx context.Context, every, within time.Duration, what string, so func() (bool, error)) error {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	var err error
	is := pause.Until(ctx, every, func() (ok bool) {
		ok, err = so()
		return ok && err == nil
	})
	if is {
		return nil
	}
	return errors.Join(fmt.Errorf("%s: not within %v", what, within), err)
}
