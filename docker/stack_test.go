package docker

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestAStackRunsWhenEachWantedServiceDoes(t *testing.T) {
	for _, c := range []struct {
		name  string
		holds []fakeContainer
		want  string // ids of the faults, in the order in which they are told
	}{
		{"all run", []fakeContainer{composed("zookeeper", "running", nil), composed("kafka", "running", nil)}, ""},
		{
			"unhealthy is for the protocol to decide",
			[]fakeContainer{composed("zookeeper", "running", nil), composed("kafka", "running", map[string]any{"Health": map[string]any{"Status": "unhealthy"}})},
			"",
		},
		{"nothing was ever started", nil, "docker.service_missing docker.service_missing"},
		{"one is missing", []fakeContainer{composed("kafka", "running", nil)}, "docker.service_missing"},
		{"created only", []fakeContainer{composed("zookeeper", "running", nil), composed("kafka", "created", nil)}, "docker.service_created"},
		{
			"a port was taken when it was to start",
			[]fakeContainer{composed("zookeeper", "running", nil), composed("kafka", "created", map[string]any{"ExitCode": 128, "Error": "port is already allocated"})},
			"docker.service_not_started",
		},
		{
			"stopped on request",
			[]fakeContainer{composed("zookeeper", "exited", map[string]any{"ExitCode": 0}), composed("kafka", "exited", map[string]any{"ExitCode": 143})},
			"docker.service_stopped docker.service_stopped",
		},
		{
			"what needs an eye comes first",
			[]fakeContainer{composed("zookeeper", "exited", nil), composed("kafka", "exited", map[string]any{"ExitCode": 1})},
			"docker.service_exited docker.service_stopped",
		},
		{"out of memory", []fakeContainer{composed("zookeeper", "running", nil), composed("kafka", "exited", map[string]any{"ExitCode": 137, "OOMKilled": true})}, "docker.service_oom"},
		{"killed by somebody", []fakeContainer{composed("zookeeper", "running", nil), composed("kafka", "exited", map[string]any{"ExitCode": 137})}, "docker.service_exited"},
		{"between two restarts", []fakeContainer{composed("zookeeper", "running", nil), composed("kafka", "restarting", map[string]any{"ExitCode": 1})}, "docker.service_restarting"},
		{"paused", []fakeContainer{composed("zookeeper", "paused", nil), composed("kafka", "running", nil)}, "docker.service_paused"},
		{"another project's Kafka does not count", []fakeContainer{composed("zookeeper", "running", nil), foreign("kafka")}, "docker.service_missing"},
		{"a single run of a service does not count", []fakeContainer{composed("zookeeper", "running", nil), oneOff("kafka")}, "docker.service_missing"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDaemon(t)
			d.holds(c.holds...)
			err := d.shop(t, "zookeeper", "kafka").Running(t.Context())
			if got := ids(err); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
			if f, ok := errors.AsType[interface {
				error
				Final() bool
			}](err); ok && f.Final() {
				t.Errorf("%v is final, but compose up may mend it", err)
			}
		})
	}
}

func foreign(service string) fakeContainer {
	c := composed(service, "running", nil)
	c.labels[labelProject] = "other"
	return c
}

func oneOff(service string) fakeContainer {
	c := composed(service, "running", nil)
	c.labels[labelOneOff] = "True"
	return c
}

// ids are the faults in a joined error.
func ids(err error) string {
	var all []string
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range joined.Unwrap() {
			all = append(all, idOf(e))
		}
	} else if err != nil {
		all = append(all, idOf(err))
	}
	return strings.Join(all, " ")
}

