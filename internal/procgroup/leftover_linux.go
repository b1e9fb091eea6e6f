package procgroup

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"syscall"
	"time"
)

// Leftover lists the living processes with a mark, or that someone gave to a program started with it: those of a run
// whose keeper, or whose every keeper, was killed. We and those who started us are not among them. An empty mark is
// nobody's.
func Leftover(mark string) []int {
	if mark == "" {
		return nil
	}
	line := forebears()
	return processes(func(pid, _, _ int) bool { return !slices.Contains(line, pid) && marked(pid, mark) })
}

// EndLeftover ends those whom Leftover lists and returns when nobody is left: at once if there is nobody. They are asked,
// unless a keeper is among them, which does so itself, and killed after the grace or when ctx ends. The error says who
// would not go.
//
// Nobody adopts what a killed keeper leaves: the program that started the keeper could only as a subreaper, and would then
// have to wait for strangers (helpers of docker that go their own way) beside its own children, whom package os/exec waits
// for. So a process that both left its session and cleared its environment outlives a keeper that was killed outright; what
// ends in any other way takes it along.
func EndLeftover(ctx context.Context, mark string, grace time.Duration) error {
	known := map[int]bool{}
	look := func() []int { // one that ends has no environment any more, and what it held is not free yet
		for _, pid := range Leftover(mark) {
			known[pid] = true
		}
		maps.DeleteFunc(known, func(pid int, _ bool) bool { return ended(pid) })
		return slices.Collect(maps.Keys(known))
	}
	left := look()
	if len(left) == 0 {
		return nil
	}
	if !slices.ContainsFunc(left, isKeeper) {
		signalAll(left, syscall.SIGTERM)
	} else {
		grace += goneWithin // it asks, waits for its own grace, and kills
	}
	gone := func() bool { return len(look()) == 0 }
	if until(grace, func() bool { return ctx.Err() != nil || gone() }) && gone() {
		return nil
	}
	// Who is killed may have started another one in the meantime.
	if until(goneWithin, func() bool {
		left = look()
		signalAll(left, syscall.SIGKILL)
		return len(left) == 0
	}) {
		return nil
	}
	return fmt.Errorf("processes of a run before: still alive: %v", left)
}

func signalAll(pids []int, s syscall.Signal) {
	for _, pid := range pids {
		_ = syscall.Kill(pid, s) // who is gone meanwhile needs none
	}
}

// ended reports whether a process has ended, and let go of all that it held: with the last of its threads.
func ended(pid int) bool {
	threads := fmt.Sprintf("%d/task", pid)
	all, err := os.ReadDir("/proc/" + threads)
	return err != nil || !slices.ContainsFunc(all, func(t os.DirEntry) bool {
		state, _, _, ok := readStat(threads + "/" + t.Name())
		return ok && state != 'Z' && state != 'X'
	})
}

// marked reports whether a process has the mark in its environment, as it was when its program was started.
func marked(pid int, mark string) bool {
	env, err := os.ReadFile(fmt.Sprintf("/proc/%d/environ", pid))
	if err != nil { // gone, or another user's
		return false
	}
	entry := []byte(markVariable + "=" + mark)
	return slices.ContainsFunc(bytes.Split(env, []byte{0}), func(kv []byte) bool { return bytes.Equal(kv, entry) })
}

// isKeeper reports whether a process was started by keeperWord.
func isKeeper(pid int) bool {
	line, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	args := bytes.Split(line, []byte{0})
	return err == nil && len(args) > 1 && string(args[1]) == keeperWord
}

// forebears are this process, the one that started it, and so on.
func forebears() []int {
	var line []int
	for pid := os.Getpid(); pid > 0; {
		line = append(line, pid)
		_, parent, _, ok := readStat(strconv.Itoa(pid))
		if !ok {
			break
		}
		pid = parent
	}
	return line
}
