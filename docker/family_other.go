//go:build !windows

package docker

import (
	"os/exec"
	"syscall"
)

// family is a process and its children: a process group.
type family struct{ leader int }

func start(cmd *exec.Cmd) (family, error) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		return family{}, err
	}
	return family{cmd.Process.Pid}, nil
}

// The group may be gone by now, which is what was wanted.
func (f family) interrupt() { _ = syscall.Kill(-f.leader, syscall.SIGINT) }
func (f family) kill()      { _ = syscall.Kill(-f.leader, syscall.SIGKILL) }
func (f family) close()     {}
