package doctor

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"

	"streamtray/app"
	"streamtray/app/ports"
	"streamtray/app/project"
	"streamtray/app/settings"
	"streamtray/app/story"
	"streamtray/docker"
)

// says makes this test binary another program, which prints the file that the variable names: docker with the plugin, or
// the project's Python.
const says = "DOCTOR_TEST_SAYS"

func TestMain(m *testing.M) {
	if dir := os.Getenv(says); dir != "" {
		name := strings.TrimSuffix(filepath.Base(os.Args[0]), ".exe")
		if slices.Contains(os.Args, "-I") {
			name = "reader" // of the app's code
		}
		text, err := os.ReadFile(filepath.Join(dir, name+".says"))
		if err != nil {
			fmt.Fprintln(os.Stderr, "it is broken here:", name)
			os.Exit(3)
		}
		os.Stdout.Write(text)
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// world is a computer on which everything is as it should be, until a test breaks something.
type world struct {
	*testing.T
	dir, home string
	environ   []string
	kafka     *kfake.Cluster
	port      int // of Kafka
	app       *httptest.Server
	streams   string // what the app answers
	machine   machine
	state     *app.State // nil: nobody keeps the project
	untrusted bool

	mu      sync.Mutex
	answers map[string]http.HandlerFunc // of the engine, by path without the version
	header  map[string]string
	engine  *httptest.Server
}

const composeText = `services:
  zookeeper:
    image: confluentinc/cp-zookeeper:7.5.0
    environment: {ZOOKEEPER_CLIENT_PORT: "2181"}
  kafka:
    image: confluentinc/cp-kafka:7.5.0
    ports: ["127.0.0.1:%[1]d:9092"]
    depends_on: [zookeeper]
    environment:
      KAFKA_BROKER_ID: "1"
      KAFKA_ZOOKEEPER_CONNECT: zookeeper:2181
      KAFKA_LISTENERS: INTERNAL://0.0.0.0:29092,EXTERNAL://0.0.0.0:9092
      KAFKA_ADVERTISED_LISTENERS: INTERNAL://kafka:29092,EXTERNAL://127.0.0.1:%[1]d
      KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: INTERNAL:PLAINTEXT,EXTERNAL:PLAINTEXT
      KAFKA_INTER_BROKER_LISTENER_NAME: INTERNAL
      KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: "1"
`

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{T: t, home: t.TempDir(), streams: `{"streaming": true}`, answers: map[string]http.HandlerFunc{}}
	w.dir = filepath.Join(t.TempDir(), "detection")
	w.startKafka()
	w.startEngine()
	w.startApp()
	w.project()
	w.programs()
	w.machine = machine{
		usual: func(func(string) string, string) docker.Endpoint { return docker.Endpoint{Host: "tcp://127.0.0.1:1"} },
		hosts: w.write(filepath.Join(w.home, "hosts"), "127.0.0.1 localhost\n::1 localhost\n192.168.1.7 printer # kafka\n"),
		lookup: func(context.Context, string) ([]netip.Addr, error) {
			return []netip.Addr{netip.MustParseAddr("127.0.0.1")}, nil
		},
		free:     func(string) (uint64, error) { return 50 * gigabyte, nil },
		encoding: func(func(string) string) string { return "utf-8" },
		holder:   func(int) (ports.Owner, bool, error) { return ports.Owner{}, false, nil },
	}
	var s app.State
	for _, e := range []app.Event{
		{Kind: app.Wants, Want: app.Want{Up: true, Streaming: true}},
		{Step: story.StepApp, Kind: app.Done},
	} {
		s = s.Apply(e)
	}
	w.state = &s
	return w
}

// holds has whoever keeps the project know more.
func (w *world) holds(events ...app.Event) {
	s := *w.state
	for _, e := range events {
		s = s.Apply(e)
	}
	w.state = &s
}

func (w *world) startKafka() {
	fake, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.SeedTopics(3, "results"))
	w.must(err)
	w.Cleanup(fake.Close)
	_, port, err := net.SplitHostPort(fake.ListenAddrs()[0])
	w.must(err)
	w.port, err = strconv.Atoi(port)
	w.must(err)
	w.kafka = fake
}

var versioned = regexp.MustCompile(`^/v[0-9.]+`)

