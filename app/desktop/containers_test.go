package desktop

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"streamtray/app/view"
)

// dockerOn is an engine on the wire with the container shop-kafka-1, which is measured and was restarted twice; once
// away is set it has nothing to say.
func dockerOn(t *testing.T, away *atomic.Bool) (host string) {
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

func TestTheOverviewIsToldOfContainers(t *testing.T) {
	dir := t.TempDir()
	put(t, filepath.Join(dir, "streamtray.yaml"), trustedProject)
	put(t, filepath.Join(dir, "compose.yaml"), trustedCompose)
	var away atomic.Bool
	p := opened(t, dir, t.TempDir(), dockerOn(t, &away))
	s := &session{project: p}
	if !s.inContainers() {
		t.Error("a compose project is not told to be in containers")
	}
	s.contained.look(t.Context(), p)
	want := []view.Container{{Service: "kafka", State: "running", Health: "healthy", CPU: 50, Memory: 512_000_000, Restarts: 2}}
	if got := s.contained.containers(time.Now()); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	away.Store(true)
	s.contained.look(t.Context(), p)
	if got := s.contained.containers(time.Now()); len(got) != 0 {
		t.Errorf("the engine is away, and there is %+v", got)
	}
}
