package project

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"streamtray/app"
	"streamtray/internal/usererr"
)

// engineWith is an engine on the wire that has these running containers, measures them, and answers nothing else.
func engineWith(t *testing.T, containers ...map[string]any) (host string) {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Api-Version", "1.47")
		w.Header().Set("Ostype", "linux")
		switch {
		case strings.HasSuffix(r.URL.Path, "/_ping"):
			fmt.Fprint(w, "OK")
		case strings.HasSuffix(r.URL.Path, "/containers/json"):
			_ = json.NewEncoder(w).Encode(matching(containers, r.URL.Query().Get("filters")))
		case strings.HasSuffix(r.URL.Path, "/json"):
			_ = json.NewEncoder(w).Encode(map[string]any{"State": map[string]any{"Status": "running", "Running": true}, "Config": map[string]any{}})
		case strings.HasSuffix(r.URL.Path, "/stats"):
			measure(w, r)
		default:
			w.WriteHeader(http.StatusNotFound)
			fmt.Fprint(w, `{"message":"not here"}`)
		}
	}))
	t.Cleanup(s.Close)
	return "tcp://" + s.Listener.Addr().String()
}

// matching are the containers that have the labels asked for.
func matching(all []map[string]any, filters string) []map[string]any {
	var want struct{ Label map[string]bool }
	_ = json.Unmarshal([]byte(filters), &want) // empty: every container
	found := []map[string]any{}
	for _, c := range all {
		labels, _ := c["Labels"].(map[string]string)
		fits := true
		for l := range want.Label {
			k, v, _ := strings.Cut(l, "=")
			fits = fits && labels[k] == v
		}
		if fits {
			found = append(found, c)
		}
	}
	return found
}

// container is one that publishes a port; an empty project is none of compose's.
func container(name, project, service string, port int) map[string]any {
	labels := map[string]string{}
	if project != "" {
		labels = map[string]string{
			"com.docker.compose.project": project, "com.docker.compose.service": service, "com.docker.compose.oneoff": "False",
		}
	}
	return map[string]any{
		"Id": "id-" + name, "Names": []string{"/" + name}, "Image": "img:1", "State": "running", "Labels": labels,
		"Ports": []map[string]any{{"IP": "0.0.0.0", "PrivatePort": 9092, "PublicPort": port, "Type": "tcp"}},
	}
}

// listening holds a TCP port of this computer.
func listening(t *testing.T) (port int) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l.Addr().(*net.TCPAddr).Port
}

func free(t *testing.T) (port int) {
	t.Helper()
	port, err := freePort(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return port
}

// shop is the project "shop", whose kafka and zookeeper publish a port each, on an engine.
func shop(t *testing.T, host string, kafka, zookeeper int) *Project {
	t.Helper()
	dir := projectDir(t, "compose: {files: [compose.yaml], services: [zookeeper, kafka]}\n")
	write(t, filepath.Join(dir, "compose.yaml"), fmt.Sprintf(`name: shop
services:
  zookeeper: {image: zookeeper, ports: ["127.0.0.1:%d:2181"]}
  kafka: {image: "apache/kafka:3.9.0", ports: ["127.0.0.1:%d:9092", "127.0.0.1:%d:53/udp"]}
  unwanted: {image: nginx, ports: ["127.0.0.1:%d:80"]}
`, zookeeper, kafka, kafka, listening(t)))
	o := opening(t, dir, t.TempDir())
	env := o.Getenv
	o.Getenv = func(key string) string {
		if key == "DOCKER_HOST" {
			return host
		}
		return env(key)
	}
	p := must(t, o)
	p.stack.local = true // a tunnel to another computer looks the same
	return p
}

// faults are all of ours in an error, those that were joined as well.
func faults(err error) []*usererr.Error {
	var all []*usererr.Error
	if several, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range several.Unwrap() {
			all = append(all, faults(e)...)
		}
		return all
	}
	var one *usererr.Error
	if errors.As(err, &one) {
		all = append(all, one)
	}
	return all
}

func TestWhoHoldsAPortIsNamedBeforeAnythingIsStarted(t *testing.T) {
	kafka, zookeeper := free(t), free(t)
	for name, c := range map[string]struct {
		containers       []map[string]any
		kafka, zookeeper int
		want             []string
	}{
		"all is free":              {nil, kafka, zookeeper, nil},
		"another project's":        {[]map[string]any{container("old-kafka-1", "old", "kafka", kafka)}, kafka, zookeeper, []string{"project.port_container old-kafka-1 old"}},
		"a container by hand":      {[]map[string]any{container("byhand", "", "", kafka)}, kafka, zookeeper, []string{"project.port_container byhand "}},
		"our own, already running": {[]map[string]any{container("shop-kafka-1", "shop", "kafka", kafka)}, kafka, zookeeper, nil},
		"both":                     {[]map[string]any{container("a", "old", "x", kafka), container("b", "old", "y", zookeeper)}, kafka, zookeeper, []string{"project.port_container b old", "project.port_container a old"}},
	} {
		var got []string
		err := shop(t, engineWith(t, c.containers...), c.kafka, c.zookeeper).stack.portsFree(t.Context())
		for _, f := range faults(err) {
			got = append(got, fmt.Sprintf("%s %v %v", f.ID, f.Args["Name"], f.Args["Project"]))
		}
		if fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
		if err != nil && !app.Final(err) {
			t.Errorf("%s: %v is waited for", name, err)
		}
	}
}

func TestAProgramThatHoldsAPortIsNamed(t *testing.T) {
	p := shop(t, engineWith(t), listening(t), free(t))
	told := faults(p.stack.portsFree(t.Context()))
	if len(told) != 1 || !strings.HasPrefix(told[0].ID, "ports.taken") || !told[0].Stop {
		t.Fatalf("got %v, want the port told as taken, for good", told)
	}
	if told[0].ID == "ports.taken" && told[0].Args["PID"] != os.Getpid() {
		t.Errorf("got %v, want this process, %d", told[0].Args, os.Getpid())
	}
	p.stack.local = false
	if err := p.stack.portsFree(t.Context()); err != nil {
		t.Errorf("the engine is on another computer: %v", err)
	}
}

func TestAnEngineThatIsAwayIsTheFaultNotThePort(t *testing.T) {
	p := shop(t, "tcp://127.0.0.1:1", listening(t), free(t))
	err := p.stack.portsFree(t.Context())
	if !of("docker", err) || of("ports", err) {
		t.Errorf("got %v, want the engine's own error", err)
	}
}
