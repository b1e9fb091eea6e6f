//go:build rig && linux

package rig

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"streamtray/assets"
)

// The addresses that the sample uses, unmodified.
const (
	kafkaAddress = "127.0.0.1:9092"
	appAddress   = "127.0.0.1:5000"
)

// composeProject is the name that the sample's containers get here, by COMPOSE_PROJECT_NAME: a person's own containers
// of a project in a folder of the same name are never touched.
const composeProject = "streamtray-rig"

// Deadlines of waits. They end a hang; no scenario is decided by them.
const (
	soon    = 20 * time.Second // what takes moments
	fromNil = 3 * time.Minute  // containers, broker, topics and app from nothing
)

// machine is what all scenarios share. It is set up once, by TestMain.
type machine struct {
	*Rig
	program func() (string, error) // the product, built headless when it is first asked for
}

var here machine

func TestMain(m *testing.M) { os.Exit(runScenarios(m)) }

func runScenarios(m *testing.M) int {
	ctx := context.Background()
	r, err := Setup(ctx, func(part, text string) { fmt.Printf("%-9s %s\n", part, text) })
	var lacks *Unavailable
	if errors.As(err, &lacks) && os.Getenv("CI") != "true" {
		fmt.Printf("scenarios skipped: %v\n%s\n", err, lacks.How)
		return 0
	}
	dir, dirErr := os.MkdirTemp("", "streamtray")
	defer os.RemoveAll(dir)
	if err := errors.Join(err, dirErr); err != nil {
		fmt.Println(err)
		return 1
	}
	here = machine{r, sync.OnceValues(func() (string, error) {
		program := filepath.Join(dir, "streamtray")
		return program, BuildProduct(ctx, program)
	})}
	return m.Run()
}

// stand is the world of one scenario: a sample project, a person's folders, and a folder for what is worth keeping if
// the scenario fails.
type stand struct {
	*testing.T
	home    string   // everything of this stand is in here
	project string   // the sample, unpacked
	env     []string // of every program that the scenario starts
	kafka   string   // where the sample's Kafka is published
	kept    string   // journals and, after a failure, logs
	calls   int
}

// marker is a variable that every process of a stand inherits, by which they are found.
const marker = "STREAMTRAY_RIG_STAND"

// newStand unpacks the sample and makes sure that nobody else is in the way. Afterwards nothing of it is left but, if
// the scenario failed, build/dist/rig/<scenario>.
func newStand(t *testing.T) *stand {
	t.Helper()
	home, err := os.MkdirTemp("", "st") // short: sockets live in it, whose paths are limited
	if err != nil {
		t.Fatal(err)
	}
	s := &stand{T: t, home: home, kafka: kafkaAddress, project: filepath.Join(home, "detection"), kept: filepath.Join(here.Root, "build", "dist", "rig", t.Name())}
	s.env = append(os.Environ(),
		marker+"="+home,
		"XDG_CONFIG_HOME="+filepath.Join(home, "config"),
		"XDG_CACHE_HOME="+filepath.Join(home, "cache"),
		"XDG_STATE_HOME="+filepath.Join(home, "state"),
		"XDG_DATA_HOME="+filepath.Join(home, "data"),
		"XDG_RUNTIME_DIR="+filepath.Join(home, "run"),
		"COMPOSE_PROJECT_NAME="+composeProject,
		"STREAMTRAY_LANG=en",
	)
	s.must(os.RemoveAll(s.kept))
	s.must(os.MkdirAll(s.kept, 0o755))
	s.must(os.Mkdir(filepath.Join(home, "run"), 0o700))
	t.Cleanup(s.clear)
	s.compose("down", "--volumes") // of an earlier run that was cut off
	for _, address := range []string{kafkaAddress, appAddress} {
		if !free(address) {
			t.Fatalf("%s is in use: the scenarios need it", address)
		}
	}
	sample, err := fs.Sub(assets.Sample, "sample")
	s.must(err)
	s.must(os.CopyFS(s.project, sample))
	s.use(filepath.Dir(filepath.Dir(here.Python)))
	return s
}

// use makes a Python environment the project's own.
func (s *stand) use(venv string) {
	s.Helper()
	link := filepath.Join(s.project, ".venv")
	s.must(os.RemoveAll(link))
	s.must(os.Symlink(venv, link))
}

