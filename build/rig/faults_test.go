//go:build rig && linux

package rig

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	broker "streamtray/kafka"
)

var (
	update = flag.Bool("update", false, "write down what the matrix of faults has measured")
	slowly = flag.Bool("slow", false, "try the slow faults of the matrix too")
	only   = flag.String("faults", "", "try only the faults whose names match this")
)

// Where the matrix' Kafka is, where nobody is, and the app's page.
const (
	faultyKafka  = "127.0.0.1:19296"
	faultyNobody = "127.0.0.1:19299"
	faultyPage   = "127.0.0.1:19280"
	faultyBroker = clusterProject + "-kafka-1"
)

// ordeal is one fault: do brings it about, and undo, if there is one, is the healing.
type ordeal struct{ do, undo func() }

// matrix is the project that goes through all of them, one after the other.
type matrix struct {
	situations
	told map[string]Measure

	mu    sync.Mutex
	acked []int // what Kafka told an independent producer that it has
}

// Intent: whatever happens to a project that streams, the person in front of it sees it, it heals by what the matrix says,
// both within the times that the matrix says, and no record that Kafka acknowledged is lost.
func TestEveryFaultIsSeenAndHealed(t *testing.T) {
	wanted, err := regexp.Compile(*only)
	if err != nil {
		t.Fatal(err)
	}
	said, err := Measures()
	if err != nil {
		t.Fatal(err)
	}
	m := newMatrix(t)
	m.told = said
	ordeals := m.ordeals()
	for _, group := range Faults() {
		for _, f := range group.Faults {
			o, known := ordeals[f.Name]
			delete(ordeals, f.Name)
			switch {
			case f.Test != "":
			case !known:
				t.Errorf("%s: nobody brings it about", f.Name)
			case f.Slow && !*slowly || !wanted.MatchString(f.Name):
			default:
				m.goesThrough(f, o)
			}
		}
	}
	for name := range ordeals {
		t.Errorf("%s is not in the list", name)
	}
	m.nothingIsLost()
	m.end()
}

func newMatrix(t *testing.T) *matrix {
	t.Helper()
	m := &matrix{situations: situations{clusterStand: newComposeStand(t, os.DirFS("testdata/faults"))}}
	m.kafka = faultyKafka
	m.edit("streamtray.yaml", "PYTHON", here.Python)
	app, err := os.ReadFile("testdata/situations/app.py")
	m.must(err)
	m.lay("app.py", string(app))
	m.lay(".env", "STREAM=false\n")
	m.say(m.well())
	m.upAgain()
	m.inBroker("kafka-topics", "--bootstrap-server", "kafka:29092", "--create", "--topic", "kept") // nothing of the project's
	m.produce()
	return m
}

// inBroker runs a program in the broker's container.
func (m *matrix) inBroker(args ...string) string {
	m.Helper()
	return m.docker(append([]string{"exec", faultyBroker}, args...)...)
}

// well is what the app is told to be between the faults.
func (m *matrix) well() map[string]any { return client("confluent", "send", faultyKafka) }

// upAgain has the project kept in the background, and waits until it streams.
func (m *matrix) upAgain() {
	m.Helper()
	m.ok("up", "--project", m.project, "--trust", "--detach", "--until", "streaming")
}

// produce starts the independent producer, and waits for its first record.
func (m *matrix) produce() {
	m.Helper()
	p := exec.Command(here.Python, "testdata/faults/acked.py", faultyKafka, "kept")
	p.Env = m.env
	in, err := p.StdinPipe()
	m.must(err)
	out, err := p.StdoutPipe()
	m.must(err)
	m.must(p.Start())
	done := make(chan struct{})
	go func() {
		defer close(done)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if n, err := strconv.Atoi(lines.Text()); err == nil {
				m.mu.Lock()
				m.acked = append(m.acked, n)
				m.mu.Unlock()
			}
		}
	}()
	m.Cleanup(func() {
		_ = in.Close()
		_ = p.Process.Kill()
		<-done
		_ = p.Wait()
	})
	m.moreIsAcknowledged()
}

// known are the records that were acknowledged so far.
func (m *matrix) known() []int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.acked
}

func (m *matrix) moreIsAcknowledged() {
	m.Helper()
	before := len(m.known())
	m.eventually(fromNil, "the independent producer's records are acknowledged", func() (bool, string) {
		n := len(m.known())
		return n > before+3, fmt.Sprint(n)
	})
}

