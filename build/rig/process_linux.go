package rig

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"syscall"
)

// detach gives a daemon a session of its own: a Ctrl-C for us is not for it.
func detach(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} }

func terminate(pid int) error { return syscall.Kill(pid, syscall.SIGTERM) }

// engineAlive is false for a process that ended but was not yet waited for, and for another program that has got the
// number meanwhile.
func engineAlive(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return false
	}
	_, state, engine := bytes.Cut(stat, []byte(" (dockerd) "))
	return engine && state[0] != 'Z'
}
