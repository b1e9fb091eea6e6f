package procgroup

import (
	"bytes"
	"os"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"
)

// Own makes a child the leader of a new process group, and has it killed when we die.
func Own() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// adoptOrphans makes this process the parent of all descendants whose own parents end.
func adoptOrphans() error { return unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) }

// groupLives reports whether the group has a member that is more than an entry nobody has read yet: with a first
// process that does not collect its orphans (a container's), those stay.
func groupLives(leader int) bool {
	alive := processes(func(_, _, group int) bool { return group == leader })
	return len(alive) > 0
}

// childrenOutside are our children that are not of the group, adopted ones among them.
func childrenOutside(leader int) []int {
	self := os.Getpid()
	return processes(func(_, parent, group int) bool { return parent == self && group != leader })
}

// processes lists the living processes that pick wants.
func processes(pick func(pid, parent, group int) bool) (pids []int) {
	proc, err := os.Open("/proc")
	if err != nil {
		return nil
	}
	defer proc.Close()
	names, _ := proc.Readdirnames(-1) // a process that ends meanwhile is no error
	for _, name := range names {
		pid, err := strconv.Atoi(name)
		if err != nil {
			continue
		}
		state, parent, group, ok := readStat(name)
		if ok && state != 'Z' && state != 'X' && pick(pid, parent, group) {
			pids = append(pids, pid)
		}
	}
	return pids
}

// readStat reads /proc/<pid>/stat: "pid (name) state parent group ...", where the name may hold anything.
func readStat(pid string) (state byte, parent, group int, ok bool) {
	stat, err := os.ReadFile("/proc/" + pid + "/stat")
	if err != nil {
		return 0, 0, 0, false
	}
	fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
	if len(fields) < 3 {
		return 0, 0, 0, false
	}
	parent, err1 := strconv.Atoi(string(fields[1]))
	group, err2 := strconv.Atoi(string(fields[2]))
	return fields[0][0], parent, group, err1 == nil && err2 == nil
}
