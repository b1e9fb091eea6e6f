package ports

import (
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/windows"
)

// tellsProcesses reports whether the system knows whose a socket is. Wine's sockets are all its server's.
func tellsProcesses() bool {
	return windows.NewLazySystemDLL("ntdll.dll").NewProc("wine_get_version").Find() != nil
}

func TestAProcessIsToldByItsNumber(t *testing.T) {
	want := Owner{PID: os.Getpid(), Name: filepath.Base(self(t)), Path: self(t)}
	if got := process(uint64(os.Getpid())); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got := listed(uint32(os.Getpid())); got != want.Name {
		t.Errorf("in the system's list: got %q, want %q", got, want.Name)
	}
}
