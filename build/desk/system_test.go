//go:build desk

package desk

import (
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
)

// Intent: when the computer is about to end, the app must be stopped and the program gone before it does.
func TestTheEndOfTheSessionStopsTheAppAndTheProgram(t *testing.T) {
	d := desktop(t, Options{})
	if reply, err := d.bus.RequestName("org.freedesktop.login1", dbus.NameFlagDoNotQueue); err != nil || reply != dbus.RequestNameReplyPrimaryOwner {
		t.Fatalf("the log-in service's name: %v, %v", reply, err)
	}
	p := run(t, d, "demo", "--window")
	must(t, p.UntilTooltip(t.Context(), "records/s", soon))
	must(t, d.bus.Emit("/org/freedesktop/login1", "org.freedesktop.login1.Manager.PrepareForShutdown", true))
	if code, err := p.Wait(10 * time.Second); code != 0 || err != nil {
		t.Errorf("got exit code %d, %v; want 0\n%s", code, err, p.Output())
	}
}
