package docker

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
)

// fakeScript is how the fake docker behaves. The fake is this test binary, found on the search path by the names docker
// and docker-compose.
type fakeScript struct {
	Plugin   string // version of `docker compose`; empty: a docker without the plugin
	Legacy   string // version of `docker-compose`; empty: it fails
	Output   string // said on stderr before the end
	Exit     int
	Hang     bool // go on until told to end
	Stubborn bool // do not end when interrupted
	Child    bool // start a child that hangs too
	SlowAsk  bool // hang already when asked for the version
	Desktop  bool // `docker desktop` is there and starts it
	Unit     bool // systemctl knows Docker Desktop's unit and starts it
}

const (
	envFake  = "STREAMTRAY_FAKE_DOCKER" // folder with script.json; calls are recorded there
	envChild = "STREAMTRAY_FAKE_CHILD"
)

func TestMain(m *testing.M) {
	if os.Getenv(envChild) != "" {
		hang(true, os.Getenv(envFake), "child")
	}
	if dir := os.Getenv(envFake); dir != "" {
		os.Exit(fakeDocker(dir))
	}
	os.Exit(m.Run())
}

// fakeCall is one recorded run of the fake.
type fakeCall struct {
	Args []string
	Dir  string
	Env  map[string]string
}

func fakeDocker(dir string) int {
	var s fakeScript
	data, err := os.ReadFile(filepath.Join(dir, "script.json"))
	if err != nil || json.Unmarshal(data, &s) != nil {
		fmt.Fprintln(os.Stderr, "fake docker: no script", err)
		return 99
	}
	name := strings.TrimSuffix(filepath.Base(os.Args[0]), ".exe")
	args := append([]string{name}, os.Args[1:]...)
	if starts := name == "systemctl"; starts || args[1] == "desktop" {
		record(dir, args)
		if starts && s.Unit || !starts && s.Desktop {
			return 0
		}
		return 125
	}
	version, rest := s.Legacy, args[1:]
	if name == "docker" {
		version, rest = s.Plugin, args[2:]
	}
	record(dir, args)
	if s.SlowAsk {
		hang(s.Stubborn, dir, "leader")
	}
	if version == "" {
		fmt.Fprintln(os.Stderr, "docker: 'compose' is not a docker command.\nSee 'docker --help'")
		return 125
	}
	if rest[0] == "version" {
		fmt.Println(version)
		return 0
	}
	return s.verb(dir)
}

func (s fakeScript) verb(dir string) int {
	fmt.Fprint(os.Stderr, s.Output)
	if s.Child {
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), envChild+"=1")
		child.Stdout, child.Stderr = os.Stdout, os.Stderr
		if child.Start() != nil {
			return 98
		}
	}
	if s.Hang {
		hang(s.Stubborn, dir, "leader")
	}
	return s.Exit
}

// hang says by a file that it is there, then waits; one that is not stubborn ends when interrupted.
func hang(stubborn bool, dir, who string) {
	told := make(chan os.Signal, 1)
	signal.Notify(told, os.Interrupt, syscall.SIGTERM)
	_ = os.WriteFile(filepath.Join(dir, who+".pid"), fmt.Append(nil, os.Getpid()), 0o600)
	for range told {
		_ = os.WriteFile(filepath.Join(dir, who+".interrupted"), nil, 0o600)
		if !stubborn {
			os.Exit(130)
		}
	}
}

func record(dir string, args []string) {
	call := fakeCall{Args: args, Env: map[string]string{}}
	call.Dir, _ = os.Getwd()
	for _, kv := range os.Environ() {
		k, v, _ := strings.Cut(kv, "=")
		if strings.HasPrefix(k, "DOCKER_") || strings.HasPrefix(k, "COMPOSE_") || strings.HasPrefix(k, "MY_") {
			call.Env[k] = v
		}
	}
	line, _ := json.Marshal(call)
	f, err := os.OpenFile(filepath.Join(dir, "calls"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		panic(err)
	}
	defer f.Close()
	fmt.Fprintln(f, string(line))
}

// useFake puts a fake docker that follows s, and nothing else, on the search path and returns its folder.
func useFake(t *testing.T, s fakeScript) (dir string) {
	t.Helper()
	dir = t.TempDir()
	bin := filepath.Join(dir, "bin")
	must(t, os.Mkdir(bin, 0o700))
	self, err := os.Executable()
	must(t, err)
	for _, name := range []string{"docker", "docker-compose", "systemctl"} {
		windows := runtime.GOOS == "windows"
		if windows {
			name += ".exe"
		}
		// Windows deletes no file of a program that runs, by whatever name. Elsewhere a link may lead to another disk.
		if windows || os.Link(self, filepath.Join(bin, name)) != nil {
			data, err := os.ReadFile(self)
			must(t, err)
			must(t, os.WriteFile(filepath.Join(bin, name), data, 0o700))
		}
	}
	data, err := json.Marshal(s)
	must(t, err)
	must(t, os.WriteFile(filepath.Join(dir, "script.json"), data, 0o600))
	t.Setenv("PATH", bin)
	t.Setenv(envFake, dir)
	return dir
}

// calls are the runs of the fake so far.
func calls(t *testing.T, dir string) []fakeCall {
	t.Helper()
	f, err := os.Open(filepath.Join(dir, "calls"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	must(t, err)
	defer f.Close()
	var all []fakeCall
	in := bufio.NewScanner(f)
	in.Buffer(nil, 1<<20)
	for in.Scan() {
		var c fakeCall
		must(t, json.Unmarshal(in.Bytes(), &c))
		all = append(all, c)
	}
	return all
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// idOf is the id of the first fault in err, "" without one.
func idOf(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.ID
	}
	return ""
}