// venvWithout makes a Python environment that has all the sample's requirements but one.
func (s *stand) venvWithout(module string) string {
	s.Helper()
	dir := filepath.Join(s.home, "venv")
	_, err := here.output(s.Context(), here.Python, "-m", "venv", "--without-pip", dir)
	s.must(err)
	const packages = "lib/python3*/site-packages"
	to, err := filepath.Glob(filepath.Join(dir, packages))
	s.must(err)
	from, err := filepath.Glob(filepath.Join(filepath.Dir(filepath.Dir(here.Python)), packages, "*"))
	s.must(err)
	for _, path := range from {
		if !strings.HasPrefix(filepath.Base(path), module) {
			s.must(os.Symlink(path, filepath.Join(to[0], filepath.Base(path))))
		}
	}
	return dir
}

// edit replaces text in a file of the project, which must hold it exactly once.
func (s *stand) edit(file, from, to string) {
	s.Helper()
	path := filepath.Join(s.project, file)
	text, err := os.ReadFile(path)
	s.must(err)
	if n := strings.Count(string(text), from); n != 1 {
		s.Fatalf("%s holds %q %d times, want once", file, from, n)
	}
	s.must(os.WriteFile(path, []byte(strings.Replace(string(text), from, to, 1)), 0o644))
}

// clear keeps what tells why a scenario failed, and takes everything else away.
func (s *stand) clear() {
	if s.Failed() {
		s.keepLogs()
		s.Logf("kept for reading: %s", s.kept)
	}
	for _, p := range s.processes() {
		s.Logf("ending what was left: %s", p)
		_ = p.end()
	}
	s.compose("down", "--volumes", "--remove-orphans")
	_ = os.RemoveAll(s.home)
	if !s.Failed() {
		_ = os.RemoveAll(s.kept)
	}
}

// keepLogs writes what containers and processes looked like.
func (s *stand) keepLogs() {
	for name, args := range map[string][]string{
		"containers.txt": {"docker", "ps", "--all", "--no-trunc"},
		"ports.txt":      {"ss", "-ltnp"},
	} {
		s.keep(name, args...)
	}
	for _, c := range s.containers() {
		s.keep(c.service+".log", "docker", "logs", "--timestamps", c.ID)
		s.keep(c.service+".json", "docker", "inspect", c.ID)
	}
	state := filepath.Join(s.home, "state")
	if _, err := os.Stat(state); err == nil {
		_ = os.CopyFS(filepath.Join(s.kept, "state"), os.DirFS(state))
	}
}

// keep writes what a program prints.
func (s *stand) keep(name string, args ...string) {
	text, err := exec.Command(args[0], args[1:]...).CombinedOutput() //nolint:forbidigo // for a person
	if err != nil {
		text = fmt.Append(text, err)
	}
	_ = os.WriteFile(filepath.Join(s.kept, name), text, 0o644)
}

// compose runs the plugin on the sample's project, as a person would by hand.
func (s *stand) compose(args ...string) {
	s.Helper()
	s.docker(append([]string{"compose", "--project-name", composeProject}, args...)...)
}

// docker runs the engine's own client and returns what it printed.
func (s *stand) docker(args ...string) string {
	s.Helper()
	// Not the test's context: this runs in clean-up too.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(s.Context()), fromNil)
	defer cancel()
	out, err := here.output(ctx, append([]string{"docker"}, args...)...)
	if err != nil {
		s.Errorf("%v", err)
	}
	return out
}

func (s *stand) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// eventually looks until claim holds; what says what was seen last.
func (s *stand) eventually(within time.Duration, claim string, holds func() (bool, string)) {
	s.Helper()
	ctx, cancel := context.WithTimeout(s.Context(), within)
	defer cancel()
	var seen string
	err := until(ctx, 50*time.Millisecond, func() (ok bool, _ error) {
		ok, seen = holds()
		return ok, nil
	})
	if err != nil {
		s.Fatalf("not within %s: %s; last seen: %s", within, claim, seen)
	}
}

// free tells whether nobody listens at the address.
func free(address string) bool {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return false
	}
	_ = l.Close()
	return true
}
