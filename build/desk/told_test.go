//go:build desk

package desk

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"streamtray/internal/pause"

	"github.com/godbus/dbus/v5"
)

// daemon is a desktop's notification service, which takes what it is told and answers with a number.
type daemon struct{ told chan string }

// Notify is the call by which a program has a notification shown.
func (d daemon) Notify(_ string, _ uint32, _, title, text string, _ []string, _ map[string]dbus.Variant, _ int32) (uint32, *dbus.Error) {
	d.told <- title + ": " + text
	return 7, nil
}

// notifications puts a service on the display's own bus.
func notifications(t *testing.T, d *Display) daemon {
	t.Helper()
	const name, path = "org.freedesktop.Notifications", "/org/freedesktop/Notifications"
	n := daemon{make(chan string, 20)}
	must(t, d.bus.Export(n, path, name))
	reply, err := d.bus.RequestName(name, dbus.NameFlagDoNotQueue)
	must(t, err)
	if reply != dbus.RequestNameReplyPrimaryOwner {
		t.Fatalf("%s is taken", name)
	}
	return n
}

func TestANotificationIsReceivedAndItsClickShowsTheWindow(t *testing.T) {
	d := desktop(t, Options{})
	n := notifications(t, d)
	p := run(t, d, "demo", "--window")
	must(t, p.UntilTooltip(t.Context(), "records/s", soon))
	id, err := p.Window(t.Context(), "Overview")
	must(t, err)
	must(t, p.Close(t.Context(), id))
	must(t, p.Click("Streaming")) // off
	must(t, p.UntilTooltip(t.Context(), "Running without streaming", soon))
	must(t, p.Click("Streaming")) // and on, which is worth telling
	must(t, Until(t.Context(), soon, "a notification that it streams", func() (bool, error) {
		select {
		case text := <-n.told:
			return strings.HasPrefix(text, "StreamTray · demo: Streaming"), nil
		default:
			return false, nil
		}
	}))
	must(t, Until(t.Context(), soon, "the window that a click on it shows", func() (bool, error) { // it may not be clicked before it has its number
		id, err := p.shown(t.Context(), "Overview")
		if id != "" {
			return true, err
		}
		return false, errors.Join(err, d.bus.Emit("/org/freedesktop/Notifications", "org.freedesktop.Notifications.ActionInvoked", uint32(7), "default"))
	}))
	quit(t, p)
}

const changing = "version: 1\nname: changing\nkafka: {mode: embedded, topics: [{name: results, partitions: 1, replication: 1}]}\napp: {command: [%s]}\n"

func TestAProjectThatChangedIsAskedAboutAgain(t *testing.T) {
	d := desktop(t, Options{})
	n := notifications(t, d)
	dir := filepath.Join(d.dir, "changing")
	must(t, os.Mkdir(dir, 0o700))
	file := filepath.Join(dir, "streamtray.yaml")
	must(t, os.WriteFile(file, []byte(strings.ReplaceAll(changing, "%s", "sleep, \"60\"")), 0o600))
	env := []string{"STREAMTRAY_HOME=" + filepath.Join(d.dir, "home"), "STREAMTRAY_LANG=en", "FYNE_THEME=light"}
	must(t, d.Trust(t.Context(), program, env, dir))
	must(t, os.WriteFile(file, []byte(strings.ReplaceAll(changing, "%s", "rm, -rf, /tmp/no-such")), 0o600))
	p := run(t, d, "--hidden")
	must(t, Until(t.Context(), soon, "a question", func() (bool, error) {
		select {
		case text := <-n.told:
			return strings.Contains(text, "changed"), nil
		default:
			return false, nil
		}
	}))
	if all, err := p.Windows(t.Context()); len(all) != 0 || err != nil {
		t.Errorf("windows of a hidden start: %v, %v", all, err)
	}
	quit(t, p)

	p = run(t, d) // and one who looks sees it, and what it was
	id, err := p.Window(t.Context(), "This project has changed")
	must(t, err)
	if pictures := os.Getenv("DESK_PICTURES"); pictures != "" {
		pause.For(t.Context(), time.Second)
		must(t, p.Shoot(t.Context(), id, filepath.Join(pictures, "changed.png")))
	}
	if tip, err := p.Tooltip(); err != nil || strings.Contains(tip, "Streaming") {
		t.Errorf("tooltip %q, %v: nothing runs before one agreed", tip, err)
	}
	quit(t, p)
}
