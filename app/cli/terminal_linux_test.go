package cli

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"streamtray/app/doctor"
	"streamtray/app/testenv"
)

// terminal is a real one, of 80 columns and 24 lines, with the program in it.
type terminal struct {
	t     *testing.T
	cmd   *exec.Cmd
	keys  *os.File
	ended chan struct{} // nobody writes to it any more

	mu   sync.Mutex
	text bytes.Buffer
	news chan struct{}
}

// start runs the program in dir on a terminal of its own.
func start(t *testing.T, dir string, args ...string) *terminal {
	t.Helper()
	keys, side := pty(t)
	x := &terminal{t: t, keys: keys, ended: make(chan struct{}), news: make(chan struct{}, 1)}
	self, err := exec.LookPath("streamtray")
	if err != nil {
		t.Fatal(err)
	}
	x.cmd = exec.CommandContext(t.Context(), self, args...)
	x.cmd.Dir = dir
	x.cmd.Env = append(os.Environ(), "TERM=xterm", "STREAMTRAY_LANG=en", "WORK="+dir, "STREAMTRAY_HOME="+filepath.Join(dir, "home"))
	x.cmd.Stdin, x.cmd.Stdout, x.cmd.Stderr = side, side, side
	x.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := x.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { endAll(dir) })
	side.Close()
	go func() {
		defer close(x.ended)
		_, _ = io.Copy(x, keys) // ends with an error when the program lets go of the terminal
	}()
	return x
}

func pty(t *testing.T) (keys, side *os.File) {
	t.Helper()
	keys, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		testenv.Of(t, err)
	}
	t.Cleanup(func() { keys.Close() })
	number := 0
	err = control(keys, func(fd int) error {
		n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
		number = n
		return errors.Join(err, unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0), unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: 80}))
	})
	if err != nil {
		t.Fatal(err)
	}
	side, err = os.OpenFile("/dev/pts/"+strconv.Itoa(number), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	return keys, side
}

func control(f *os.File, do func(fd int) error) error {
	c, err := f.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	return errors.Join(c.Control(func(fd uintptr) { failed = do(int(fd)) }), failed)
}

// Write takes what the program prints.
func (x *terminal) Write(b []byte) (int, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	select {
	case x.news <- struct{}{}:
	default:
	}
	return x.text.Write(b)
}

func (x *terminal) printed() string {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.text.String()
}

// sees waits until something was printed.
func (x *terminal) sees(text string) {
	x.t.Helper()
	limit := time.After(patience)
	for !strings.Contains(x.printed(), text) {
		select {
		case <-x.news:
		case <-x.ended:
			if !strings.Contains(x.printed(), text) {
				x.t.Fatalf("it ended without %q:\n%s", text, x.printed())
			}
		case <-limit:
			x.t.Fatalf("not within %v: %q:\n%s", patience, text, x.printed())
		}
	}
}

func (x *terminal) types(keys string) {
	x.t.Helper()
	if _, err := x.keys.WriteString(keys); err != nil {
		x.t.Fatal(err)
	}
}

// exits waits for the end and returns the exit code and what stands on the screen.
func (x *terminal) exits() (code int, screenful string) {
	x.t.Helper()
	var failed *exec.ExitError
	if err := x.cmd.Wait(); err != nil && !errors.As(err, &failed) {
		x.t.Fatal(err)
	}
	<-x.ended
	s := &screen{t: x.t, columns: 80, lines: 24, wide: true} // sentences break anywhere
	_, _ = s.Write(x.text.Bytes())
	return x.cmd.ProcessState.ExitCode(), s.String()
}

