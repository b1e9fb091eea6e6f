package project

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"slices"
	"strings"
	"sync"
	"testing"
)

// keeper is an engine with a Kafka that has crashed, its ZooKeeper and a container that has nothing to do with them.
type keeper struct {
	*httptest.Server
	mu      sync.Mutex
	dir     string // that the containers were made in
	broken  bool   // a volume breaks off while it is read
	changed []string
}

func keeping(t *testing.T) *keeper {
	t.Helper()
	k := &keeper{}
	k.Server = httptest.NewServer(k)
	t.Cleanup(k.Close)
	return k
}

func (k *keeper) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	k.mu.Lock()
	defer k.mu.Unlock()
	w.Header().Set("Api-Version", "1.47")
	w.Header().Set("Ostype", "linux")
	answer := func(v any) { _ = json.NewEncoder(w).Encode(v) }
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		_, what, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/v"), "/")
		k.changed = append(k.changed, r.Method+" "+what)
		w.WriteHeader(http.StatusNoContent)
		return
	}
	service := strings.TrimPrefix(path.Base(path.Dir(r.URL.Path)), "id-")
	switch base := path.Base(r.URL.Path); {
	case base == "_ping":
		fmt.Fprint(w, "OK")
	case strings.HasSuffix(r.URL.Path, "/containers/json"):
		var all []map[string]any
		for _, name := range []string{"kafka", "zookeeper", "unwanted"} {
			one := container(name, "shop", name, 0)
			one["State"] = "exited"
			one["Labels"].(map[string]string)["com.docker.compose.project.working_dir"] = k.dir
			all = append(all, one)
		}
		answer(matching(all, r.URL.Query().Get("filters")))
	case base == "json":
		answer(map[string]any{
			"State": map[string]any{"Status": "exited", "ExitCode": 1, "StartedAt": "2026-01-02T03:04:05Z"}, "Config": map[string]any{},
			"Mounts": []map[string]any{{"Type": "volume", "Name": "shop_" + service, "Destination": "/data/" + service}},
		})
	case base == "changes":
		answer([]any{})
	case base == "archive" && k.broken && service == "zookeeper":
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

// gone is what was changed since the last time.
func (k *keeper) gone() []string {
	k.mu.Lock()
	defer k.mu.Unlock()
	all := k.changed
	k.changed = nil
	return all
}

// A Kafka that does not start any more tells nobody what it holds: its volumes are saved as they are, and only then go.
func TestVolumesOfAKafkaThatDoesNotStartAreSavedBeforeTheyGo(t *testing.T) {
	engine := keeping(t)
	p := shop(t, "tcp://"+engine.Listener.Addr().String(), free(t), free(t))
	engine.dir = p.stack.Dir
	_, err := p.PlanReset(within(t), ResetScope{All: true})
	wantID(t, err, "project.untrusted")
	if err := p.Trust(); err != nil {
		t.Fatal(err)
	}

	r, err := p.PlanReset(within(t), ResetScope{All: true})
	if err != nil || r.Silent == nil || r.Empty() || len(r.Volumes) != 2 {
		t.Fatalf("planned %+v, %v", r, err)
	}
	engine.broken = true
	wantID(t, p.Reset(within(t), r, t.TempDir()), "project.not_saved")
	if gone := engine.gone(); len(gone) > 0 {
		t.Fatalf("a volume could not be saved, and yet: %v", gone)
	}

	engine.mu.Lock()
	engine.broken = false
	engine.mu.Unlock()
	r, err = p.PlanReset(within(t), ResetScope{All: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Reset(within(t), r, t.TempDir()); err != nil {
		t.Fatal(err)
	}
	want := []string{"DELETE containers/id-kafka", "DELETE containers/id-zookeeper", "DELETE volumes/shop_kafka", "DELETE volumes/shop_zookeeper"}
	if gone := engine.gone(); !slices.Equal(gone, want) {
		t.Errorf("gone %q, want %q", gone, want)
	}
	var told []string
	for _, file := range r.Saved {
		told = append(told, unpack(t, file))
	}
	if want := []string{"all of /data/kafka", "all of /data/zookeeper"}; !slices.Equal(told, want) {
		t.Errorf("saved %q, want %q", told, want)
	}
}

func unpack(t *testing.T, file string) string {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	packed, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	all, err := io.ReadAll(packed)
	if err != nil {
		t.Fatal(err)
	}
	return string(all)
}

// Where Kafka answers no more and there are no containers, there is nothing to take away, and it is told why.
func TestAResetOfRecordsNeedsKafka(t *testing.T) {
	engine := keeping(t)
	p := shop(t, "tcp://"+engine.Listener.Addr().String(), free(t), free(t))
	if err := p.Trust(); err != nil {
		t.Fatal(err)
	}
	_, err := p.PlanReset(within(t), ResetScope{Topics: true})
	wantID(t, err, "project.unreachable")
}
