package docker

import (
	"os/exec"
	"syscall"
	"unsafe"

	"golang.org/x/sys/windows"
)

// family is a process and its children: a process group of the console, in a job that ends with us.
type family struct {
	leader uint32
	job    windows.Handle
}

// start leaves the child our console, if there is one, as only that allows a polite interrupt; a console of its own
// stays hidden.
func start(cmd *exec.Cmd) (family, error) {
	cmd.SysProcAttr = &syscall.SysProcAttr{HideWindow: true, CreationFlags: windows.CREATE_NEW_PROCESS_GROUP}
	job, err := newJob()
	if err != nil {
		return family{}, err
	}
	if err := cmd.Start(); err != nil {
		_ = windows.CloseHandle(job)
		return family{}, err
	}
	f := family{uint32(cmd.Process.Pid), job} //nolint:gosec // a process id is 32 bits wide
	f.adopt()
	return f, nil
}

func newJob() (windows.Handle, error) {
	job, err := windows.CreateJobObject(nil, nil)
	if err != nil {
		return 0, err
	}
	var info windows.JOBOBJECT_EXTENDED_LIMIT_INFORMATION
	info.BasicLimitInformation.LimitFlags = windows.JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE
	_, err = windows.SetInformationJobObject(job, windows.JobObjectExtendedLimitInformation,
		uintptr(unsafe.Pointer(&info)), uint32(unsafe.Sizeof(info)))
	if err != nil {
		_ = windows.CloseHandle(job)
		return 0, err
	}
	return job, nil
}

// adopt puts the leader into the job. One that has ended already needs none.
func (f family) adopt() {
	h, err := windows.OpenProcess(windows.PROCESS_SET_QUOTA|windows.PROCESS_TERMINATE, false, f.leader)
	if err != nil {
		return
	}
	_ = windows.AssignProcessToJobObject(f.job, h)
	_ = windows.CloseHandle(h)
}

// interrupt works where the family shares our console; a program without one can only kill.
func (f family) interrupt() {
	if windows.GenerateConsoleCtrlEvent(windows.CTRL_BREAK_EVENT, f.leader) != nil {
		f.kill()
	}
}

func (f family) kill()  { _ = windows.TerminateJobObject(f.job, 1) }
func (f family) close() { _ = windows.CloseHandle(f.job) }