func TestAPersonAtATerminalIsAskedOnceAndSeesTheRows(t *testing.T) {
	dir := t.TempDir()
	self, err := exec.LookPath("streamtray")
	if err != nil {
		t.Fatal(err)
	}
	port, err := freePort()
	if err != nil {
		t.Fatal(err)
	}
	yaml := "version: 1\nname: try\nkafka: {mode: embedded}\napp:\n  command: [\"" + self + "\", sample-app]\n" +
		"  env: {ALGO_HOST: 127.0.0.1, ALGO_PORT: \"" + port + "\"}\n  ready: {http: \"http://127.0.0.1:" + port + "/\"}\n"
	program := "import os\nON = os.getenv('ALGO_ENABLE_KAFKA_STREAMING')\nSERVERS = os.getenv('ALGO_KAFKA_BOOTSTRAP_SERVERS')\n" +
		"RESULTS = os.getenv('ALGO_KAFKA_DETECTION_TOPIC', 'detection-results')\n"
	for file, text := range map[string]string{"streamtray.yaml": yaml, "settings.py": program} {
		if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}

	no := start(t, dir, "up")
	no.sees("Do you trust it? [y/N]")
	no.types("no\n")
	if code, seen := no.exits(); code != ExitFailed || !strings.Contains(seen, "has not been trusted yet") || strings.Contains(seen, "Detection app") {
		t.Errorf("no: exit code %d\n%s", code, seen)
	}

	yes := start(t, dir, "up")
	yes.sees("Do you trust it? [y/N]")
	yes.types("y\n")
	yes.sees("try · Connected")
	yes.types("\x03")
	code, seen := yes.exits()
	if code != ExitOK || !strings.Contains(seen, "try · Stopped") || strings.Count(seen, "Detection app") != 1 || strings.Count(seen, "Kafka producer") != 1 {
		t.Errorf("yes: exit code %d\n%s", code, seen)
	}

	again := start(t, dir, "up")
	again.sees("try · Connected")
	again.types("\x03")
	if code, seen := again.exits(); code != ExitOK || strings.Contains(seen, "trust") {
		t.Errorf("again: exit code %d\n%s", code, seen)
	}
	if left := running(dir); len(left) > 0 {
		t.Errorf("processes %v are left", left)
	}
}

// A yes is to what was shown: what the files say by the time it is typed is not done, and the next question shows it.
func TestWhatChangesWhileTheQuestionStandsIsNotDone(t *testing.T) {
	dir := t.TempDir()
	socket := filepath.Join(dir, "e.sock")
	engineAt(t, socket)
	t.Setenv("DOCKER_HOST", "unix://"+socket)
	done := filepath.Join(dir, "done")
	bin := t.TempDir()
	docker := "#!/bin/sh\ncase \"$*\" in *up*) cat \"" + filepath.Join(dir, "compose.yaml") + "\" >> \"" + done + "\";; esac\nexit 1\n"
	if err := os.WriteFile(filepath.Join(bin, "docker"), []byte(docker), 0o700); err != nil { //nolint:gosec // a program
		t.Fatal(err)
	}
	t.Setenv("PATH", bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	port, err := freePort()
	if err != nil {
		t.Fatal(err)
	}
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	compose := func(image string) string {
		return "services:\n  kafka: {image: \"" + image + "\", ports: [\"127.0.0.1:" + port + ":9092\"], environment: {KAFKA_LISTENERS: \"PLAINTEXT://:9092\", KAFKA_ADVERTISED_LISTENERS: \"PLAINTEXT://localhost:" + port + "\"}}\n"
	}
	write("streamtray.yaml", "version: 1\nname: try\ncompose: {files: [compose.yaml]}\nlimits: {infra: 2s}\n")
	for name, change := range map[string]func(){
		"the image":  func() { write("compose.yaml", compose("evil/miner:1")) },
		"a variable": func() { write(".env", "DOCKER_CONFIG=/evil\n") },
	} {
		write("compose.yaml", compose("apache/kafka:3.9.0"))
		if err := os.RemoveAll(filepath.Join(dir, ".env")); err != nil {
			t.Fatal(err)
		}
		up := start(t, dir, "up", "--no-app")
		up.sees("Do you trust it? [y/N]")
		change()
		up.types("yes\n")
		if code, seen := up.exits(); code != ExitFailed || !strings.Contains(seen, "has changed since you agreed to it") {
			t.Errorf("%s: exit code %d\n%s", name, code, seen)
		}
		if did, err := os.ReadFile(done); err == nil {
			t.Errorf("%s: compose was run over\n%s", name, did)
		}
		again := start(t, dir, "up", "--no-app")
		again.sees("Do you trust it? [y/N]")
		again.types("no\n")
		if code, _ := again.exits(); code != ExitFailed {
			t.Errorf("%s: asked again: exit code %d", name, code)
		}
		start(t, dir, "trust", "forget").exits()
	}
}

func TestAPersonIsAskedBeforeTheEngineIsStartedAndToldHowThatGoes(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("DOCKER_HOST", "unix://"+filepath.Join(dir, ".docker/desktop/docker.sock"))
	for name, text := range map[string]string{
		"streamtray.yaml": "version: 1\nname: try\ncompose: {files: [compose.yaml]}\nlimits: {engine: 1s}\n",
		"compose.yaml":    "services:\n  kafka: {image: \"apache/kafka:3.9.0\", ports: [\"127.0.0.1:9092:9092\"]}\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	started := filepath.Join(dir, "home", "started")

	no := start(t, dir, "up", "--trust", "--no-app")
	no.sees("Start Docker Desktop now?")
	no.types("\n")
	code, seen := no.exits()
	if code != ExitFailed || strings.Count(seen, "error: Docker is not running") != 1 {
		t.Errorf("no: exit code %d\n%s", code, seen)
	}
	if _, err := os.Stat(started); err == nil {
		t.Error("it was started all the same")
	}

	yes := start(t, dir, "up", "--no-app")
	yes.sees("Start Docker Desktop now?")
	yes.types("y\n")
	yes.sees("was started; its engine")
	code, seen = yes.exits()
	if code != ExitFailed || !strings.Contains(seen, "still not available after 1 seconds") {
		t.Errorf("yes: exit code %d\n%s", code, seen)
	}
	if _, err := os.Stat(started); err != nil {
		t.Error(err)
	}
}

// lastError is what was told as an error last.
func lastError(seen string) string { return seen[max(strings.LastIndex(seen, "error:"), 0):] }

// engineAt is an engine on the wire that answers and has no containers.
func engineAt(t *testing.T, socket string) {
	t.Helper()
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	s := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Api-Version", "1.47")
		w.Header().Set("Ostype", "linux")
		if strings.HasSuffix(r.URL.Path, "/_ping") {
			_, _ = io.WriteString(w, "OK")
			return
		}
		_, _ = io.WriteString(w, "[]")
	})}
	served := make(chan error, 1)
	go func() { served <- s.Serve(l) }()
	t.Cleanup(func() {
		s.Close()
		<-served
	})
}

