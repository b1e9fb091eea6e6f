package detector

import (
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"streamtray/app/testenv"
)

func TestAKeeperEndsWithItsWork(t *testing.T) {
	d := newDoor(t)
	a := started(t, theirs, launchOf(t, "hold:"+d.addr()))
	d.enter()
	if got := len(mentioning(d.addr())); got != 2 {
		t.Errorf("got %d processes, want 2: the app and its keeper", got)
	}
	if err := a.Stop(t.Context()); err != nil {
		t.Error(err)
	}
	if left := mentioning(d.addr()); len(left) > 0 {
		t.Errorf("still there: %v", left)
	}
}

func TestAKilledAgentLeavesNoKeeper(t *testing.T) {
	d := newDoor(t)
	agent := exec.Command(self(t), "child", "agent:kept,"+d.addr())
	if err := agent.Start(); err != nil {
		t.Fatal(err)
	}
	for range 3 { // the agent, its app, the app's child
		d.enter()
	}
	agent.Process.Kill()
	agent.Wait()
	if !until(patience, func() bool { return len(mentioning(d.addr())) == 0 }) {
		t.Errorf("still there: %v", mentioning(d.addr()))
	}
}

// Without a keeper it is promised for the app alone that it dies with us.
func TestAKilledAgentWithoutAKeeperLeavesNoApp(t *testing.T) {
	d := newDoor(t)
	agent := exec.Command(self(t), "child", "agent:alone,"+d.addr())
	if err := agent.Start(); err != nil {
		t.Fatal(err)
	}
	guests := []*guest{d.enter(), d.enter(), d.enter()}
	app := slices.IndexFunc(guests, func(g *guest) bool { return slices.Contains(commandLine(g.pid), "spawn:"+d.addr()+",ignore") })
	if app < 0 {
		t.Fatal("none of them is the app")
	}
	agent.Process.Kill()
	agent.Wait()
	guests[app].gone("the app")
	for i, g := range guests {
		if i != app && g.pid != agent.Process.Pid { // the app's child
			syscall.Kill(g.pid, syscall.SIGKILL)
			g.gone("its child")
		}
	}
}

// A program that leaves the group, as ffmpeg in a session of its own does, is still the app's.
func TestAKeeperFindsThoseWhoLeftTheGroup(t *testing.T) {
	for _, flags := range []string{",session", ",session,ignore"} {
		d := newDoor(t)
		l := launchOf(t, "spawn:"+d.addr()+flags, "hold:"+d.addr())
		l.Grace = 50 * time.Millisecond
		a := started(t, theirs, l)
		one, two := d.enter(), d.enter()
		if err := a.Stop(t.Context()); err != nil {
			t.Error(err)
		}
		one.gone("one")
		two.gone("the other")
	}
}

func TestAKilledKeeperIsNoticedAndItsAppEnded(t *testing.T) {
	d := newDoor(t)
	a := started(t, theirs, launchOf(t, "spawn:"+d.addr(), "hold:"+d.addr()))
	one, two := d.enter(), d.enter()
	kill(t, parent(t, a.current().group.PID()))
	one.gone("one")
	two.gone("the other")
	ends(t, a)
	wantFault(t, a.Alive(t.Context()), "detector.killed", true, map[string]any{"Signal": "killed"})
}

// Those who had left the app's group outlived a keeper that was killed.
func TestAKilledKeeperLeavesNobody(t *testing.T) {
	d := newDoor(t)
	l := launchOf(t, "spawn:"+d.addr()+",session,ignore", "spawn:"+d.addr()+",ignore", "hold:"+d.addr())
	l.Mark, l.Grace = t.Name(), 50*time.Millisecond
	a := started(t, theirs, l)
	guests := []*guest{d.enter(), d.enter(), d.enter()}
	kill(t, parent(t, a.current().group.PID()))
	for _, g := range guests {
		g.gone("one of them")
	}
	ends(t, a)
}

