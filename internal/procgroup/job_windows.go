package procgroup

import (
	"errors"
	"fmt"
	"os/exec"
	"sync"
	"syscall"
	"unsafe"

	"golang.org/x/sys/windows"
)

// job is a program in a Job Object: so is whatever it starts, and none can leave. The job ends with its handle, so
// that even if we are killed the system ends them all.
type job struct {
	cmd *exec.Cmd

	mu     sync.Mutex
	handle windows.Handle // 0 once nobody is left
}

// start starts cmd suspended, puts it into a job and lets it run: it cannot have started anything before.
func start(cmd *exec.Cmd, _ Options) (Group, error) {
	handle, err := newJob()
	if err != nil {
		return nil, err
	}
	flags := uint32(windows.CREATE_NEW_PROCESS_GROUP | windows.CREATE_SUSPENDED)
	if !haveConsole() {
		flags |= windows.CREATE_NO_WINDOW // a console of its own that nobody sees; else it shares ours
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{HideWindow: true, CreationFlags: flags}
	if err := cmd.Start(); err != nil {
		return nil, errors.Join(err, windows.CloseHandle(handle))
	}
	if err := release(cmd, handle); err != nil {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		return nil, errors.Join(err, windows.CloseHandle(handle))
	}
	return &job{cmd: cmd, handle: handle}, nil
}

// release puts the suspended program into the job and lets it run.
func release(cmd *exec.Cmd, job windows.Handle) error {
	var assigned error
	err := cmd.Process.WithHandle(func(process uintptr) {
		assigned = windows.AssignProcessToJobObject(job, windows.Handle(process))
	})
	if err := errors.Join(err, assigned); err != nil {
		return fmt.Errorf("job object: %w", err)
	}
	return resume(uint32(cmd.Process.Pid))
}

// newJob makes a job that ends its members when its last handle is closed. Children do not inherit the handle.
func newJob() (windows.Handle, error) {
	handle, err := windows.CreateJobObject(nil, nil)
	if err != nil {
		return 0, fmt.Errorf("job object: %w", err)
	}
	var limits windows.JOBOBJECT_EXTENDED_LIMIT_INFORMATION
	limits.BasicLimitInformation.LimitFlags = windows.JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE
	err = setInformation(handle, windows.JobObjectExtendedLimitInformation, uintptr(unsafe.Pointer(&limits)), uint32(unsafe.Sizeof(limits)))
	if err != nil {
		return 0, errors.Join(fmt.Errorf("job object: %w", err), windows.CloseHandle(handle))
	}
	return handle, nil
}

// resume lets the only thread of a suspended process run.
func resume(pid uint32) error {
	snapshot, err := windows.CreateToolhelp32Snapshot(windows.TH32CS_SNAPTHREAD, 0)
	if err != nil {
		return fmt.Errorf("threads: %w", err)
	}
	defer func() { _ = windows.CloseHandle(snapshot) }()
	entry := windows.ThreadEntry32{Size: uint32(unsafe.Sizeof(windows.ThreadEntry32{}))}
	err = windows.Thread32First(snapshot, &entry)
	for err == nil && entry.OwnerProcessID != pid {
		err = windows.Thread32Next(snapshot, &entry)
	}
	if err != nil {
		return fmt.Errorf("threads of process %d: %w", pid, err)
	}
	thread, err := windows.OpenThread(windows.THREAD_SUSPEND_RESUME, false, entry.ThreadID)
	if err != nil {
		return fmt.Errorf("thread of process %d: %w", pid, err)
	}
	defer func() { _ = windows.CloseHandle(thread) }()
	if _, err := windows.ResumeThread(thread); err != nil {
		return fmt.Errorf("thread of process %d: %w", pid, err)
	}
	return nil
}

func (j *job) PID() int { return j.cmd.Process.Pid }

// Roots are all processes of the job: parents may have ended. Where the system does not tell, it is the program.
func (j *job) Roots() []int {
	list := struct { // JOBOBJECT_BASIC_PROCESS_ID_LIST
		assigned, listed uint32
		pids             [512]uintptr
	}{}
	err := j.use(func(h windows.Handle) error {
		if h == 0 {
			return windows.ERROR_INVALID_HANDLE
		}
		return information(h, windows.JobObjectBasicProcessIdList, uintptr(unsafe.Pointer(&list)), uint32(unsafe.Sizeof(list)))
	})
	all := []int{j.PID()}
	if err != nil && !errors.Is(err, windows.ERROR_MORE_DATA) {
		return all
	}
	for _, pid := range list.pids[:min(int(list.listed), len(list.pids))] {
		if int(pid) != j.PID() {
			all = append(all, int(pid))
		}
	}
	return all
}

// ask presses Ctrl-Break for the program's group. Ctrl-C would not reach it: a new group ignores that.
func (j *job) Ask() error {
	return j.use(func(windows.Handle) error { return ctrlBreak(uint32(j.PID())) })
}

func (j *job) Kill() error {
	return j.use(func(h windows.Handle) error { return windows.TerminateJobObject(h, 1) })
}

// use runs do while the job's handle is valid; when nobody is left there is nothing to do.
func (j *job) use(do func(windows.Handle) error) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.handle == 0 {
		return nil
	}
	return do(j.handle)
}

func (j *job) Wait() (Exit, error) {
	_ = j.cmd.Wait() // what it says is in ProcessState
	end := Exit{Code: j.cmd.ProcessState.ExitCode()}
	var killed error
	if !until(staysWithin, j.empty) {
		killed = j.Kill()
	}
	empty := until(goneWithin, j.empty)
	err := j.use(func(h windows.Handle) error {
		j.handle = 0
		return windows.CloseHandle(h)
	})
	if empty {
		return end, nil
	}
	return end, errors.Join(fmt.Errorf("job of process %d: still alive", j.PID()), killed, err)
}

// accounting is JOBOBJECT_BASIC_ACCOUNTING_INFORMATION.
type accounting struct {
	totalUserTime, totalKernelTime, periodUserTime, periodKernelTime int64
	pageFaults, processes, activeProcesses, terminatedProcesses      uint32
}

// empty reports whether no process of the job is left.
func (j *job) empty() bool {
	var info accounting
	err := j.use(func(h windows.Handle) error {
		return information(h, windows.JobObjectBasicAccountingInformation, uintptr(unsafe.Pointer(&info)), uint32(unsafe.Sizeof(info)))
	})
	return err == nil && info.activeProcesses == 0
}

// setInformation and information take the address of a variable, which the line above each of them keeps where it is: else it
// could be moved with its goroutine's stack before Windows reads or writes it.
//
//go:uintptrescapes
func setInformation(job windows.Handle, class uint32, address uintptr, size uint32) error {
	_, err := windows.SetInformationJobObject(job, class, address, size)
	return err
}

//go:uintptrescapes
func information(job windows.Handle, class int32, address uintptr, size uint32) error {
	return windows.QueryInformationJobObject(job, class, address, size, nil)
}