// engineWithSleeper is an engine on the wire whose Kafka runs, and has lost its session with ZooKeeper.
func engineWithSleeper(t *testing.T) (host string) {
	t.Helper()
	labels := `{"com.docker.compose.project":"try","com.docker.compose.service":"kafka","com.docker.compose.oneoff":"False"}`
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Api-Version", "1.47")
		w.Header().Set("Ostype", "linux")
		switch {
		case strings.HasSuffix(r.URL.Path, "/containers/json"):
			_, _ = io.WriteString(w, `[{"Id":"k","Names":["/try-kafka-1"],"Image":"i","State":"running","Labels":`+labels+`}]`)
		case strings.HasSuffix(r.URL.Path, "/json"):
			_, _ = io.WriteString(w, `{"Config":{"Tty":true},"State":{"Status":"running","StartedAt":"2026-01-02T03:04:05Z"}}`)
		case strings.HasSuffix(r.URL.Path, "/logs"):
			_, _ = io.WriteString(w, "2026-01-02T03:09:09.5Z [2026-01-02 03:09:09,123] WARN Unable to reconnect to ZooKeeper service, session 0x16d9eaefce70000 has expired (org.apache.zookeeper.ClientCnxn)\n")
		}
	}))
	t.Cleanup(s.Close)
	return "tcp://" + s.Listener.Addr().String()
}

