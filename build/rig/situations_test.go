//go:build rig && linux

package rig

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	broker "streamtray/kafka"
)

// Where the situations' Kafka is, what is none or another one, and the app's page.
const (
	situatedKafka  = "127.0.0.1:19196"
	situatedLogin  = "127.0.0.1:19197"
	situatedNobody = "127.0.0.1:19199"
	situatedOther  = "127.0.0.1:29092"
	situatedPage   = "127.0.0.1:19180"
)

// within is how soon the phase must be right. A broker that was killed is given the time until it answers.
const within = SituationsWithin * time.Second

// asking is what a busy machine may add to that, by asking for the state late.
const asking = time.Second

// situations go through the list. What a situation needs is told by its name.
type situations struct {
	clusterStand
	left []Situation
}

// Intent: beside a real broker and with real clients, the phase must be right within five seconds of each thing that
// happens to an app, when it becomes true as when it becomes false.
func TestThePhaseIsRightInEverySituation(t *testing.T) {
	s := &situations{clusterStand: newComposeStand(t, os.DirFS("testdata/situations")), left: Situations()}
	s.lay("jaas.conf", brokerLogin)
	clients := s.clients()
	s.env = append(s.env, "PYTHONPATH="+clients, "LOGIN_USER=rig", "LOGIN_PASSWORD=rig-login")
	s.docker("compose", "--project-name", clusterProject, "--file", filepath.Join(s.project, "compose.yaml"), "up", "--detach")
	s.answers()

	s.inOneRun()
	s.inANetworkOfItsOwn()
	s.startedByHand()
	s.withALogin()
	if len(s.left) > 0 {
		t.Errorf("not gone through: %v", s.left)
	}
}

// clients is a folder with the Python clients that the sample does not use.
func (s *situations) clients() string {
	s.Helper()
	pins, err := os.ReadFile("testdata/situations/requirements.txt")
	s.must(err)
	dir, err := Cached(s.Context(), "clients", digest(pins, []byte(here.Python)), func(dir string) error {
		_, err := here.output(s.Context(), here.Python, "-m", "pip", "install", "--quiet", "--target", dir, "-r", "testdata/situations/requirements.txt")
		return err
	})
	s.must(err)
	return dir
}

// answers waits until the broker does.
func (s *situations) answers() {
	s.Helper()
	k := &broker.Cluster{Bootstrap: []string{situatedKafka}}
	s.eventually(fromNil, "Kafka answers", func() (bool, string) {
		err := k.Ready(s.Context())
		return err == nil, fmt.Sprint(err)
	})
}

// held is how many records the topic holds. A broker that has just started may not tell yet.
func (s *situations) held() (n int64) {
	s.Helper()
	k := &broker.Cluster{Bootstrap: []string{situatedKafka}}
	s.eventually(soon, "the records can be counted", func() (bool, string) {
		counts, err := k.Counts(s.Context(), []string{"situations"})
		n = 0
		for _, o := range counts["situations"] {
			n += o.Latest - o.Earliest
		}
		return err == nil, fmt.Sprint(err)
	})
	return n
}

// make makes the project one whose app is run like this.
func (s *situations) make(kafka, app string) {
	s.Helper()
	s.lay("streamtray.yaml", "version: 1\nname: situations\nkafka: {mode: remote, env: KAFKA, topics: [{name: situations, partitions: 1}], "+kafka+"}\nstreaming: {env: \"\"}\napp: {"+app+"}\n")
}

// say orders what the app is.
func (s *situations) say(order map[string]any) {
	s.Helper()
	text, err := json.Marshal(order)
	s.must(err)
	s.lay("order.new", string(text))
	s.must(os.Rename(filepath.Join(s.project, "order.new"), filepath.Join(s.project, "order.json")))
}

// is goes into the next situation, which has this name, by doing what makes it, and claims that the phase is right soon
// afterwards, and what is said.
func (s *situations) is(name string, do func()) Situation {
	s.Helper()
	if len(s.left) == 0 || s.left[0].Name != name {
		s.Fatalf("%s is not the next situation: %v", name, s.left)
	}
	next := s.left[0]
	s.left = s.left[1:]
	do()
	began := time.Now()
	s.eventually(within+asking, name+": "+next.Phase, func() (bool, string) {
		phase, text := s.status()
		return phase == next.Phase, text
	})
	s.Logf("%-14s %-9s after %.1f s", name, next.Phase, time.Since(began).Seconds())
	s.eventually(soon, name+": "+next.Says, func() (bool, string) { // the client may take its time to do it
		phase, text := s.status()
		return phase == next.Phase && strings.Contains(text, next.Says), text
	})
	return next
}

