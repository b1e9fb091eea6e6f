package ports

import (
	"os"
	"path/filepath"
	"testing"
)

func TestAProcessIsToldByItsNumber(t *testing.T) {
	want := Owner{PID: os.Getpid(), Name: filepath.Base(self(t)), Path: self(t)}
	if got := process(uint64(os.Getpid())); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got := listed(uint32(os.Getpid())); got != want.Name {
		t.Errorf("in the system's list: got %q, want %q", got, want.Name)
	}
}