// held is how many records of the app Kafka has; none while it cannot be asked.
func (m *matrix) held() (n int64) {
	k := &broker.Cluster{Bootstrap: []string{faultyKafka}}
	counts, err := k.Counts(m.Context(), []string{"faults"})
	if err != nil {
		return 0
	}
	for _, o := range counts["faults"] {
		n += o.Latest - o.Earliest
	}
	return n
}

// nothingIsLost reads all that was acknowledged.
func (m *matrix) nothingIsLost() {
	m.Helper()
	acked := m.known()
	there := map[int]bool{}
	for _, r := range m.records("kept") {
		there[int(r.Value["n"].(float64))] = true
	}
	lost := 0
	for _, n := range acked {
		if !there[n] {
			lost++
		}
	}
	if lost > 0 || len(acked) == 0 {
		m.Errorf("%d of %d acknowledged records are lost", lost, len(acked))
	}
}

// goesThrough brings the fault about, and looks how it is seen and healed.
func (m *matrix) goesThrough(f Fault, o ordeal) {
	m.Helper()
	var now Measure
	var seen, healed time.Duration
	o.do()
	began := time.Now()
	if f.Phase == "" {
		m.streamsOn(f)
	} else if took, ok := m.see(began, f.Phase, f.Says); ok {
		seen = took
		now.En, now.Zh = m.headlines()
		m.Logf("%-16s %s after %.1f s: %s | %s", f.Name, f.Phase, took.Seconds(), now.En, now.Zh)
	} else {
		m.Errorf("%s: %s %q is not seen", f.Name, f.Phase, f.Says)
	}
	if o.undo != nil {
		began = time.Now()
		o.undo()
	}
	if f.Phase != "" || f.By == Command {
		took, ok := m.see(began, "streaming", "")
		if !ok {
			m.Errorf("%s: it is not healed", f.Name)
			_ = m.start("down", "--project", m.project, "--trust", "--all").exit(fromNil)
			m.upAgain()
			return
		}
		healed = m.settles(began.Add(took)).Sub(began)
		m.Logf("%-16s healed after %.1f s", f.Name, healed.Seconds())
	}
	m.moreIsAcknowledged()
	m.nothingIsLost()
	m.holds(f, now, seen, healed)
}

// seenWithin ends the wait for what does not come.
const seenWithin = 90 * time.Second

// see looks until the phase is shown with these words, and says how long after it was.
func (m *matrix) see(began time.Time, phase, says string) (took time.Duration, ok bool) {
	m.Helper()
	for until := time.Now().Add(seenWithin); time.Now().Before(until); {
		if now, text := m.status(); (now == phase || now == "" && phase == unanswered) && strings.Contains(text, says) {
			return time.Since(began), true
		}
		time.Sleep(100 * time.Millisecond) // between two looks
	}
	_, text := m.status()
	m.Log(text)
	return 0, false
}

// unanswered is the phase of a fault where not the project's state is told, but why it cannot be.
const unanswered = "error"

// volatile is what a headline has of its own in each run.
var volatile = regexp.MustCompile(`(process|进程) ?\d+`)

// headlines are the first lines of what is shown, of one moment.
func (m *matrix) headlines() (en, zh string) {
	m.Helper()
	for range 5 {
		before, text := m.headline("en")
		after, same := m.headline("zh")
		if before == after {
			return text, same
		}
	}
	m.Error("the phase is another one at each look")
	return "", ""
}

func (m *matrix) headline(lang string) (phase, text string) {
	m.Helper()
	program, err := here.program()
	m.must(err)
	cmd := exec.CommandContext(m.Context(), program, "status", "--project", m.project, "--json", "--lang", lang)
	cmd.Env = m.env
	out, _ := cmd.Output() // its exit code says whether it is green
	var is struct{ Phase, Headline, Text string }
	m.must(json.Unmarshal(out, &is))
	if is.Headline == "" {
		is.Headline = is.Text
	}
	return is.Phase, volatile.ReplaceAllString(strings.ReplaceAll(is.Headline, m.home, "…"), "$1 …")
}

// streamsOn claims that it is shown as streaming while the app sends some more.
func (m *matrix) streamsOn(f Fault) {
	m.Helper()
	before := m.held()
	m.eventually(fromNil, f.Name+": records go on", func() (bool, string) {
		if phase, text := m.status(); phase != "streaming" {
			m.Errorf("%s: %s", f.Name, text)
			return true, ""
		}
		n := m.held()
		return n > before+20, fmt.Sprintf("%d, %d before", n, before)
	})
	m.Logf("%-16s it streams on", f.Name)
}

