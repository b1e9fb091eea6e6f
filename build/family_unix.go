//go:build !windows

package main

import (
	"os/exec"
	"syscall"
	"time"
)

// endWithFamily has the end of the command's context end all that it has started: go test has programs of its own. A
// Ctrl-C comes here alone, and so ends them in the same way.
func endWithFamily(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }
	cmd.WaitDelay = 10 * time.Second
}
