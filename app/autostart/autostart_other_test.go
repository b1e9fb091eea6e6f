//go:build !windows

package autostart

import "testing"

func TestAutostartIsWrittenAndTakenBack(t *testing.T) {
	home := t.TempDir()
	t.Setenv("XDG_CONFIG_HOME", home)
	t.Setenv("HOME", home)
	if On("StreamTray") {
		t.Fatal("it starts at a log-in before anybody asked")
	}
	for range 2 { // twice is as once
		if err := Set("StreamTray", `/opt/Stream "Tray"/streamtray`, "--hidden"); err != nil || !On("StreamTray") {
			t.Fatalf("on: %v, %v", err, On("StreamTray"))
		}
	}
	for range 2 {
		if err := Remove("StreamTray"); err != nil || On("StreamTray") {
			t.Fatalf("off: %v, %v", err, On("StreamTray"))
		}
	}
}