// settles waits until what was well is still so, and says since when it is: what is broken may be shown a moment later, and
// a fault that comes back would be taken for the next one.
func (m *matrix) settles(since time.Time) time.Time {
	m.Helper()
	return m.staysWell(since, within/2)
}

// staysWell waits until it is well for so long, and says since when it is.
func (m *matrix) staysWell(since time.Time, long time.Duration) time.Time {
	m.Helper()
	m.eventually(fromNil, "it stays well", func() (bool, string) {
		phase, text := m.status()
		if phase != "streaming" {
			since = time.Now()
		}
		return time.Since(since) > long, text
	})
	return since
}

// holds claims that it was no slower than the matrix says, or writes down what it was.
func (m *matrix) holds(f Fault, now Measure, seen, healed time.Duration) {
	m.Helper()
	said, known := m.told[f.Name]
	switch {
	case *update:
		now.Seen, now.Healed = roundedUp(seen), roundedUp(healed)
		m.told[f.Name] = now
		text, err := json.MarshalIndent(m.told, "", "  ")
		m.must(err)
		m.must(os.WriteFile("faults.json", append(text, '\n'), 0o644))
	case !known:
		m.Errorf("%s: its figures are not written down: go run ./build faults", f.Name)
	case seen.Seconds() > float64(said.Seen) || healed.Seconds() > float64(said.Healed):
		m.Errorf("%s: seen after %v, healed after %v; the matrix says within %d s and %d s", f.Name, seen, healed, said.Seen, said.Healed)
	}
}

// roundedUp is a time in whole seconds, with half as much again for a busier machine, and so that most runs give the same.
func roundedUp(d time.Duration) int {
	if d == 0 {
		return 0
	}
	for _, s := range []int{5, 10, 20, 30, 60, 120} {
		if d*3/2 <= time.Duration(s)*time.Second {
			return s
		}
	}
	return 180
}

// act has the app do one thing.
func (m *matrix) act(what string) {
	m.Helper()
	m.lay("act.new", what)
	m.must(os.Rename(filepath.Join(m.project, "act.new"), filepath.Join(m.project, "act")))
}

// killApp ends the app's own process at once.
func (m *matrix) killApp() { m.signal(syscall.SIGKILL) }

// takes listens at an address as soon as it can.
func (m *matrix) takes(address string) net.Listener {
	m.Helper()
	var l net.Listener
	m.eventually(soon, "another program has "+address, func() (bool, string) {
		var err error
		l, err = net.Listen("tcp", address)
		return err == nil, fmt.Sprint(err)
	})
	return l
}

// moved renames a file or folder of the stand.
func (m *matrix) moved(from, to string) {
	m.Helper()
	m.must(os.Rename(from, to))
}

// run runs a program of the system's.
func (m *matrix) run(args ...string) {
	m.Helper()
	_, err := here.output(m.Context(), args...)
	m.must(err)
}