func TestAServiceThatEndedIsToldWithItsFacts(t *testing.T) {
	d := newDaemon(t)
	kafka := composed("kafka", "exited", map[string]any{"ExitCode": 137, "OOMKilled": true})
	kafka.restarts = 4
	d.holds(kafka)
	err := d.shop(t, "kafka").Running(t.Context())
	want := "docker.service_oom code=137 container=shop-kafka-1 oom=true restarts=4 service=kafka"
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// A look that remembered what the last one saw told a restart once, and the watch, which looks twice, never saw it.
func TestAServiceThatWasRestartedJustNowDoesNotRun(t *testing.T) {
	d := newDaemon(t)
	s := d.shop(t, "kafka")
	for name, c := range map[string]struct {
		restarts int
		ago      time.Duration
		want     string
	}{
		"started on request just now": {0, time.Second, ""},
		"restarted just now":          {4, time.Second, "docker.service_restarting"},
		"restarted a while ago":       {4, restartedFor + time.Minute, ""},
		"by a clock that runs ahead":  {4, -time.Hour, ""},
	} {
		k := composed("kafka", "running", map[string]any{"StartedAt": time.Now().Add(-c.ago).UTC().Format(time.RFC3339Nano)})
		k.restarts = c.restarts
		d.holds(k)
		for range 2 { // the second look sees what the first did
			if got := ids(s.Running(t.Context())); got != c.want {
				t.Errorf("%s: got %q, want %q", name, got, c.want)
			}
		}
	}
}

func TestWithoutWantedServicesEveryServiceIsWanted(t *testing.T) {
	d := newDaemon(t)
	s := d.shop(t)
	d.holds()
	if got := ids(s.Running(t.Context())); got != "docker.project_missing" {
		t.Errorf("no containers: got %q, want docker.project_missing", got)
	}
	d.holds(composed("a", "running", nil), composed("b", "exited", map[string]any{"ExitCode": 2}))
	if got := ids(s.Running(t.Context())); got != "docker.service_exited" {
		t.Errorf("one ended: got %q, want docker.service_exited", got)
	}
}

func TestContainersAreObservedWithWhatOnlyAnInspectionKnows(t *testing.T) {
	d := newDaemon(t)
	kafka := composed("kafka", "running", map[string]any{
		"Health": map[string]any{"Status": "starting"}, "FinishedAt": "0001-01-01T00:00:00Z",
	})
	kafka.tty, kafka.restarts = true, 2
	kafka.ports = []map[string]any{{"IP": "0.0.0.0", "PrivatePort": 9092, "PublicPort": 19092, "Type": "tcp"}}
	d.holds(kafka, composed("app", "exited", map[string]any{"ExitCode": 3, "FinishedAt": "2025-10-20T22:00:00Z"}))
	cs, err := d.shop(t).Containers(t.Context())
	must(t, err)
	want := []Container{
		{
			Project: "shop", Service: "app", ID: "id-app", Name: "shop-app-1", Image: "img:1", State: "exited", ExitCode: 3,
			Started: time.Date(2025, 10, 20, 21, 30, 0, 123456789, time.UTC), Finished: time.Date(2025, 10, 20, 22, 0, 0, 0, time.UTC),
		},
		{
			Project: "shop", Service: "kafka", ID: "id-kafka", Name: "shop-kafka-1", Image: "img:1", State: "running", Health: "starting",
			Restarts: 2, Started: time.Date(2025, 10, 20, 21, 30, 0, 123456789, time.UTC), TTY: true,
			Ports: []Port{{HostIP: "0.0.0.0", Host: 19092, Container: 9092, Proto: "tcp"}},
		},
	}
	if fmt.Sprintf("%+v", cs) != fmt.Sprintf("%+v", want) {
		t.Errorf("got  %+v\nwant %+v", cs, want)
	}
}

func TestAContainerThatVanishesBetweenTwoLooksIsNoFault(t *testing.T) {
	d := newDaemon(t)
	d.holds(composed("kafka", "running", nil))
	d.on("/containers/id-kafka/json", nil) // 404
	cs, err := d.shop(t).Containers(t.Context())
	if err != nil || len(cs) != 0 {
		t.Errorf("got %v, %v, want no container and no error", cs, err)
	}
}

func TestOfSeveralContainersTheRunningOneSpeaks(t *testing.T) {
	at := time.Unix(1, 0)
	cs := []Container{
		{Service: "k", Name: "old", State: "exited", Started: at},
		{Service: "k", Name: "runs", State: "running", Started: at.Add(time.Second)},
		{Service: "k", Name: "new", State: "exited", Started: at.Add(time.Minute)},
	}
	if c, _ := chosen(cs, "k"); c.Name != "runs" {
		t.Errorf("got %s, want runs", c.Name)
	}
	cs[1].State = "exited"
	if c, _ := chosen(cs, "k"); c.Name != "new" {
		t.Errorf("none runs: got %s, want the newest", c.Name)
	}
	if _, found := chosen(cs, "other"); found {
		t.Error("found a container of a service that has none")
	}
}

func TestTheContainerThatHoldsAPortIsNamed(t *testing.T) {
	d := newDaemon(t)
	kafka := foreign("kafka")
	kafka.ports = []map[string]any{
		{"PrivatePort": 9092, "Type": "tcp"}, // not published
		{"IP": "::", "PrivatePort": 9092, "PublicPort": 9092, "Type": "tcp"},
		{"IP": "::", "PrivatePort": 53, "PublicPort": 5353, "Type": "udp"},
	}
	d.holds(kafka)
	g := d.connect(t)
	c, found, err := g.PortOwner(t.Context(), 9092)
	if err != nil || !found || c.Project != "other" || c.Service != "kafka" || c.Name != "shop-kafka-1" {
		t.Errorf("9092: got %+v, %v, %v, want kafka of project other", c, found, err)
	}
	for _, port := range []int{0, 5353, 9093} {
		if c, found, err := g.PortOwner(t.Context(), port); found || err != nil {
			t.Errorf("%d: got %+v, %v, want nobody", port, c, err)
		}
	}
}

func TestUsageIsMeasuredOverASecond(t *testing.T) {
	d := newDaemon(t)
	d.json("/containers/id-kafka/stats", map[string]any{
		"cpu_stats":    map[string]any{"cpu_usage": map[string]any{"total_usage": 3_000_000_000}, "system_cpu_usage": 20_000_000_000, "online_cpus": 4},
		"precpu_stats": map[string]any{"cpu_usage": map[string]any{"total_usage": 1_000_000_000}, "system_cpu_usage": 16_000_000_000, "online_cpus": 4},
		"memory_stats": map[string]any{"usage": 700 << 20, "limit": 2 << 30, "stats": map[string]any{"inactive_file": 200 << 20}},
	})
	got, err := d.connect(t).Stats(t.Context(), "id-kafka")
	must(t, err)
	if want := (Stats{CPU: 200, Memory: 500 << 20, Limit: 2 << 30}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got := usage(sample{busy: 1}, sample{busy: 5, machine: 9}); got.CPU != 0 {
		t.Errorf("a counter that went back: got %v%%, want 0", got.CPU)
	}
	if _, err := d.connect(t).Stats(t.Context(), "gone"); idOf(err) != "docker.not_found" {
		t.Errorf("got %v, want docker.not_found", err)
	}
}
