//go:build linux

package soak

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"streamtray/app"
	"streamtray/app/agentrpc"
	"streamtray/app/cli"
	"streamtray/app/project"
	"streamtray/app/settings"
	"streamtray/internal/procgroup"
)

var (
	lasts = flag.Duration("soak.for", 30*time.Second, "how long the soak lasts")
	rate  = flag.Int("soak.lines", 2000, "how many lines a second the app writes")
	leak  = flag.String("soak.leak", "", "leave this behind in each round: goroutine, file, memory, record or process")
)

// marker is in the environment of all that a soak starts.
const marker = "STREAMTRAY_SOAK"

// loudness is how many lines a second the app writes besides its own.
const loudness = "STREAMTRAY_SOAK_LINES"

// TestMain lets the test binary be the programs that the agent starts.
func TestMain(m *testing.M) {
	if code, done := procgroup.Keep(os.Args[1:]); done {
		os.Exit(code)
	}
	if len(os.Args) > 1 && os.Args[1] == cli.SampleApp {
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
		defer stop()
		if lines, err := strconv.Atoi(os.Getenv(loudness)); err == nil {
			go pour(lines)
		}
		os.Exit(cli.Run(ctx, cli.Env{In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Getenv: os.Getenv, Environ: os.Environ(), Dir: "/"}, os.Args[1:]))
	}
	if os.Getenv(marker) != "" { // the process that a leak leaves behind
		pour(100)
	}
	os.Exit(m.Run())
}

// pour writes so many lines a second, a hundredth of them at a time.
func pour(lines int) {
	out := bufio.NewWriter(os.Stdout)
	for n := 0; ; {
		for range lines / 100 {
			n++
			fmt.Fprintf(out, "2026-01-02 03:04:05 INFO detector frame %d: 3 boxes, 12.5 ms\n", n)
		}
		if out.Flush() != nil {
			os.Exit(0)
		}
		time.Sleep(10 * time.Millisecond) // it is a rate
	}
}

// soaked is a project that is worn down.
type soaked struct {
	*testing.T
	p      *project.Project
	agent  *agentrpc.Session
	token  string
	kept   map[string]bool // the values of records that Kafka said it has
	rounds int
	left   []any // of leaks
}

// Intent: whatever is done to it again and again, the program needs no more in the end than in the beginning, leaves no process
// behind, and loses no record that Kafka acknowledged.
func TestSoak(t *testing.T) {
	s := begin(t)
	var rounds [][]float64
	for until := time.Now().Add(*lasts); time.Now().Before(until) || s.rounds < Enough+warmUp; {
		s.round()
		if s.rounds > warmUp {
			rounds = append(rounds, s.held())
		}
	}
	for _, what := range Grown(counts, rounds) {
		t.Errorf("it has grown: %s", what)
	}
	t.Logf("%d rounds, %d records; %s", s.rounds, len(s.kept), Slopes(counts, rounds))
	s.everyRecordIsThere()
	s.end()
}

// counts are what is held at the end of a round, when all is stopped.
var counts = []Count{{"goroutines", 3}, {"open files", 2}, {"bytes in use", 2 << 20}}

// warmUp is how many rounds go by before anything is counted: what is made once is made then.
const warmUp = 2

