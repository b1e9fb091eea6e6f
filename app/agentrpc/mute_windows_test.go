package agentrpc

import (
	"testing"

	"golang.org/x/sys/windows"
)

// greet makes the connection to a new listener that Wine gives to nobody; see attempts. On Windows it would wait.
func greet(t *testing.T, c Channel) {
	t.Helper()
	if windows.NewLazySystemDLL("ntdll.dll").NewProc("wine_get_version").Find() != nil {
		return
	}
	conn, err := c.Dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	conn.Close()
}