// startEngine is an engine with both containers and both images, at a socket.
func (w *world) startEngine() {
	w.header = map[string]string{"Api-Version": "1.47", "Ostype": "linux"}
	w.engine = httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		w.mu.Lock()
		answer := w.answers[versioned.ReplaceAllString(r.URL.Path, "")]
		for k, v := range w.header {
			out.Header().Set(k, v)
		}
		w.mu.Unlock()
		if answer == nil {
			out.WriteHeader(http.StatusNotFound)
			fmt.Fprint(out, `{"message":"no such thing"}`)
			return
		}
		answer(out, r)
	}))
	w.Cleanup(w.engine.Close)
	w.on("/_ping", func(out http.ResponseWriter, _ *http.Request) { fmt.Fprint(out, "OK") })
	w.info(nil)
	w.containers("running", nil)
	for _, image := range []string{"cp-kafka:7.5.0", "cp-zookeeper:7.5.0"} {
		w.json("/images/confluentinc/"+image+"/json", map[string]any{"Id": "sha256:1"})
	}
	w.json("/system/df", map[string]any{
		"LayersSize": 3 * gigabyte, "Images": []any{map[string]any{"Size": gigabyte, "SharedSize": 0, "Containers": 0}},
		"BuildCache": []any{map[string]any{"Size": gigabyte / 2}},
	})
	w.environ = append(w.environ, "DOCKER_HOST=tcp://"+w.engine.Listener.Addr().String())
}

func (w *world) on(path string, answer http.HandlerFunc) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.answers[path] = answer
}

func (w *world) json(path string, v any) {
	w.on(path, func(out http.ResponseWriter, _ *http.Request) {
		out.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(out).Encode(v)
	})
}

// refuses has the engine answer path with an error.
func (w *world) refuses(path string, status int, message string) {
	w.on(path, func(out http.ResponseWriter, _ *http.Request) {
		out.Header().Set("Content-Type", "application/json")
		out.WriteHeader(status)
		_ = json.NewEncoder(out).Encode(map[string]string{"message": message})
	})
}

// info is what the engine says of itself, with some of it changed.
func (w *world) info(change map[string]any) {
	w.on("/info", func(out http.ResponseWriter, _ *http.Request) {
		in := map[string]any{
			"ServerVersion": "28.2.2", "OperatingSystem": "Docker Desktop", "OSType": "linux", "MemTotal": 4 * gigabyte,
			"DockerRootDir": "/var/lib/docker", "SystemTime": time.Now().Format(time.RFC3339Nano),
		}
		for k, v := range change {
			in[k] = v
		}
		out.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(out).Encode(in)
	})
}

// containers are the project's two, in a state, and others beside.
func (w *world) containers(status string, more map[string]any, others ...map[string]any) {
	var list []map[string]any
	for _, service := range []string{"kafka", "zookeeper"} {
		c := map[string]any{
			"Id": service, "Names": []string{"/detection-" + service + "-1"}, "Image": "confluentinc/cp-" + service + ":7.5.0", "State": status,
			"Labels": map[string]string{"com.docker.compose.project": "detection", "com.docker.compose.service": service},
		}
		if service == "kafka" && status == "running" {
			c["Ports"] = []any{map[string]any{"IP": "127.0.0.1", "PublicPort": w.port, "PrivatePort": 9092, "Type": "tcp"}}
		}
		list = append(list, c)
		state := map[string]any{"Status": status, "StartedAt": "2025-10-20T21:30:00Z"}
		for k, v := range more {
			state[k] = v
		}
		w.json("/containers/"+service+"/json", map[string]any{"Id": service, "State": state, "Config": map[string]any{}})
	}
	own, all := list, append(others, list...)
	w.on("/containers/json", func(out http.ResponseWriter, r *http.Request) {
		answer := all
		if strings.Contains(r.URL.Query().Get("filters"), "compose.project") {
			answer = own
		} else if status != "running" {
			answer = others
		}
		out.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(out).Encode(answer)
	})
}

func (w *world) startApp() {
	w.app = httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, _ *http.Request) {
		w.mu.Lock()
		defer w.mu.Unlock()
		fmt.Fprint(out, w.streams)
	}))
	w.Cleanup(w.app.Close)
}

// project writes the project's files.
func (w *world) project() {
	w.write(filepath.Join(w.dir, "streamtray.yaml"), fmt.Sprintf(`version: 1
name: detection
compose: {files: [compose.yaml]}
kafka: {topics: [{name: results}]}
app: {ready: {http: %q}}
`, w.app.URL+"/"))
	w.write(filepath.Join(w.dir, "compose.yaml"), fmt.Sprintf(composeText, w.port))
	w.write(filepath.Join(w.dir, "app.py"), "import flask\nfrom loguru import logger\n")
	w.write(filepath.Join(w.dir, "config.py"), referenceSettings)
}

