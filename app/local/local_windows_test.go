package local

import (
	"strings"
	"testing"

	"golang.org/x/sys/windows"
)

// The pipe is asked what it says of itself, as the system keeps it.
func TestThePipeIsThisUsersAloneAndNoNetworks(t *testing.T) {
	sid, err := user()
	if err != nil {
		t.Fatal(err)
	}
	l, err := Listen(t.Name())
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		if c, err := l.Accept(); err == nil {
			c.Close()
		}
	}()
	sd, err := windows.GetNamedSecurityInfo(pipe(sid, t.Name()), windows.SE_FILE_OBJECT, windows.DACL_SECURITY_INFORMATION)
	if err != nil {
		t.Fatal(err)
	}
	got := sd.String()
	control, _, err := sd.Control()
	if err != nil || control&windows.SE_DACL_PROTECTED == 0 || strings.Count(got, "(") != 2 ||
		!strings.Contains(got, "(D;;") || !strings.Contains(got, ";;;NU)") || !strings.Contains(got, ";;;"+sid+")") {
		t.Errorf("got %s, %v, %v; want a protected list for %s alone, without the network", got, control, err, sid)
	}
}