// After the agent and the keeper had both been killed, what they left held the app's port: the next start failed for good.
func TestTheNextStartEndsWhatTheOneBeforeLeft(t *testing.T) {
	for name, start := range map[string]func(*testing.T, Launch){
		"start": func(t *testing.T, l Launch) { started(t, theirs, l) },
		"stop": func(t *testing.T, l Launch) {
			if err := l.EndLeftover(t.Context()); err != nil {
				t.Error(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDoor(t)
			agent := exec.Command(self(t), "child", "agent:marked,"+d.addr())
			if err := agent.Start(); err != nil {
				t.Fatal(err)
			}
			guests := []*guest{d.enter(), d.enter(), d.enter()} // the agent, its app, the app's child
			app := slices.IndexFunc(guests, func(g *guest) bool { return slices.Contains(commandLine(g.pid), "spawn:"+d.addr()+",session,ignore") })
			if app < 0 {
				t.Fatal("none of them is the app")
			}
			keeper := parent(t, guests[app].pid)
			kill(t, agent.Process.Pid)
			kill(t, keeper)
			_ = agent.Wait() // killed: its error says so
			l := launchOf(t)
			l.Mark, l.Grace = markOf(d.addr()), 50*time.Millisecond
			start(t, l)
			for _, g := range guests {
				if g.lives() {
					t.Errorf("process %d lives on", g.pid)
				}
			}
		})
	}
}

// An agent that was killed a moment ago has a keeper that is at its work still: the next start waits for that.
func TestTheNextStartWaitsForTheKeeperOfTheOneBefore(t *testing.T) {
	d := newDoor(t)
	agent := exec.Command(self(t), "child", "agent:slow,"+d.addr())
	if err := agent.Start(); err != nil {
		t.Fatal(err)
	}
	guests := []*guest{d.enter(), d.enter(), d.enter()}
	kill(t, agent.Process.Pid)
	_ = agent.Wait() // killed: its error says so
	l := launchOf(t)
	l.Mark, l.Grace = markOf(d.addr()), 2*patience // its own, which the keeper needs nothing of
	began := time.Now()
	started(t, theirs, l)
	if took := time.Since(began); took > patience {
		t.Errorf("waited for %v, want about the grace of half a second", took)
	}
	for _, g := range guests {
		if g.lives() {
			t.Errorf("process %d lives on", g.pid)
		}
	}
}

func TestAnAppThatIsKilledIsToldFromOneThatExits(t *testing.T) {
	for _, keeper := range []string{"", self(t)} {
		d := newDoor(t)
		l := launchOf(t, "hold:"+d.addr())
		l.Keeper = keeper
		a := started(t, theirs, l)
		syscall.Kill(d.enter().pid, syscall.SIGKILL)
		ends(t, a)
		wantFault(t, a.Alive(t.Context()), "detector.killed", true, map[string]any{"Signal": "killed"})
	}
}

func TestAProgramThatIsNoKeeperIsNotWaitedForForEver(t *testing.T) {
	l := launchOf(t)
	l.Keeper = "/bin/true"
	if _, err := os.Stat(l.Keeper); err != nil {
		testenv.Of(t, err)
	}
	a := New(theirs)
	wantFault(t, a.Start(t.Context(), l), "detector.start_failed", false, nil)
}

// mentioning lists the living processes other than ours that have text in their command line.
func mentioning(text string) []int {
	var pids []int
	entries, _ := os.ReadDir("/proc")
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err == nil && pid != os.Getpid() && strings.Contains(strings.Join(commandLine(pid), " "), text) {
			pids = append(pids, pid)
		}
	}
	return pids
}

// parent is the process that a process is a child of.
func parent(t *testing.T, pid int) int {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	var ppid int
	_, after, _ := strings.Cut(string(status), "\nPPid:")
	if _, err := fmt.Sscan(after, &ppid); err != nil {
		t.Fatal(err)
	}
	return ppid
}

func kill(t *testing.T, pid int) {
	t.Helper()
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
}

func commandLine(pid int) []string {
	line, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	return strings.Split(string(line), "\x00")
}