func begin(t *testing.T) *soaked {
	t.Helper()
	s := &soaked{T: t, token: filepath.Base(t.TempDir()) + strconv.Itoa(os.Getpid()), kept: map[string]bool{}}
	dir, home := t.TempDir(), t.TempDir()
	self, err := os.Executable()
	s.must(err)
	text := fmt.Sprintf(`version: 1
name: soak
kafka:
  mode: embedded
  env: ALGO_KAFKA_BOOTSTRAP_SERVERS
  topics: [{name: detection-results}, {name: llm-analysis-tasks}, {name: llm-analysis-results}, {name: kept, partitions: 3}]
streaming: {env: ALGO_ENABLE_KAFKA_STREAMING}
app:
  command: [%q, %s]
  env: {ALGO_HOST: 127.0.0.1, ALGO_PORT: "%d", %s: %s, %s: "%d"}
`, self, cli.SampleApp, freePort(t), marker, s.token, loudness, *rate)
	s.must(os.WriteFile(filepath.Join(dir, "streamtray.yaml"), []byte(text), 0o600))
	getenv := func(name string) string {
		return map[string]string{"STREAMTRAY_HOME": home, "HOME": home, "PATH": os.Getenv("PATH")}[name]
	}
	folders, err := settings.Find(getenv)
	s.must(err)
	person, err := settings.Load(folders)
	s.must(err)
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	s.p, err = project.Open(ctx, project.Options{
		Dir: dir, Getenv: getenv, Environ: []string{marker + "=" + s.token}, Home: home, Folders: folders, Settings: person, Self: self,
	})
	s.must(err)
	s.must(s.p.Trust())
	s.agent = agentrpc.Keep(ctx, s.p, false)
	t.Cleanup(func() {
		stop()
		<-s.agent.Ended()
		_ = s.p.Close()
	})
	return s
}

func (s *soaked) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// round switches on, sends records, has something happen, and switches off.
func (s *soaked) round() {
	s.Helper()
	s.rounds++
	s.agent.Start(true)
	s.awaits("it streams", func(now app.State) bool { return now.Want.Streaming && now.Plan == now.Want && now.Phase().Kept() })
	s.send(20)
	switch s.rounds % 4 {
	case 1: // the app is killed
		old := s.app()
		s.must(syscall.Kill(old, syscall.SIGKILL))
		s.awaits("the app is back", func(now app.State) bool { return now.Phase().Kept() && s.app() != old && s.app() != 0 })
	case 2: // and everything that it started is stopped for a moment, as by a laptop that sleeps
		for _, pid := range s.processes() {
			s.must(syscall.Kill(pid, syscall.SIGSTOP))
		}
		s.send(5)
		for _, pid := range s.processes() {
			s.must(syscall.Kill(pid, syscall.SIGCONT))
		}
		s.awaits("it goes on", func(now app.State) bool { return now.Phase().Kept() })
	case 3:
		s.agent.Restart()
		s.awaits("it is kept again", func(now app.State) bool { return now.Plan == now.Want && now.Phase().Kept() })
	}
	s.leaks()
	s.agent.StopEverything() // the broker, too: what was acknowledged has to survive it
	s.awaits("it is stopped", func(now app.State) bool { return now.Plan == now.Want && now.Phase() == app.Stopped })
}

// leaks leaves behind what the flag says.
func (s *soaked) leaks() {
	switch *leak {
	case "goroutine":
		go func() { select {} }()
	case "file":
		f, err := os.Open(os.DevNull)
		s.must(err)
		s.left = append(s.left, f)
	case "memory":
		s.left = append(s.left, make([]byte, 1<<20))
	case "record":
		s.kept[fmt.Sprintf("lost in round %d", s.rounds)] = true
	case "process":
		if s.rounds == 1 {
			self, err := os.Executable()
			s.must(err)
			left, err := os.StartProcess(self, []string{self}, &os.ProcAttr{Env: []string{marker + "=" + s.token}})
			s.must(err)
			s.Cleanup(func() {
				_ = left.Kill()
				_, _ = left.Wait()
			})
		}
	}
}

// patience is how long what is waited for may take on a busy machine.
const patience = time.Minute

// awaits waits for a state.
func (s *soaked) awaits(claim string, is func(app.State) bool) {
	s.Helper()
	ctx, cancel := context.WithTimeout(s.Context(), patience)
	defer cancel()
	var last app.State
	for last = range s.agent.Hub.Watch(ctx) {
		if is(last) {
			return
		}
	}
	var rows strings.Builder
	for _, r := range last.Rows {
		fmt.Fprintf(&rows, "\n%s: %v %s %v", r.Step, r.Kind, r.Note.ID, r.Err)
	}
	s.Fatalf("round %d: not within %v: %s; it is %v:%s", s.rounds, patience, claim, last.Phase(), &rows)
}