// stays is `is` for a situation whose phase would change only if the product believed too much: it is watched for longer
// than a look and another one take.
func (s *situations) stays(name string, do func()) {
	s.Helper()
	next := s.is(name, do)
	for until := time.Now().Add(within); time.Now().Before(until); {
		if phase, text := s.status(); phase != next.Phase {
			s.Fatalf("%s: then %s: %s", name, phase, text)
		}
	}
}

// status is the phase, and all that is said.
func (s *situations) status() (phase, text string) {
	s.Helper()
	program, err := here.program()
	s.must(err)
	cmd := exec.CommandContext(s.Context(), program, "status", "--project", s.project, "--json")
	cmd.Env = s.env
	out, _ := cmd.Output() // its exit code says whether it is green
	var is struct{ Phase string }
	s.must(json.Unmarshal(out, &is))
	return is.Phase, string(out)
}

// inOneRun are the situations of one app, whose page is looked at too.
func (s *situations) inOneRun() {
	s.make("bootstrap: ["+situatedKafka+"]", "command: ["+here.Python+", app.py], env: {PAGE: \"19180\"}, ready: {http: \"http://"+situatedPage+"/\"}")
	s.say(map[string]any{"role": "none"})
	l, err := net.Listen("tcp", situatedPage)
	s.must(err)
	go func() { _ = http.Serve(l, http.NotFoundHandler()) }() //nolint:gosec // for as long as the listener is open
	s.begin("--until", "app")
	s.is("port-taken", func() {})

	s.stays("said", func() { l.Close() })
	s.is("wrong", func() { s.say(client("confluent", "hold", situatedNobody)) })
	s.is("late", func() { s.say(client("confluent", "hold", situatedKafka)) })
	other, err := net.Listen("tcp", situatedOther)
	s.must(err)
	defer other.Close()
	go hold(other)
	s.is("another-kafka", func() { s.say(client("confluent", "hold", situatedOther)) })
	s.is("kafka-python", func() { s.say(client("kafka-python", "hold", situatedKafka)) })
	s.is("dropped", func() { s.say(map[string]any{"role": "none"}) })
	s.is("reads", func() { s.say(client("confluent", "read", situatedKafka)) })
	s.is("aiokafka", func() { s.say(client("aiokafka", "send", situatedKafka)) })
	s.is("hangs", func() { s.signal(syscall.SIGSTOP) })
	s.is("woken", func() { s.signal(syscall.SIGCONT) })
	s.is("refused", func() { s.say(client("confluent", "big", situatedKafka)) })
	s.is("each", func() {
		before := s.held()
		s.say(client("kafka-python", "each", situatedKafka))
		s.comeAfter(before)
	})
	s.is("broker-killed", func() { s.docker("kill", clusterProject+"-kafka-1") })
	s.is("broker-back", func() {
		s.docker("start", clusterProject+"-kafka-1")
		s.answers()
		s.comeAfter(s.held()) // the client tries again when it thinks fit
	})
	s.is("quiet", func() { s.say(client("confluent", "hold", situatedKafka)) })
	s.end()
}

// inANetworkOfItsOwn are those of an app whose network can be cut.
func (s *situations) inANetworkOfItsOwn() {
	const name = "streamtray-rig"
	ip := func(args ...string) {
		s.Helper()
		_, err := here.output(context.WithoutCancel(s.Context()), append([]string{"ip"}, args...)...)
		s.must(err)
	}
	_ = exec.CommandContext(s.Context(), "ip", "netns", "del", name).Run() // of an earlier run that was cut off
	ip("netns", "add", name)
	s.Cleanup(func() { ip("netns", "del", name) })
	ip("-n", name, "link", "set", "lo", "up")
	s.leadIn(name)
	s.make("bootstrap: ["+situatedKafka+"]", "command: [ip, netns, exec, "+name+", "+here.Python+", app.py], ready: {http: \"\"}")
	s.say(map[string]any{"role": "none"})
	s.begin("--until", "app")
	s.stays("others", func() {
		_, err := s.write(situatedKafka, "situations", 20)
		s.must(err)
	})
	s.is("network", func() { s.say(client("confluent", "send", situatedKafka)) })
	drop := func(how, chain string) {
		ip("netns", "exec", name, "iptables", "-w", how, chain, "-p", "tcp", "--dport", "19196", "-j", "DROP")
	}
	again := func(chain string) func() {
		return func() {
			before := s.held()
			drop("-D", chain)
			s.comeAfter(before) // TCP sends again when it thinks fit
		}
	}
	s.is("network-cut", func() { drop("-A", "INPUT") })
	s.is("network-back", again("INPUT"))
	s.is("silenced", func() { drop("-A", "OUTPUT") })
	s.is("heard-again", again("OUTPUT"))
	s.end()
}

