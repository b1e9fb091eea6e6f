//go:build rig && linux

package rig

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// Intent: a broker that dies while streaming must be told within 5 s and healed without help.
func TestABrokerThatDiesIsToldAndHealed(t *testing.T) {
	s := newStand(t)
	up := s.up()
	up.streams()
	s.throughAllTopics("before", 5)
	from := up.now()
	s.docker("kill", s.container("kafka").ID)
	died := time.Now()
	degraded := up.awaits(5*time.Second, "phase degraded", from, func(e event) bool { return e.Phase == "degraded" })
	t.Logf("told after %.2fs: %s", time.Since(died).Seconds(), degraded)
	up.awaits(fromNil, "why the next broker could not start", from, func(e event) bool {
		return e.Kind == "doing" && e.Step == "infra" && e.Finding != nil && e.Finding.Cause == "zk-node-exists"
	})
	up.awaits(fromNil, "connected again", from, func(e event) bool { return e.connected() && e.Time.After(degraded.Time) })
	t.Logf("healed after %.1fs", time.Since(died).Seconds())
	// The starting broker told the app that its topics do not exist. Its producer drops what comes until it has asked
	// again, and its consumers come back to their groups some seconds later: a camera simply goes on.
	s.eventually(fromNil, "records go through from end to end again", func() (bool, string) {
		s.send("again", 5)
		all := s.records("llm-analysis-results")
		return slices.ContainsFunc(all, func(r record) bool { return r.Key == "again" }), fmt.Sprintf("%d results", len(all))
	})
	t.Logf("records from end to end after %.1fs", time.Since(died).Seconds())
	s.throughAllTopics("healed", 5)
}

// Intent: where no engine runs, there must be one clear message and no hang.
func TestWithoutAnEngineThereIsOneClearMessage(t *testing.T) {
	s := newStand(t)
	socket := filepath.Join(s.home, "docker.sock")
	l, err := net.Listen("unix", socket)
	s.must(err)
	l.(*net.UnixListener).SetUnlinkOnClose(false)
	s.must(l.Close()) // the socket file of an engine that is gone
	s.env = append(s.env, "DOCKER_HOST=unix://"+socket)
	s.endsWith(s.up(), "docker.not_running", "")
	s.nothingRuns()
}

// Intent: an engine that stops while streaming must be told in the same words, without a hang.
func TestAnEngineThatStopsIsTold(t *testing.T) {
	if !here.OwnsEngine() {
		t.Skip("this machine's engine is not the rig's to stop")
	}
	s := newStand(t)
	up := s.up()
	up.streams()
	from := up.now()
	s.must(here.StopEngine(t.Context()))
	t.Cleanup(func() { s.must(here.StartEngine(context.WithoutCancel(t.Context()))) })
	up.awaits(soon, "the engine's end", from, func(e event) bool { return e.Error != nil && e.Error.ID == "docker.not_running" })
	up.interrupt()
	s.nothingRuns()
}

// Intent: a taken port must be told with the name of who holds it, and nothing may be left half started.
func TestATakenPortIsToldWithItsOwner(t *testing.T) {
	t.Run("a program", func(t *testing.T) {
		s := newStand(t)
		l, err := net.Listen("tcp", kafkaAddress)
		s.must(err)
		defer l.Close()
		s.endsWith(s.up(), "ports.taken", fmt.Sprint(os.Getpid()))
		if got := s.running(); got != "" {
			t.Errorf("half started:\n%s", got)
		}
		s.nothingRuns()
	})
	t.Run("a container", func(t *testing.T) {
		s := newStand(t)
		const owner = "streamtray-rig-owner"
		s.docker("run", "--detach", "--name", owner, "--publish", kafkaAddress+":9092", imageName("kafka"), "sleep", "600")
		t.Cleanup(func() { s.docker("rm", "--force", "--volumes", owner) })
		s.endsWith(s.up(), "project.port_container", owner)
		if got := s.running(); got != "" {
			t.Errorf("half started:\n%s", got)
		}
		s.nothingRuns()
	})
}

// Intent: a taken port must cost one yes: a free one takes its place, the app is told by its environment, the user's file
// stays as it is, and the next up remembers; the project's own port comes back as easily.
func TestATakenPortGivesWayToAFreeOne(t *testing.T) {
	s := newStand(t)
	l, err := net.Listen("tcp", kafkaAddress)
	s.must(err)
	defer l.Close()
	compose := filepath.Join(s.project, "deployment", "docker-compose.infra.yml")
	before, err := os.ReadFile(compose)
	s.must(err)
	args := []string{"up", "--project", s.project, "--trust", "--json"}

	unasked := s.start(args...)
	s.endsWith(unasked, "ports.taken", fmt.Sprint(os.Getpid()))
	s.says(unasked.said(), "--free-port")

	up := s.start(append(args, "--free-port")...)
	up.streams()
	s.kafka = "127.0.0.1:19092"
	s.throughAllTopics("moved", 5)
	environ, err := os.ReadFile(fmt.Sprintf("/proc/%d/environ", s.app()[0].pid))
	s.must(err)
	if want := "ALGO_KAFKA_BOOTSTRAP_SERVERS=localhost:19092"; !slices.Contains(strings.Split(string(environ), "\x00"), want) {
		t.Errorf("the app is not told %s", want)
	}
	up.interrupt()

	again := s.up()
	again.streams()
	s.throughAllTopics("remembered", 5)
	again.interrupt()
	if after, err := os.ReadFile(compose); err != nil || string(after) != string(before) {
		t.Errorf("the user's file changed: %v\n%s", err, after)
	}

	s.must(l.Close())
	own := s.start(append(args, "--own-ports")...)
	own.streams()
	s.kafka = kafkaAddress
	s.throughAllTopics("own", 5)
	own.interrupt()
	s.nothingRuns()
}

