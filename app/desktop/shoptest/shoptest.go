// Package shoptest is for tests of the desktop: a project, its engine, and the person who opens it.
package shoptest

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"streamtray/app/project"
	"streamtray/app/settings"
)

// A project with its app and its Kafka in containers.
const (
	Project = `version: 1
compose: {files: [compose.yaml]}
app:
  command: [python, app.py]
  env: {MODE: fast, DB_PASSWORD: one, OLD: "1"}
`
	Compose = `name: shop
services:
  kafka:
    image: apache/kafka:3.8.0
    ports: ["127.0.0.1:19092:9092", "127.0.0.1:9101:9101"]
    volumes: ["./data:/data"]
    environment:
      KAFKA_LISTENERS: PLAINTEXT://0.0.0.0:9092
      KAFKA_ADVERTISED_LISTENERS: PLAINTEXT://localhost:19092
`
)

// Embedded is a project on the built-in broker whose app does nothing.
const Embedded = "version: 1\nname: calm\nkafka: {mode: embedded, topics: [{name: results, partitions: 1, replication: 1}]}\napp: {command: [sleep, \"60\"]}\n"

// Shop is the project on an engine that runs its container.
func Shop(t *testing.T) *project.Project {
	t.Helper()
	dir := t.TempDir()
	Put(t, filepath.Join(dir, "streamtray.yaml"), Project)
	Put(t, filepath.Join(dir, "compose.yaml"), Compose)
	var away atomic.Bool
	return Open(t, dir, t.TempDir(), Docker(t, &away))
}

// Docker is an engine on the wire with the container shop-kafka-1, which is measured and was restarted twice; once
// away is set it has nothing to say.
func Docker(t *testing.T, away *atomic.Bool) (host string) {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Api-Version", "1.47")
		w.Header().Set("Ostype", "linux")
		var answer any
		switch path := r.URL.Path; {
		case away.Load():
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		case strings.HasSuffix(path, "/_ping"):
			fmt.Fprint(w, "OK")
			return
		case strings.HasSuffix(path, "/containers/json"):
			labels := map[string]string{"com.docker.compose.project": "shop", "com.docker.compose.service": "kafka", "com.docker.compose.oneoff": "False"}
			answer = []any{map[string]any{"Id": "k", "Names": []string{"/shop-kafka-1"}, "State": "running", "Labels": labels}}
		case strings.HasSuffix(path, "/stats"):
			answer = map[string]any{
				"cpu_stats":    map[string]any{"cpu_usage": map[string]any{"total_usage": 50}, "system_cpu_usage": 1200, "online_cpus": 2},
				"precpu_stats": map[string]any{"system_cpu_usage": 1000},
				"memory_stats": map[string]any{"usage": 512_000_000},
			}
		default:
			answer = map[string]any{
				"State":        map[string]any{"Status": "running", "Running": true, "Health": map[string]any{"Status": "healthy"}},
				"RestartCount": 2, "Config": map[string]any{},
			}
		}
		_ = json.NewEncoder(w).Encode(answer)
	}))
	t.Cleanup(s.Close)
	return "tcp://" + s.Listener.Addr().String()
}

// Open gives the project in dir, on an engine, as opened by a person whose things lie in home.
func Open(t *testing.T, dir, home, engine string) *project.Project {
	t.Helper()
	getenv := func(key string) string {
		return map[string]string{"STREAMTRAY_HOME": home, "DOCKER_HOST": engine}[key]
	}
	folders, err := settings.Find(getenv)
	if err != nil {
		t.Fatal(err)
	}
	person, err := settings.Load(folders)
	if err != nil {
		t.Fatal(err)
	}
	p, err := project.Open(t.Context(), project.Options{Dir: dir, Getenv: getenv, Home: home, Folders: folders, Settings: person})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	return p
}

// Put writes a file.
func Put(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// Free is a port of this computer at which nobody listens.
func Free(t *testing.T) (port int) {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}
