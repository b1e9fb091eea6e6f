package ports

import (
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
)

var processMemory = windows.NewLazySystemDLL("kernel32.dll").NewProc("K32GetProcessMemoryInfo")

// memoryCounters is PROCESS_MEMORY_COUNTERS.
type memoryCounters struct {
	size           uint32
	faults         uint32
	peakWorkingSet uintptr
	workingSet     uintptr
	others         [6]uintptr
}

func usageOf(pid int) (u Usage, ok bool) {
	p, err := windows.OpenProcess(windows.PROCESS_QUERY_LIMITED_INFORMATION, false, uint32(pid))
	if err != nil {
		return u, false
	}
	defer windows.CloseHandle(p) //nolint:errcheck // there is nothing to be done
	var began, ended, system, user windows.Filetime
	if windows.GetProcessTimes(p, &began, &ended, &system, &user) != nil {
		return u, false
	}
	length := func(t windows.Filetime) time.Duration { // in hundreds of nanoseconds
		return time.Duration(int64(t.HighDateTime)<<32|int64(t.LowDateTime)) * 100
	}
	u.CPU = length(system) + length(user)
	c := memoryCounters{size: uint32(unsafe.Sizeof(memoryCounters{}))}
	if done, _, _ := processMemory.Call(uintptr(p), uintptr(unsafe.Pointer(&c)), uintptr(c.size)); done == 0 {
		return u, false
	}
	u.Memory = int64(c.workingSet)
	return u, true
}