// ordeals say how each fault is brought about.
func (m *matrix) ordeals() map[string]ordeal {
	file := func(name string) string { return filepath.Join(m.project, name) }
	product := func(args ...string) []string { return append(args, "--project", m.project, "--trust") }
	order := func(role, address string) ordeal {
		return ordeal{func() { m.say(client("confluent", role, address)) }, func() { m.say(m.well()) }}
	}
	yaml, err := os.ReadFile(file("streamtray.yaml"))
	m.must(err)
	var held net.Listener
	latency := m.slowLine(500 * time.Millisecond)
	return map[string]ordeal{
		"app-killed": {do: m.killApp},
		"app-exit":   {do: func() { m.act("exit") }},
		"app-fork":   {do: func() { m.act("fork") }},
		"app-memory": {do: func() { m.act("eat") }},
		"app-flood":  {do: func() { m.act("flood") }},
		"app-hang":   {func() { m.signal(syscall.SIGSTOP) }, func() { m.signal(syscall.SIGCONT) }},
		"app-stubborn": {do: func() {
			m.act("ignore")
			m.eventually(soon, "it ignores", func() (bool, string) { _, err := os.Stat(file("act")); return errors.Is(err, os.ErrNotExist), "" })
			m.start(product("restart")...)
		}},
		"app-toggled": {func() {
			off := m.start(product("up", "--streaming=off")...)
			m.killApp()
			off.exit(fromNil)
		}, func() { m.start(product("up", "--streaming=on")...) }},
		"app-port": {func() {
			m.lay("ends", "")
			m.killApp()
			held = m.takes(faultyPage)
			m.must(os.Remove(file("ends")))
		}, func() { held.Close() }},
		"app-loop": {func() {
			m.lay("ends", "")
			m.killApp()
		}, func() { m.must(os.Remove(file("ends"))) }},
		"app-address": order("send", faultyNobody),
		"app-ipv6":    order("send", "[::1]:19296"),
		"app-large":   order("big", faultyKafka),

		"yaml-broken":     {func() { m.lay("streamtray.yaml", "version: 1\nname: [oo") }, func() { m.lay("streamtray.yaml", string(yaml)) }},
		"compose-removed": {func() { m.moved(file("compose.yaml"), file("away")) }, func() { m.moved(file("away"), file("compose.yaml")) }},
		"folder-renamed": {func() {
			m.moved(m.project, m.project+"-2")
			m.killApp()
		}, func() { m.moved(m.project+"-2", m.project) }},
		"env-locked": {func() {
			m.run("mount", "--bind", file(".env"), file(".env"))
			m.Cleanup(func() { _ = syscall.Unmount(file(".env"), syscall.MNT_DETACH) })
			m.run("mount", "-o", "remount,bind,ro", file(".env"))
			m.start(product("up", "--streaming=off")...)
		}, func() {
			m.run("umount", file(".env"))
			m.start(product("up", "--streaming=on")...)
		}},
		"project-full": m.projectFull(),
		"disk-full":    m.diskFull(),

		"paused":  {func() { m.docker("pause", faultyBroker) }, func() { m.docker("unpause", faultyBroker) }},
		"renamed": {func() { m.docker("rename", faultyBroker, "renamed-by-hand") }, func() { m.docker("rename", "renamed-by-hand", faultyBroker) }},
		"killed":  {do: func() { m.docker("kill", faultyBroker) }},
		"stopped": {do: func() { m.docker("stop", faultyBroker) }},
		"removed": {do: func() { m.docker("rm", "--force", faultyBroker) }},
		"port-meanwhile": {func() {
			m.docker("stop", faultyBroker)
			held = m.takes(faultyKafka)
			go hold(held)
		}, func() { held.Close() }},
		"unplugged": {
			func() { m.docker("network", "disconnect", "--force", clusterProject+"_default", faultyBroker) },
			func() { m.docker("network", "connect", clusterProject+"_default", faultyBroker) },
		},

		"broker-hung": {func() { m.docker("kill", "--signal", "STOP", faultyBroker) }, func() { m.docker("kill", "--signal", "CONT", faultyBroker) }},
		"topic-deleted": {do: func() {
			m.run(here.Python, "-c", `import sys; from confluent_kafka.admin import AdminClient
admin = AdminClient({"bootstrap.servers": sys.argv[1]})
admin.delete_topics([sys.argv[2]])[sys.argv[2]].result()`, faultyKafka, "faults")
		}},
		"loss":    m.loss(0.2),
		"latency": {func() { latency.do(); m.settles(time.Now()) }, func() { latency.undo(); m.settles(time.Now()) }},
		"slow":    m.slowLine(5 * time.Second),

		"agent-twice": {do: func() {
			if code := m.start(product("up")...).exit(fromNil); code != 0 {
				m.Errorf("the second start: exit code %d", code)
			}
		}},
		"agent-asleep": {do: func() {
			m.signalKeeper(syscall.SIGSTOP)
			time.Sleep(3 * time.Second) // it is how long it sleeps
			m.signalKeeper(syscall.SIGCONT)
		}},
		"agent-killed": {do: m.killAgent, undo: m.upAgain},
		"agent-killed-starting": {do: func() {
			m.killApp()
			if _, ok := m.see(time.Now(), "degraded", ""); !ok {
				m.Error("the app's end is not seen")
			}
			m.killAgent()
		}, undo: m.upAgain},
		"agent-killed-each": {do: m.killAtEachStep, undo: m.upAgain},

		"engine-frozen": {func() { m.signalEngine(syscall.SIGSTOP) }, func() { m.signalEngine(syscall.SIGCONT) }},
		"engine-down":   {func() { m.must(here.StopEngine(m.Context())) }, func() { m.must(here.StartEngine(m.Context())) }},
	}
}