// referenceSettings are those of a project of the reference's kind, whose log lines are known then, too.
const referenceSettings = `import os
STREAMING = os.getenv("ALGO_ENABLE_KAFKA_STREAMING", "false")
SERVERS = os.getenv("ALGO_KAFKA_BOOTSTRAP_SERVERS", "localhost:9092")
RESULTS = os.getenv("ALGO_KAFKA_DETECTION_TOPIC", "detection-results")
producer = DetectionResultProducer(SERVERS, RESULTS)
`

// code has the app's code read another variable than the project's file names.
func (w *world) code(variable string) {
	file := filepath.Join(w.dir, "streamtray.yaml")
	text, err := os.ReadFile(file)
	w.must(err)
	w.write(file, strings.Replace(string(text), "kafka: {", "kafka: {env: NEVER_READ, ", 1))
	w.write(filepath.Join(w.dir, "config.py"), "from kafka import KafkaProducer\nimport os\nKafkaProducer(bootstrap_servers=os.environ['"+variable+"'])\n")
}

// programs are a docker with the compose plugin, and a Python in the project's environment.
func (w *world) programs() {
	bin, python := filepath.Join(w.home, "bin"), filepath.Join(w.dir, ".venv", "bin", "python")
	if runtime.GOOS == "windows" {
		python = filepath.Join(w.dir, ".venv", "Scripts", "python")
	}
	self, err := os.Executable()
	w.must(err)
	for _, path := range []string{filepath.Join(bin, "docker"), filepath.Join(bin, "docker-compose"), python} {
		w.must(os.MkdirAll(filepath.Dir(path), 0o700))
		if runtime.GOOS == "windows" {
			w.must(os.Link(self, path+".exe"))
		} else {
			w.must(os.Symlink(self, path))
		}
	}
	w.write(filepath.Join(w.dir, ".venv", "pyvenv.cfg"), "version = 3.11.7\n")
	w.Setenv("PATH", bin)
	w.Setenv(says, w.home)
	w.environ = append(w.environ, says+"="+w.home, "PATH="+bin, "STREAMTRAY_HOME="+filepath.Join(w.home, "streamtray"))
	w.saying("docker", "2.40.3\n")
	w.saying("reader", `{"done": true, "files": 1, "version": "3.11.7"}`+"\n")
	w.saying("python", `{"python": "3.11.7", "files": 1, "modules": ["flask"], "failed": []}`)
}

func (w *world) saying(program, text string) { w.write(filepath.Join(w.home, program+".says"), text) }

func (w *world) write(file, text string) string {
	w.Helper()
	w.must(os.MkdirAll(filepath.Dir(file), 0o700))
	w.must(os.WriteFile(file, []byte(text), 0o600))
	return file
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// set sets a variable of the environment.
func (w *world) set(key, value string) { w.environ = append(w.environ, key+"="+value) }

func (w *world) getenv(key string) string {
	value := ""
	for _, kv := range w.environ {
		if k, v, _ := strings.Cut(kv, "="); k == key {
			value = v
		}
	}
	return value
}

// subject opens the world for the doctor.
func (w *world) subject() *Subject {
	w.Helper()
	folders, err := settings.Find(w.getenv)
	w.must(err)
	s := Open(w.Context(), project.Options{Dir: w.dir, Getenv: w.getenv, Environ: w.environ, Home: w.home, Folders: folders})
	w.Cleanup(func() { w.must(s.Close()) })
	s.machine = w.machine
	if w.state != nil {
		s.Learn(*w.state)
	}
	if s.Project != nil && !w.untrusted {
		w.must(s.Project.Trust())
	}
	return s
}

// logs writes lines into the log of the app.
func (w *world) logs(lines ...string) {
	w.Helper()
	s := w.subject()
	var text strings.Builder
	for _, l := range lines {
		fmt.Fprintf(&text, "2025-10-20T21:30:00.000Z stdout %s\n", l)
	}
	w.write(s.parts.Launch.Log, text.String())
}

// results are what the checks of the ids find, and those that they need, by id; without ids all.
func (w *world) results(ids ...string) map[string]Result {
	w.Helper()
	if ids == nil {
		ids = IDs()
	}
	all := map[string]Result{}
	for _, r := range RunOnly(w.Context(), w.subject(), ids, func(Result) {}) {
		all[r.ID] = r
	}
	return all
}
