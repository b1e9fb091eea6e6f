package ports

import (
	"bytes"
	"os"
	"strconv"
	"time"
)

// tick is the unit of a process's time: the kernel tells it in hundredths of a second on every system.
const tick = 10 * time.Millisecond

func usageOf(pid int) (u Usage, ok bool) {
	stat, err := os.ReadFile(proc(pid, "stat"))
	if err != nil {
		return u, false
	}
	fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:]) // the name before may hold anything
	const user, system, resident = 11, 12, 21
	if len(fields) <= resident {
		return u, false
	}
	for _, at := range []int{user, system} {
		n, err := strconv.ParseInt(string(fields[at]), 10, 64)
		if err != nil {
			return u, false
		}
		u.CPU += time.Duration(n) * tick
	}
	pages, err := strconv.ParseInt(string(fields[resident]), 10, 64)
	u.Memory = pages * int64(os.Getpagesize())
	return u, err == nil
}
