package spies

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path"
	"strings"
	"sync"
	"testing"
)

// Engine has the containers of a project "shop": a Kafka that has crashed, its ZooKeeper, each with a volume, and one that
// has nothing to do with them. It notes what is changed.
type Engine struct {
	Dir   string // that the containers were made in
	Asked func() // called before something is changed; nil: nothing is

	server  *httptest.Server
	mu      sync.Mutex
	broken  bool
	changed []string
}

// Crashed is such an engine, until the test ends.
func Crashed(t *testing.T) *Engine {
	t.Helper()
	e := &Engine{}
	e.server = httptest.NewServer(e)
	t.Cleanup(e.server.Close)
	return e
}

// Host is its address.
func (e *Engine) Host() string { return "tcp://" + e.server.Listener.Addr().String() }

// Break has a volume break off while it is read, or not any more.
func (e *Engine) Break(broken bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.broken = broken
}

// Changed is what was changed since the last call.
func (e *Engine) Changed() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	all := e.changed
	e.changed = nil
	return all
}

// ServeHTTP answers as an engine does.
func (e *Engine) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	e.mu.Lock()
	defer e.mu.Unlock()
	w.Header().Set("Api-Version", "1.47")
	w.Header().Set("Ostype", "linux")
	answer := func(v any) { _ = json.NewEncoder(w).Encode(v) }
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		_, what, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/v"), "/")
		if e.Asked != nil {
			e.Asked()
		}
		e.changed = append(e.changed, r.Method+" "+what)
		w.WriteHeader(http.StatusNoContent)
		return
	}
	service := strings.TrimPrefix(path.Base(path.Dir(r.URL.Path)), "id-")
	switch base := path.Base(r.URL.Path); {
	case base == "_ping":
		fmt.Fprint(w, "OK")
	case strings.HasSuffix(r.URL.Path, "/containers/json"):
		answer(e.containers(r.URL.Query().Get("filters")))
	case base == "json":
		answer(map[string]any{
			"State": map[string]any{"Status": "exited", "ExitCode": 1, "StartedAt": "2026-01-02T03:04:05Z"}, "Config": map[string]any{},
			"Mounts": []map[string]any{{"Type": "volume", "Name": "shop_" + service, "Destination": "/data/" + service}},
		})
	case base == "changes":
		answer([]any{})
	case base == "archive" && e.broken && service == "zookeeper":
		w.Header().Set("X-Docker-Container-Path-Stat", "e30=")
		w.Header().Set("Content-Length", "1000")
		fmt.Fprint(w, "half")
	case base == "archive":
		w.Header().Set("X-Docker-Container-Path-Stat", "e30=")
		fmt.Fprint(w, "all of "+r.URL.Query().Get("path"))
	case strings.HasPrefix(base, "shop_"):
		answer(map[string]any{"Name": base, "Labels": map[string]string{"com.docker.compose.project": "shop"}})
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

// containers are those with the labels that a filter asks for.
func (e *Engine) containers(filters string) []map[string]any {
	var want struct{ Label map[string]bool }
	_ = json.Unmarshal([]byte(filters), &want) // empty: every container
	found := []map[string]any{}
	for _, name := range []string{"kafka", "zookeeper", "unwanted"} {
		labels := map[string]string{
			"com.docker.compose.project": "shop", "com.docker.compose.service": name, "com.docker.compose.oneoff": "False",
			"com.docker.compose.project.working_dir": e.Dir,
		}
		fits := true
		for l := range want.Label {
			k, v, _ := strings.Cut(l, "=")
			fits = fits && labels[k] == v
		}
		if fits {
			found = append(found, map[string]any{"Id": "id-" + name, "Names": []string{"/" + name}, "Image": "img:1", "State": "exited", "Labels": labels})
		}
	}
	return found
}
