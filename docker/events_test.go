package docker

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// emits answers /events with messages, then keeps the stream open until the client goes, unless it is to end.
func (d *daemon) emits(ends bool, messages ...string) {
	d.on("/events", func(w http.ResponseWriter, r *http.Request) {
		for _, m := range messages {
			fmt.Fprintln(w, m)
		}
		_ = http.NewResponseController(w).Flush()
		if !ends {
			<-r.Context().Done()
		}
	})
}

// event is one message of an engine about the service kafka.
func event(action string, more ...string) string {
	attributes := map[string]string{labelProject: "shop", labelService: "kafka", "name": "shop-kafka-1"}
	for i := 0; i+1 < len(more); i += 2 {
		attributes[more[i]] = more[i+1]
	}
	m, _ := json.Marshal(map[string]any{
		"Type": "container", "Action": action, "Actor": map[string]any{"ID": "id-kafka", "Attributes": attributes},
		"time": 1760995800, "timeNano": 1760995800123456789,
	})
	return string(m)
}

func TestEventsTellWhatHappensToTheProjectsContainers(t *testing.T) {
	d := newDaemon(t)
	d.emits(true, event("start"), event("exec_start: sh"), event("health_status: unhealthy"), event("oom"), event("die", "exitCode", "137"))
	var got []string
	for e, err := range d.shop(t).Events(t.Context()) {
		if err != nil {
			got = append(got, idOf(err))
			continue
		}
		got = append(got, strings.TrimSpace(fmt.Sprint(e.Action, e.Service, e.HealthState, e.ExitCode)))
		if e.Action == Died && e.At.UnixNano() != 1760995800123456789 {
			t.Errorf("got time %v, want the engine's", e.At)
		}
	}
	want := []string{
		"listening0", "startkafka0", "health_statuskafkaunhealthy0", "oomkafka0", "diekafka137", "docker.connection_lost",
	}
	if compact(got) != compact(want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func compact(all []string) string { return strings.ReplaceAll(strings.Join(all, "|"), " ", "") }

func TestEventsAskForThisProjectAlone(t *testing.T) {
	d := newDaemon(t)
	var filters string
	d.on("/events", func(_ http.ResponseWriter, r *http.Request) { filters = r.URL.Query().Get("filters") })
	for range d.shop(t).Events(t.Context()) {
	}
	var got map[string]map[string]bool
	must(t, json.Unmarshal([]byte(filters), &got))
	if !got["label"][labelProject+"=shop"] || !got["type"]["container"] || !got["event"]["die"] {
		t.Errorf("got %s, want a filter by label, type and event", filters)
	}
}

func TestEventsEndWithTheirContextWithoutAnError(t *testing.T) {
	d := newDaemon(t)
	d.emits(false, event("start"))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var got []string
	for e, err := range d.shop(t).Events(ctx) {
		got = append(got, string(e.Action)+idOf(err))
		if e.Action == Started {
			cancel()
		}
	}
	if want := "listening|start"; compact(got) != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestEventsMayBeLeftAtAnyTime(t *testing.T) {
	d := newDaemon(t)
	d.emits(false, event("start"))
	for e, err := range d.shop(t).Events(t.Context()) {
		must(t, err)
		if e.Action == Listening {
			break
		}
	}
	if got := strings.Join(d.asked(), " "); !strings.Contains(got, "/events") {
		t.Errorf("asked %s, want /events before Listening is told", got)
	}
}

func TestEventsOfAnEngineThatIsGoneAreAFault(t *testing.T) {
	d := newDaemon(t)
	d.on("/events", status(http.StatusInternalServerError))
	s := d.shop(t)
	for e, err := range s.Events(t.Context()) {
		// The client says that it has asked a moment before it says what the answer was.
		if e.Action != Listening && (e.Action != "" || idOf(err) != "docker.starting") {
			t.Errorf("refused: got %v, %v, want only docker.starting", e, err)
		}
	}
	d.Close()
	for e, err := range d.shop(t).Events(t.Context()) {
		if e.Action != "" || idOf(err) != "docker.remote_refused" {
			t.Errorf("gone: got %v, %v, want only docker.remote_refused", e, err)
		}
	}
}