// comeAfter waits until there are more records.
func (s *situations) comeAfter(before int64) {
	s.Helper()
	s.eventually(soon, "records come", func() (bool, string) {
		n := s.held()
		return n > before, fmt.Sprint(n)
	})
}

// leadIn makes Kafka's address in a network lead to Kafka.
func (s *situations) leadIn(network string) {
	s.Helper()
	type listening struct {
		l   net.Listener
		err error
	}
	done := make(chan listening)
	go func() { // the thread stays in the other network, and ends with this goroutine
		runtime.LockOSThread()
		f, err := os.Open("/run/netns/" + network)
		if err == nil {
			defer f.Close()
			err = unix.Setns(int(f.Fd()), unix.CLONE_NEWNET)
		}
		if err != nil {
			done <- listening{nil, err}
			return
		}
		l, err := net.Listen("tcp", situatedKafka)
		done <- listening{l, err}
	}()
	in := <-done
	s.must(in.err)
	s.Cleanup(func() { in.l.Close() })
	go func() {
		for {
			from, err := in.l.Accept()
			if err != nil {
				return
			}
			to, err := net.Dial("tcp", situatedKafka)
			if err != nil {
				from.Close()
				continue
			}
			go func() { _, _ = io.Copy(to, from); to.Close() }()
			go func() { _, _ = io.Copy(from, to); from.Close() }()
		}
	}()
}

// startedByHand are those of an app that somebody else starts.
func (s *situations) startedByHand() {
	s.make("bootstrap: ["+situatedKafka+"]", "mode: external, command: ["+here.Python+", app.py], ready: {http: \"\"}")
	s.say(client("confluent", "hold", situatedKafka))
	s.begin()
	s.is("not-started", func() {})
	app := exec.CommandContext(s.Context(), here.Python, "app.py")
	app.Dir, app.Env = s.project, append(slices.Clone(s.env), "KAFKA="+situatedKafka)
	s.is("by-hand", func() { s.must(app.Start()) })
	s.is("by-hand-ended", func() {
		s.must(app.Process.Kill())
		_ = app.Wait()
	})
	s.end()
}

// withALogin are those of a cluster that asks for one.
func (s *situations) withALogin() {
	s.make("bootstrap: ["+situatedLogin+"], remote: {security: SASL_PLAINTEXT, mechanism: PLAIN, user_env: LOGIN_USER, password_env: LOGIN_PASSWORD}",
		"command: ["+here.Python+", app.py], ready: {http: \"\"}")
	login := func(password string) map[string]any {
		c := client("confluent", "hold", situatedLogin)
		c["more"] = map[string]any{"security.protocol": "SASL_PLAINTEXT", "sasl.mechanism": "PLAIN", "sasl.username": "rig", "sasl.password": password}
		return c
	}
	s.say(login("another"))
	s.begin("--until", "app")
	s.is("login-wrong", func() {})
	s.is("login", func() { s.say(login("rig-login")) })
	s.end()
}

// begin has the project kept in the background, whatever becomes of it at first.
func (s *situations) begin(until ...string) {
	s.Helper()
	s.start(append([]string{"up", "--project", s.project, "--trust", "--detach", "--timeout", "20s"}, until...)...).exit(2 * soon)
}

// end stops the app.
func (s *situations) end() {
	s.Helper()
	s.ok("down", "--project", s.project, "--trust")
	s.ok("quit")
}

// signal goes to the app's own process.
func (s *situations) signal(what syscall.Signal) {
	s.Helper()
	for _, p := range s.app() {
		if strings.HasPrefix(p.args, here.Python+" app.py") || strings.HasSuffix(p.args, "python app.py") {
			s.must(syscall.Kill(p.pid, what))
		}
	}
}

// client is an order to the app.
func client(name, role, address string) map[string]any {
	return map[string]any{"client": name, "role": role, "address": address}
}

// hold takes connections and never answers.
func hold(l net.Listener) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer conn.Close() //nolint:gocritic // all of them, when the listener is closed
	}
}
