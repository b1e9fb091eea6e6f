package docker

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
)

// daemon is an engine as seen on the wire: canned answers, requests recorded.
type daemon struct {
	*httptest.Server
	version string // Api-Version; empty: not said
	os      string // Ostype

	mu       sync.Mutex
	answers  map[string]http.HandlerFunc // by path without the version
	requests []string
}

var versioned = regexp.MustCompile(`^/v[0-9.]+`)

// newDaemon is an engine that answers a ping and nothing else.
func newDaemon(t *testing.T) *daemon {
	t.Helper()
	d := &daemon{version: "1.47", os: "linux", answers: map[string]http.HandlerFunc{}}
	d.on("/_ping", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "OK") })
	d.Server = httptest.NewServer(d)
	t.Cleanup(d.Server.Close)
	return d
}

func (d *daemon) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	d.mu.Lock()
	d.requests = append(d.requests, r.Method+" "+r.URL.Path)
	answer := d.answers[versioned.ReplaceAllString(r.URL.Path, "")]
	version, system := d.version, d.os
	d.mu.Unlock()
	if version != "" {
		w.Header().Set("Api-Version", version)
		w.Header().Set("Ostype", system)
	}
	if answer == nil {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusNotFound)
		fmt.Fprint(w, `{"message":"No such container: x"}`)
		return
	}
	answer(w, r)
}

func (d *daemon) on(path string, answer http.HandlerFunc) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.answers[path] = answer
}

func (d *daemon) speaks(version string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.version = version
}

func (d *daemon) asked() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.requests)
}

// json answers path with v.
func (d *daemon) json(path string, v any) {
	d.on(path, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(v)
	})
}

// holds makes cs the containers there are; the list honours the filter by label.
func (d *daemon) holds(cs ...fakeContainer) {
	d.on("/containers/json", func(w http.ResponseWriter, r *http.Request) {
		var want struct{ Label map[string]bool }
		_ = json.Unmarshal([]byte(r.URL.Query().Get("filters")), &want)
		list := []map[string]any{}
		for _, c := range cs {
			if c.matches(want.Label) && (c.state["Status"] == "running" || r.URL.Query().Get("all") == "1") {
				list = append(list, c.summary())
			}
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(list)
	})
	for _, c := range cs {
		d.json("/containers/"+c.id+"/json", map[string]any{
			"Id": c.id, "State": c.state, "RestartCount": c.restarts, "Config": map[string]any{"Tty": c.tty},
		})
	}
}

// fakeContainer is one on the fake engine.
type fakeContainer struct {
	id       string
	labels   map[string]string
	state    map[string]any
	restarts int
	tty      bool
	ports    []map[string]any
}

// composed is a container of a service of the project "shop".
func composed(service, status string, state map[string]any) fakeContainer {
	if state == nil {
		state = map[string]any{}
	}
	state["Status"] = status
	if state["StartedAt"] == nil {
		state["StartedAt"] = "2025-10-20T21:30:00.123456789Z"
	}
	return fakeContainer{id: "id-" + service, state: state, labels: map[string]string{
		labelProject: "shop", labelService: service, labelOneOff: "False",
	}}
}

func (c fakeContainer) matches(labels map[string]bool) bool {
	for l := range labels {
		k, v, _ := strings.Cut(l, "=")
		if c.labels[k] != v {
			return false
		}
	}
	return true
}

func (c fakeContainer) summary() map[string]any {
	return map[string]any{
		"Id": c.id, "Names": []string{"/shop-" + strings.TrimPrefix(c.id, "id-") + "-1"}, "Image": "img:1",
		"State": c.state["Status"], "Labels": c.labels, "Ports": c.ports,
	}
}

// connect makes a client of the fake engine.
func (d *daemon) connect(t *testing.T) *Engine {
	t.Helper()
	return connect(t, Endpoint{Host: "tcp://" + d.Listener.Addr().String()})
}

func connect(t *testing.T, e Endpoint) *Engine {
	t.Helper()
	g, err := Connect(e)
	must(t, err)
	t.Cleanup(func() { must(t, g.Close()) })
	return g
}

// shop is the project "shop" on the fake engine with some wanted services.
func (d *daemon) shop(t *testing.T, services ...string) *Stack {
	t.Helper()
	return &Stack{Engine: d.connect(t), Dir: t.TempDir(), Name: "shop", Services: services}
}
