//go:build !windows

package desktop

import "testing"

func TestAutostartIsWrittenAndTakenBack(t *testing.T) {
	home := t.TempDir()
	t.Setenv("XDG_CONFIG_HOME", home)
	t.Setenv("HOME", home)
	if autostarts() {
		t.Fatal("it starts at a log-in before anybody asked")
	}
	for range 2 { // twice is as once
		if err := setAutostart(true, `/opt/Stream "Tray"/streamtray`); err != nil || !autostarts() {
			t.Fatalf("on: %v, %v", err, autostarts())
		}
	}
	for range 2 {
		if err := setAutostart(false, ""); err != nil || autostarts() {
			t.Fatalf("off: %v, %v", err, autostarts())
		}
	}
}