// killAgent ends who keeps the project; the app must end with it.
func (m *matrix) killAgent() {
	m.Helper()
	m.signalKeeper(syscall.SIGKILL)
	m.eventually(soon, "the app ends with its keeper", func() (bool, string) {
		left := m.app()
		return len(left) == 0, lines(left)
	})
}

// killAtEachStep stops all and starts anew, as often as there are steps: each time it is killed when one more was looked at or begun,
// and the last time when all is well.
func (m *matrix) killAtEachStep() {
	m.Helper()
	m.end()
	for many, well := 1, false; !well; many++ {
		m.ok("down", "--project", m.project, "--trust", "--all")
		up := m.up()
		begun := map[string]bool{}
		well = up.awaits(fromNil, fmt.Sprintf("%d steps are come to", many), 0, func(e event) bool {
			if e.Step != "" && e.Kind != "planned" {
				begun[e.Step] = true
			}
			return len(begun) == many || e.Phase == "streaming"
		}).Phase == "streaming"
		m.must(up.cmd.Process.Kill())
		up.exit(soon)
		m.eventually(soon, "the app ends with its keeper", func() (bool, string) {
			left := m.app()
			return len(left) == 0, lines(left)
		})
		m.Logf("killed at step %d", len(begun))
	}
}

// signalKeeper goes to the process that keeps the project.
func (m *matrix) signalKeeper(what syscall.Signal) {
	m.Helper()
	m.must(syscall.Kill(m.keeper(), what))
}

// loss has a share of the packets to the broker be lost.
func (m *matrix) loss(share float64) ordeal {
	rule := func(how string) {
		_, err := here.output(context.WithoutCancel(m.Context()), "iptables", "-w", how, "INPUT", "-p", "tcp", "--dport", "19296",
			"-m", "statistic", "--mode", "random", "--probability", fmt.Sprint(share), "-j", "DROP")
		m.must(err)
	}
	lossy := false
	end := func() {
		if lossy {
			rule("-D")
		}
		lossy = false
	}
	return ordeal{func() {
		m.Cleanup(end)
		rule("-A")
		lossy = true
	}, end}
}

// projectFull has the project on a disk that is full when its .env file is to be written.
func (m *matrix) projectFull() ordeal {
	filler := filepath.Join(m.project, "filler")
	return ordeal{func() {
		m.end()
		kept := m.project + "-kept"
		m.run("cp", "-a", m.project, kept)
		m.run("mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", m.project)
		m.Cleanup(func() { _ = syscall.Unmount(m.project, syscall.MNT_DETACH) })
		m.run("cp", "-a", kept+"/.", m.project)
		m.upAgain()
		m.fill(filler)
		m.start("up", "--streaming=off", "--project", m.project, "--trust")
	}, func() {
		m.must(os.Remove(filler))
		m.start("up", "--streaming=on", "--project", m.project, "--trust")
	}}
}

// fill takes what is left of a disk.
func (m *matrix) fill(file string) {
	m.Helper()
	f, err := os.Create(file)
	m.must(err)
	defer f.Close()
	if _, err := io.Copy(f, zeroes{}); !errors.Is(err, syscall.ENOSPC) {
		m.Fatal(err)
	}
}

// diskFull has StreamTray keep its own files on a disk that is full. It has to begin anew there.
func (m *matrix) diskFull() ordeal {
	person := filepath.Join(m.home, "person")
	return ordeal{func() {
		m.must(os.MkdirAll(person, 0o700))
		m.end()
		m.run("mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", person)
		m.Cleanup(func() { _ = syscall.Unmount(person, syscall.MNT_DETACH) })
		m.upAgain()
		m.fill(filepath.Join(person, "full"))
		m.act("flood") // its lines would be written there
	}, func() {
		m.end()
		m.eventually(soon, "whoever kept the project has ended", func() (bool, string) { // quit answers a moment before
			err := syscall.Unmount(person, 0)
			return err == nil, fmt.Sprint(err)
		})
		m.upAgain()
	}}
}

type zeroes struct{}

func (zeroes) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func (m *matrix) signalEngine(what syscall.Signal) {
	m.Helper()
	if !here.OwnsEngine() {
		m.Skip("this machine's engine is not the rig's to freeze")
	}
	pid, err := here.enginePID()
	m.must(err)
	m.must(syscall.Kill(pid, what))
}