// send has Kafka take records, and notes those that it acknowledged.
func (s *soaked) send(n int) {
	s.Helper()
	ctx, cancel := context.WithTimeout(s.Context(), patience)
	defer cancel()
	var values []string
	arrived, err := s.p.SendAll(ctx, "kept", func(yield func(project.Record, error) bool) {
		for i := range n {
			value := fmt.Sprintf("%d in round %d after %d", i, s.rounds, len(s.kept))
			values = append(values, value)
			if !yield(project.Record{Key: []byte(value), Value: []byte(value)}, nil) {
				return
			}
		}
	})
	s.must(err)
	if arrived != n {
		s.Fatalf("round %d: %d of %d records were acknowledged", s.rounds, arrived, n)
	}
	for _, v := range values {
		s.kept[v] = true
	}
}

// everyRecordIsThere reads all that was acknowledged.
func (s *soaked) everyRecordIsThere() {
	s.Helper()
	s.agent.Start(true)
	s.awaits("it streams for the last time", func(now app.State) bool { return now.Plan == now.Want && now.Phase().Kept() })
	ctx, cancel := context.WithTimeout(s.Context(), patience)
	defer cancel()
	found := map[string]int{}
	for b, err := range s.p.Read(ctx, project.Reading{Topic: "kept", Back: project.FromStart, ToEnd: true}) {
		s.must(err)
		for _, r := range b.Records {
			found[string(r.Value)]++
		}
	}
	lost := 0
	for value := range s.kept {
		if found[value] == 0 {
			lost++
		}
	}
	if lost > 0 {
		s.Errorf("%d of %d acknowledged records are lost", lost, len(s.kept))
	}
}

// end stops all, and nothing is left.
func (s *soaked) end() {
	s.Helper()
	s.agent.StopEverything()
	s.awaits("it is stopped at last", func(now app.State) bool { return now.Plan == now.Want && now.Phase() == app.Stopped })
	if left := s.processes(); len(left) > 0 {
		s.Errorf("processes are left: %v", left)
	}
}

// app is the process of the sample app; 0: there is none.
func (s *soaked) app() int {
	for _, pid := range s.processes() {
		line, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid)) // it may have ended just now
		if words := strings.Split(string(line), "\x00"); len(words) > 1 && words[1] == cli.SampleApp {
			return pid
		}
	}
	return 0
}

// processes are all that the agent has started.
func (s *soaked) processes() (all []int) {
	files, err := fs.Glob(os.DirFS("/proc"), "[0-9]*/environ")
	s.must(err)
	for _, file := range files {
		env, err := os.ReadFile(filepath.Join("/proc", file))
		pid, _ := strconv.Atoi(filepath.Dir(file))
		if err == nil && pid != os.Getpid() && strings.Contains(string(env), marker+"="+s.token) {
			all = append(all, pid)
		}
	}
	return all
}

// held counts what is held once what ends by itself has ended, which it is given a moment for.
func (s *soaked) held() []float64 {
	s.Helper()
	runtime.GC()
	goroutines, files := s.running()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for still := 0; still < 10; still++ { // until it was the same for a fifth of a second
		<-look.C
		if g, f := s.running(); g < goroutines || f < files {
			goroutines, files, still = g, f, 0
		}
	}
	var mem runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&mem)
	return []float64{float64(goroutines), float64(files), float64(mem.HeapAlloc)}
}

func (s *soaked) running() (goroutines, files int) {
	open, err := os.ReadDir("/proc/self/fd")
	s.must(err)
	return runtime.NumGoroutine(), len(open)
}