func TestAPersonIsAskedBeforeKafkaIsRestarted(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("DOCKER_HOST", engineWithSleeper(t))
	t.Setenv(envCompose, "yes")
	for name, text := range map[string]string{
		"streamtray.yaml": "version: 1\nname: try\ncompose: {files: [compose.yaml]}\nkafka: {bootstrap: [\"127.0.0.1:1\"]}\nlimits: {broker: 1s}\n",
		"compose.yaml":    "name: try\nservices:\n  kafka: {image: \"apache/kafka:3.9.0\", ports: [\"127.0.0.1:9092:9092\"]}\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	stopped := filepath.Join(dir, "home", "stopped")
	up := start(t, dir, "up", "--trust", "--no-app")
	up.sees("Restart Kafka now?")
	if _, err := os.Stat(stopped); err == nil {
		t.Error("it was stopped before anybody agreed")
	}
	up.types("y\n")
	limit := time.After(patience)
	for strings.Count(up.printed(), "Restart Kafka now?") < 2 { // the engine on the wire never wakes up
		select {
		case <-up.news:
		case <-limit:
			t.Fatalf("not asked again:\n%s", up.printed())
		}
	}
	up.types("\n")
	code, _ := up.exits()
	if code != ExitFailed || !strings.Contains(up.printed(), "Topics and records stay") || !strings.Contains(up.printed(), "cause: Kafka lost its session with ZooKeeper") {
		t.Errorf("exit code %d\n%s", code, up.printed())
	}
	if asked, err := os.ReadFile(stopped); err != nil || !strings.HasSuffix(string(asked), "stop kafka") {
		t.Errorf("docker was asked %q, %v; want to stop kafka", asked, err)
	}
}

func TestAPersonIsShownTheFreePortBeforeItIsUsed(t *testing.T) {
	dir := t.TempDir()
	socket := filepath.Join(dir, "e.sock")
	engineAt(t, socket)
	t.Setenv("DOCKER_HOST", "unix://"+socket)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	for name, text := range map[string]string{
		"streamtray.yaml": "version: 1\nname: try\ncompose: {files: [compose.yaml]}\nlimits: {infra: 1s}\n",
		"compose.yaml":    "services:\n  kafka: {image: \"apache/kafka:3.9.0\", ports: [\"127.0.0.1:" + port + ":9092\"], environment: {KAFKA_LISTENERS: \"PLAINTEXT://:9092,CONTROLLER://:9093\", KAFKA_ADVERTISED_LISTENERS: \"PLAINTEXT://localhost:" + port + "\"}}\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}

	no := start(t, dir, "up", "--trust", "--no-app")
	no.sees("Use the free port")
	no.types("n\n")
	code, seen := no.exits()
	if code != ExitFailed || strings.Count(seen, "error: Port "+port+" is already used") != 1 || !strings.Contains(seen, "KAFKA_ADVERTISED_LISTENERS: \"PLAINTEXT://localhost:1") {
		t.Errorf("no: exit code %d\n%s", code, seen)
	}

	yes := start(t, dir, "up", "--no-app")
	yes.sees("Use the free port")
	yes.types("y\n")
	code, seen = yes.exits() // of such an engine compose gets no further
	if code != ExitFailed || strings.Contains(lastError(seen), "already used") || strings.Contains(seen, "trust") {
		t.Errorf("yes: exit code %d\n%s", code, seen)
	}

	again := start(t, dir, "up", "--no-app")
	code, seen = again.exits()
	if code != ExitFailed || strings.Contains(seen, "already used") || !strings.Contains(seen, "✗ Kafka containers") {
		t.Errorf("again: exit code %d\n%s", code, seen)
	}

	own := start(t, dir, "up", "--no-app", "--own-ports")
	own.sees("Use the free port")
	own.types("\n")
	if code, seen = own.exits(); code != ExitFailed || !strings.Contains(seen, "Port "+port+" is already used") || strings.Contains(seen, "trust") {
		t.Errorf("own ports: exit code %d\n%s", code, seen)
	}
}

func TestTheDemoIsDrawnWithItsCounts(t *testing.T) {
	dir := t.TempDir()
	x := start(t, dir, "demo")
	x.sees("frames sent")
	x.sees("detection-results")
	x.types("\x03")
	code, seen := x.exits()
	if code != ExitOK || strings.Count(seen, "Embedded Kafka") != 1 || !strings.Contains(seen, "Streaming after") {
		t.Errorf("exit code %d\n%s", code, seen)
	}
}

func TestAPersonSeesChecksArriveAndThenStandInOrder(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "streamtray.yaml"), []byte("version: 1\nname: try\nkafka: {mode: embedded}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	x := start(t, dir, "doctor")
	code, seen := x.exits()
	all := x.printed()
	if code != ExitFailed || !strings.Contains(seen, "problems: ") {
		t.Errorf("exit code %d\n%s", code, seen)
	}
	if n := strings.Count(seen, "app.producer "); n != 1 {
		t.Errorf("the last check stands %d times\n%s", n, seen)
	}
	for _, id := range doctor.IDs() {
		if n := strings.Count(all, " "+id+" "); n < 2 {
			t.Errorf("%s was printed %d times: once as it came, and once in the answer\n%q", id, n, all)
		}
	}
}
