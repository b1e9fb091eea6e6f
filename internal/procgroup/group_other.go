//go:build !windows

package procgroup

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"sync/atomic"
	"syscall"
)

func start(cmd *exec.Cmd, o Options) (Group, error) {
	if o.Keeper != "" {
		return startKept(cmd, o)
	}
	return startGroup(cmd)
}

// group is a program and the members of its process group, our children. If we are killed, the program dies where
// the system knows how (Linux), and what it started lives on: that takes a keeper.
type group struct {
	cmd   *exec.Cmd
	ended chan struct{} // closed when the program has ended
	asked atomic.Bool   // to end; asking twice makes some programs skip their farewell
}

func startGroup(cmd *exec.Cmd) (*group, error) {
	cmd.SysProcAttr = Own()
	g := &group{cmd: cmd, ended: make(chan struct{})}
	started := make(chan error)
	go func() { // ends with the program, for which wait waits
		// The system takes the end of the thread that started a program for the end of its parent.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			_ = cmd.Wait() // what it says is in ProcessState
			close(g.ended)
		}
	}()
	if err := <-started; err != nil {
		return nil, err
	}
	return g, nil
}

func (g *group) PID() int     { return g.cmd.Process.Pid }
func (g *group) Roots() []int { return []int{g.PID()} }
func (g *group) Kill() error  { return signalGroup(g.PID(), syscall.SIGKILL) }

func (g *group) Ask() error {
	if g.asked.Swap(true) {
		return nil
	}
	return signalGroup(g.PID(), syscall.SIGTERM)
}

func (g *group) Wait() (Exit, error) {
	<-g.ended
	return exitOf(g.cmd.ProcessState.Sys().(syscall.WaitStatus)), endGroup(g.PID(), g.Ask)
}

// endGroup ends what the leader of a group left behind: it asks, and then kills.
func endGroup(leader int, ask func() error) error {
	gone := func() bool { return !groupLives(leader) }
	if gone() {
		return nil
	}
	if ask() == nil && until(staysWithin, gone) {
		return nil
	}
	err := signalGroup(leader, syscall.SIGKILL)
	if until(goneWithin, gone) {
		return nil
	}
	return errors.Join(fmt.Errorf("process group %d: still alive", leader), err)
}

// signalGroup signals a whole group; one without members is fine.
func signalGroup(leader int, s syscall.Signal) error {
	err := syscall.Kill(-leader, s)
	if err == nil || errors.Is(err, syscall.ESRCH) {
		return nil
	}
	return fmt.Errorf("process group %d: %w", leader, os.NewSyscallError("kill", err))
}

func exitOf(s syscall.WaitStatus) Exit {
	if s.Signaled() {
		return Exit{Code: -1, Signal: s.Signal().String()}
	}
	return Exit{Code: s.ExitStatus()}
}
