package autostart

import (
	"testing"

	"golang.org/x/sys/windows/registry"
)

func TestAutostartIsOneValueOfTheUsersOwn(t *testing.T) {
	const name = "StreamTray-test"
	const program = `C:\Program Files\流 & Tray\StreamTray.exe`
	if err := Set(name, program, "--hidden"); err != nil {
		t.Fatal(err)
	}
	if !On(name) {
		t.Error("it is not there")
	}
	note, _, err := registry.CreateKey(registry.CURRENT_USER, approvedKey, registry.SET_VALUE)
	if err == nil {
		defer note.Close()
		err = note.SetBinaryValue(name, []byte{3, 0, 0, 0})
	}
	if err != nil || On(name) {
		t.Errorf("switched off in the Task Manager: %v, there: %t", err, On(name))
	}
	if err := Set(name, program, "--hidden"); err != nil || !On(name) {
		t.Errorf("wanted again: %v, there: %t", err, On(name))
	}
	if err := Remove(name); err != nil {
		t.Fatal(err)
	}
	if err := Remove(name); err != nil || On(name) {
		t.Errorf("taken away twice: %v, there: %t", err, On(name))
	}
}