// Intent: an app that runs but does not stream must never be called streaming; each of its known faults must end in
// the verdict that names it.
func TestABrokenAppEndsInTheRightVerdict(t *testing.T) {
	const (
		ws      = "routes/ws.py"
		topic   = "            topic=settings.kafka_detection_topic,\n"
		told    = `logger.error(f"Failed to initialize Kafka producer: {error}")`
		hidden  = `logger.error("Failed to initialize Kafka producer: %s", error)`
		wanted  = "    - {name: detection-results, partitions: 3, replication: 1, env: ALGO_KAFKA_DETECTION_TOPIC, about: 实时检测结果}\n"
		configs = "streamtray.yaml"
	)
	for name, c := range map[string]struct {
		broken func(s *stand)
		id     string
		says   string
		cause  string // behind it, as the log tells
		shown  string // of its evidence
		remedy string // offered: to import the module again is the user's to choose
	}{
		"the call lacks topic": {
			func(s *stand) { s.edit(ws, topic, "") },
			"detector.init_failed", "missing 1 required positional argument: 'topic'", "api-call-typeerror", "'topic'", "",
		},
		"the log hides the cause": {
			func(s *stand) { s.edit(ws, topic, ""); s.edit(ws, told, hidden) },
			"detector.init_failed_hidden", "routes", "log-format-bug", "%s", "import_again",
		},
		"the module is missing": {
			func(s *stand) { s.use(s.venvWithout("confluent_kafka")) },
			"detector.degraded", "Kafka module not available, streaming mode disabled", "module-missing", "Kafka module not available", "import_again",
		},
		"the topic is missing and not created": {
			func(s *stand) { s.edit(configs, wanted, "") },
			"detector.init_failed", "detection-results", "unknown-topic", "detection-results", "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStand(t)
			c.broken(s)
			up := s.up()
			s.endsWith(up, c.id, c.says)
			events, _ := up.seen()
			for _, e := range events {
				if e.connected() {
					t.Errorf("called %s by %v", e.Phase, e)
				}
				if e.Kind != "failed" {
					continue
				}
				f := e.Finding
				if f == nil || f.Cause != c.cause || !strings.Contains(f.Evidence, c.shown) || c.remedy != "" && (f.Remedy == nil || f.Remedy.ID != c.remedy) {
					t.Errorf("%v: behind it %+v, want %s with %q, and the remedy %q", e, f, c.cause, c.shown, c.remedy)
				}
			}
			s.nothingRuns()
		})
	}
}

// Intent: an address that only containers know must be named as what stands behind the failure: where the compose file
// says it, and where it shows only once Kafka runs.
func TestAnAddressThatOnlyContainersKnowIsNamed(t *testing.T) {
	const (
		file = "deployment/docker-compose.infra.yml"
		ours = "PLAINTEXT_HOST://127.0.0.1:9092\n"
	)
	for name, c := range map[string]struct{ theirs, bootstrap, id string }{
		"in the file":  {"PLAINTEXT_HOST://kafka:9092\n", "", "project.unreachable"},
		"once it runs": {"PLAINTEXT_HOST://kafka-of-nobody.invalid:9092\n", "127.0.0.1:9092", "kafka.advertised_name"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStand(t)
			s.edit(file, ours, c.theirs)
			if c.bootstrap != "" {
				s.edit("streamtray.yaml", "  mode: docker\n", "  mode: docker\n  bootstrap: [\""+c.bootstrap+"\"]\n")
			}
			up := s.up()
			told := up.awaits(fromNil, "what stands behind it", 0, func(e event) bool { return e.Step == "broker" && e.Finding != nil })
			if told.Finding.Cause != "advertised-unreachable" || told.Error == nil || told.Error.ID != c.id {
				t.Errorf("got %v, behind it %+v; want %s, advertised-unreachable", told, told.Finding, c.id)
			}
			t.Logf("%s %s | %s | %s", told.Kind, told.Text, told.Finding.Title, told.Finding.Evidence)
			if told.Kind != "failed" {
				up.interrupt()
			}
			up.exit(soon)
			s.nothingRuns()
		})
	}
}

// endsWith claims that up ends by itself with exit code 1 after an error of that name, whose words hold a part.
func (s *stand) endsWith(up *call, id, part string) {
	s.Helper()
	told := up.awaits(fromNil, "the error "+id, 0, func(e event) bool { return e.Kind == "failed" && e.Error != nil })
	if code := up.exit(soon); code != 1 {
		s.Errorf("exit code: got %d, want 1", code)
	}
	words := told.Text + " " + told.Hint
	if told.Error.ID != id || !strings.Contains(words, part) {
		s.Errorf("got %s: %q, want %s with %q", told.Error.ID, words, id, part)
	}
	if told.Text == "" || told.Hint == "" {
		s.Errorf("%s: got no sentence or no advice: %q %q", told.Error.ID, told.Text, told.Hint)
	}
}
