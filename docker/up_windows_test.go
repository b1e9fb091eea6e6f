package docker

import (
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/windows"
)

// Intent: what the terminal program does with a compose that is given up, the tray does too, which has no console: the
// client is asked over one of its own, given time, and ended with its children.
func TestAProgramWithoutConsoleLeavesNoComposeEither(t *testing.T) {
	const name = "TestACancelledComposeLeavesNothingRunning"
	if os.Getenv(envNoConsole) != "" {
		if console, err := os.OpenFile("CONOUT$", os.O_RDWR, 0); err == nil {
			console.Close()
			t.Fatal("there is a console")
		}
		return
	}
	self, err := os.Executable()
	must(t, err)
	cmd := exec.CommandContext(t.Context(), self, "-test.v", "-test.run", "^("+name+"|"+t.Name()+")$")
	cmd.Env = append(os.Environ(), envNoConsole+"=1")
	cmd.SysProcAttr = &syscall.SysProcAttr{CreationFlags: windows.DETACHED_PROCESS}
	out, err := cmd.Output() // the tests of Go tell all of it there
	if err != nil || strings.Count(string(out), "\n--- PASS: ") != 2 {
		t.Errorf("%v:\n%s", err, out)
	}
}
