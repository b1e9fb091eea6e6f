package desktop

import (
	"os/exec"
	"syscall"
)

// quiet starts a program without a window of its own.
func quiet(c *exec.Cmd) { c.SysProcAttr = &syscall.SysProcAttr{HideWindow: true} }
