package project

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"streamtray/app"
	"streamtray/app/detector"
	"streamtray/app/diagnose"
	"streamtray/app/explain"
	"streamtray/app/i18n"
	"streamtray/app/story"
	"streamtray/app/testenv"
	"streamtray/app/view"
	"streamtray/docker"
	"streamtray/docker/compose"
	"streamtray/internal/usererr"
	"streamtray/kafka"
)

// keptContainer is a container as an engine tells of it: how it is, and what it wrote.
type keptContainer struct {
	status   string
	code     int
	oom      bool
	restarts int
	log      string
}

// engineOf is an engine on the wire with the containers of the project "shop", by service.
func engineOf(t *testing.T, all map[string]keptContainer) (host string) {
	t.Helper()
	var listed []map[string]any
	for service, c := range all {
		one := container(service, "shop", service, 0)
		one["State"] = c.status
		listed = append(listed, one)
	}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Api-Version", "1.47")
		w.Header().Set("Ostype", "linux")
		parts := strings.Split(r.URL.Path, "/")
		c := all[strings.TrimPrefix(parts[max(0, len(parts)-2)], "id-")]
		switch {
		case strings.HasSuffix(r.URL.Path, "/_ping"):
			fmt.Fprint(w, "OK")
		case strings.HasSuffix(r.URL.Path, "/containers/json"):
			_ = json.NewEncoder(w).Encode(matching(listed, r.URL.Query().Get("filters")))
		case strings.HasSuffix(r.URL.Path, "/json"):
			_ = json.NewEncoder(w).Encode(map[string]any{
				"RestartCount": c.restarts, "Config": map[string]any{"Tty": true},
				"State": map[string]any{"Status": c.status, "ExitCode": c.code, "OOMKilled": c.oom, "StartedAt": "2026-01-02T03:04:05Z"},
			})
		case strings.HasSuffix(r.URL.Path, "/logs"):
			for l := range strings.Lines(c.log) {
				fmt.Fprint(w, "2026-01-02T03:04:06.5Z "+l)
			}
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	}))
	t.Cleanup(s.Close)
	return "tcp://" + s.Listener.Addr().String()
}

// What containers that are well, and one that crashed, write.
const (
	wellBroker    = "[2026-01-02 03:04:09,123] INFO [KafkaServer id=1] started (kafka.server.KafkaServer)\n"
	wellZooKeeper = "[2026-01-02 03:04:07,123] INFO binding to port 0.0.0.0/0.0.0.0:2181 (org.apache.zookeeper.server.NIOServerCnxnFactory)\n"
	otherCluster  = `[2026-01-02 03:04:07,123] INFO starting (kafka.server.KafkaServer)
[2026-01-02 03:04:08,123] ERROR Fatal error during KafkaServer startup. Prepare to shutdown (kafka.server.KafkaServer)
kafka.common.InconsistentClusterIdException: The Cluster ID sGPUBExeRBGle9kDfzdXQA doesn't match stored clusterId Some(PwtW_Y7kQ9GwBPSRhKfq8A) in meta.properties. The broker is trying to join the wrong cluster.
`
	leftover = `[2026-01-02 03:04:08,123] ERROR Error while creating ephemeral at /brokers/ids/1, node already exists and owner '100620751440642057' does not match current session '100626284643549184' (kafka.zk.KafkaZkClient$CheckedEphemeral)
[2026-01-02 03:04:08,124] ERROR [KafkaServer id=1] Fatal error during KafkaServer startup. Prepare to shutdown (kafka.server.KafkaServer)
org.apache.zookeeper.KeeperException$NodeExistsException: KeeperErrorCode = NodeExists
`
)

var (
	wellOnes = map[string]keptContainer{
		"kafka": {status: "running", log: wellBroker}, "zookeeper": {status: "running", log: wellZooKeeper},
	}
	exited     = &docker.Error{ID: "docker.service_exited", Args: map[string]any{"Service": "kafka", "Code": 1}, Stop: true}
	advertised = &kafka.Error{
		ID: kafka.AdvertisedName, Args: map[string]any{"Addr": "kafka:9092", "Host": "kafka"},
		Err: &kafka.Error{ID: kafka.UnknownHost, Args: map[string]any{"Addr": "kafka:9092", "Host": "kafka"}, Err: errors.New("no such host")},
	}
	refused = &kafka.Error{ID: kafka.Refused, Args: map[string]any{"Addr": "127.0.0.1:9092"}}
)

func crashedKafka(log string) map[string]keptContainer {
	return map[string]keptContainer{"kafka": {status: "exited", code: 1, log: log}, "zookeeper": wellOnes["zookeeper"]}
}

func late(err error) error { return fmt.Errorf("%w: %w", app.ErrTooLong, err) }

func TestWhatStandsBehindAFailureIsFoundWhereItCanBeSeen(t *testing.T) {
	composeFailed := &docker.Error{ID: "docker.compose_failed", Stop: true, Err: &docker.ComposeError{Verb: "up", Code: 1, Tail: []string{
		"Error response from daemon: invalid mount config for type \"bind\": bind source path does not exist: /no/such/folder",
	}}}
	for name, c := range map[string]struct {
		step  string
		err   error
		sites map[string]keptContainer
		want  string // cause, place
		line  bool   // it was read
		told  bool
	}{
		"a container that crashed":                 {story.StepInfra, exited, crashedKafka(otherCluster), "cluster-id-mismatch broker", true, false},
		"a session left over":                      {story.StepInfra, exited, crashedKafka(leftover), "zk-node-exists broker", true, false},
		"compose ended badly":                      {story.StepInfra, composeFailed, nil, "bind-mount compose", true, false},
		"a container killed for memory":            {story.StepInfra, exited, map[string]keptContainer{"kafka": {status: "exited", code: 137, oom: true}}, "oom-killed engine", false, false},
		"containers that keep restarting":          {story.StepInfra, &docker.Error{ID: "docker.service_restarting"}, map[string]keptContainer{"kafka": {status: "restarting", code: 1, restarts: 5, log: otherCluster + otherCluster}}, "cluster-id-mismatch broker", true, false},
		"nothing was started yet":                  {story.StepInfra, &docker.Error{ID: "docker.service_missing"}, crashedKafka(otherCluster), "", false, false},
		"containers that were asked to stop":       {story.StepInfra, &docker.Error{ID: "docker.service_stopped"}, crashedKafka(otherCluster), "", false, false},
		"no engine":                                {story.StepEngine, &docker.Error{ID: "docker.not_running"}, nil, "daemon-not-running engine", false, true},
		"an engine on its way":                     {story.StepEngine, &docker.Error{ID: "docker.starting"}, nil, "engine-starting-500 engine", false, true},
		"an engine that was started":               {story.StepEngine, usererr.New("project.engine_absent", map[string]any{"Waited": 10, "Most": 120}, &docker.Error{ID: "docker.not_running"}), nil, "engine-starting-500 engine", false, true},
		"an address that only containers know":     {story.StepBroker, advertised, wellOnes, "advertised-unreachable client", false, true},
		"a broker that takes its time":             {story.StepBroker, refused, wellOnes, "", false, false},
		"a broker that took too long":              {story.StepBroker, late(refused), wellOnes, "broker-refused client", false, true},
		"a broker that is down, and its log's why": {story.StepBroker, late(refused), crashedKafka(otherCluster), "cluster-id-mismatch broker", true, false},
		"a file whose Kafka only containers can use": {
			story.StepBroker,
			unreachable(&compose.Report{Problems: []compose.Problem{{ID: "compose.internal_name_only", Args: map[string]any{"Service": "kafka", "Host": "kafka", "Port": 9092}}}}, []string{"compose.yaml"}),
			wellOnes, "advertised-unreachable client", false, true,
		},
		"a topic that is yet to be created": {story.StepTopics, &kafka.Error{ID: kafka.TopicMissing, Args: map[string]any{"Topic": "tasks"}}, wellOnes, "", false, false},
		"more copies than brokers":          {story.StepTopics, &kafka.Error{ID: kafka.TopicReplicas, Args: map[string]any{"Topic": "tasks"}, Stop: true}, wellOnes, "replication-factor client", false, true},
		"an error that nobody knows":        {story.StepInfra, exited, crashedKafka("[2026-01-02 03:04:08,123] ERROR the flux capacitor is empty (kafka.server.KafkaServer)\n"), "unknown broker", true, false},
	} {
		t.Run(name, func(t *testing.T) {
			p := shop(t, engineOf(t, c.sites), free(t), free(t))
			d := p.explainer.Explain(within(t), c.step, c.err)
			if got := strings.TrimSpace(d.Cause + " " + d.Where); got != c.want {
				t.Fatalf("got %q, want %q: %+v", got, c.want, d)
			}
			if (d.Line > 0) != c.line || d.Told != c.told {
				t.Errorf("line %d, told %v; want read: %v, told: %v", d.Line, d.Told, c.line, c.told)
			}
			if d.Known() && d.Evidence == "" {
				t.Errorf("no evidence: %+v", d)
			}
		})
	}
}

func TestTheRowOfAFailedStepTellsItInBothLanguages(t *testing.T) {
	p := shop(t, engineOf(t, crashedKafka(otherCluster)), free(t), free(t))
	d := p.explainer.Explain(within(t), story.StepInfra, exited)
	s := app.State{}.Apply(app.Event{Step: story.StepInfra, Kind: app.Failed, Err: exited, Diagnosis: d})
	for lang, want := range map[string]string{"en": "another cluster", "zh": "另一个集群"} {
		w, err := i18n.New(lang)
		if err != nil {
			t.Fatal(err)
		}
		f := view.Of(s, w, time.Now()).Rows[0].Finding
		if f == nil || !strings.Contains(f.Title, want) || f.Advice == "" || !strings.Contains(f.Evidence, "InconsistentClusterIdException") {
			t.Errorf("%s: %+v", lang, f)
		}
	}
}

// Lines that were there when all went well are no reason for a failure.
func TestAfterAGoodRunItsOwnOddLinesAreNoNews(t *testing.T) {
	const odd = "[2026-01-02 03:04:08,123] ERROR the flux capacitor is %s (kafka.server.KafkaServer)\n"
	sites := map[string]keptContainer{"kafka": {status: "running", log: wellBroker + fmt.Sprintf(odd, "empty")}, "zookeeper": wellOnes["zookeeper"]}
	host := engineOf(t, sites)
	p := shop(t, host, free(t), free(t))
	if d := p.explainer.Explain(within(t), story.StepBroker, late(errors.New("why"))); d.Cause != diagnose.Unknown || !strings.Contains(d.Evidence, "empty") {
		t.Fatalf("before: %+v, want the line that nobody knows", d)
	}
	if err := p.explainer.Remember(within(t)); err != nil {
		t.Fatal(err)
	}
	again := p.explainer
	again.Known = explain.NewMemory(p.folder("known.json")) // of another process
	if d := again.Explain(within(t), story.StepBroker, late(errors.New("why"))); d.Known() {
		t.Errorf("after a good run: %+v", d)
	}
	sites["kafka"] = keptContainer{status: "running", log: wellBroker + fmt.Sprintf(odd, "empty") + fmt.Sprintf(odd, "broken and on fire")}
	if d := again.Explain(within(t), story.StepBroker, late(errors.New("why"))); !strings.Contains(d.Evidence, "on fire") || len(d.Others) != 0 {
		t.Errorf("a new line: %+v, want it alone", d)
	}
}

func TestAnEnvFileThatSaysOffIsNamed(t *testing.T) {
	dir := projectDir(t, "kafka: {mode: embedded}\n")
	write(t, filepath.Join(dir, ".env"), "A=b\nALGO_ENABLE_KAFKA_STREAMING=false\n")
	p := must(t, opening(t, dir, t.TempDir()))
	silent := usererr.New("detector.waiting_ready", nil, nil)
	if d := p.explainer.Explain(within(t), story.StepProducer, silent); d.Known() {
		t.Errorf("while it is awaited: %+v", d)
	}
	d := p.explainer.Explain(within(t), story.StepProducer, late(silent))
	if d.Cause != "env-flag" || !strings.Contains(d.Evidence, "ALGO_ENABLE_KAFKA_STREAMING=false") || d.Args["value"] != "false" {
		t.Errorf("got %+v", d)
	}
	if !slices.Contains([]string{"auto", "ask", "show"}, d.Action) {
		t.Errorf("action %q", d.Action)
	}
}

// hiding is an app whose log hides why its producer could not be made.
func hiding(t *testing.T, p *Project, body string) error {
	t.Helper()
	python, err := exec.LookPath("python3")
	if err != nil {
		testenv.Of(t, "no Python here: ", err)
	}
	write(t, filepath.Join(p.Dir, "routes", "ws.py"), `
def say(level, line, message):
    print(f"2025-10-20 21:30:00.123 | {level:<8} | routes.ws:<module>:{line} - {message}", flush=True)
try:
    `+body+`
except ImportError:
    say("WARNING", 7, "Kafka module not available, streaming mode disabled")
except Exception:
    say("ERROR", 9, "Failed to initialize Kafka producer: %s")
`)
	write(t, filepath.Join(p.Dir, "app.py"), "import routes.ws, time\ntime.sleep(60)\n")
	ctx := within(t)
	if err := p.app.Start(ctx, detector.Launch{Command: []string{python, "app.py"}, Dir: p.Dir}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.app.Stop(context.WithoutCancel(ctx)); err != nil {
			t.Error(err)
		}
	})
	for {
		heard := p.app.Output().Last()
		if err := p.app.Producing(ctx); app.Final(err) {
			return err
		}
		if p.app.Output().Wait(ctx, heard) != nil {
			t.Fatal("it never spoke")
		}
	}
}

func TestAReasonThatTheLogHidesIsFoundByOtherMeans(t *testing.T) {
	for name, c := range map[string]struct {
		body, cause, evidence string
		brokerUp              bool
	}{
		"a call without an argument": {"(lambda servers, topic: None)(servers='')", "api-call-typeerror", "'topic'", true},
		"a module that is missing":   {"import kafka_that_is_missing", "module-missing", "kafka_that_is_missing", true},
		"a broker that is away":      {"raise ValueError()", "broker-refused", "127.0.0.1:", false},
		"nothing that can be found":  {"raise ValueError()", "log-format-bug", "%s", true},
	} {
		t.Run(name, func(t *testing.T) {
			p := agreed(t, opening(t, projectDir(t, fmt.Sprintf("kafka: {mode: remote, bootstrap: [\"127.0.0.1:%d\"]}\n", free(t))), t.TempDir()))
			if c.brokerUp {
				b, err := kafka.StartEmbedded(kafka.EmbeddedOptions{})
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { b.Close() })
				p.cluster.at = func() (*kafka.Cluster, error) { return b.Cluster(), nil }
			}
			err := hiding(t, p, "open('imported', 'a').write('once '); "+c.body)
			d := p.explainer.Explain(within(t), story.StepProducer, err)
			if ran, readErr := os.ReadFile(filepath.Join(p.Dir, "imported")); readErr != nil || string(ran) != "once " {
				t.Errorf("an Explain ran the user's module: %q, %v", ran, readErr)
			}
			if (d.Remedy == ImportAgain) != c.brokerUp { // a broker that is away is reason enough
				t.Errorf("to see what %v hides, %q is offered", err, d.Remedy)
			}
			if d.Remedy == ImportAgain {
				if asked := p.Mend(within(t), ImportAgain); asked != nil {
					t.Fatal(asked)
				}
				d = p.Behind(within(t), &app.StepError{Step: story.StepProducer, Err: err})
				if d.Remedy != "" {
					t.Errorf("after it was imported, %q is offered", d.Remedy)
				}
			}
			if d.Cause != c.cause || !strings.Contains(d.Evidence, c.evidence) {
				t.Errorf("%v: got %+v, want %s with %q", err, d, c.cause, c.evidence)
			}
		})
	}
}

// On a Windows without Docker the pipe is not there, and that was told as "Start Docker Desktop".
func TestDockerThatIsNotInstalledIsNotToldAsNotRunning(t *testing.T) {
	p := shop(t, engineOf(t, nil), free(t), free(t))
	err := &docker.Error{ID: "docker.not_installed", Stop: true, Err: errors.New("open //./pipe/docker_engine: The system cannot find the file specified.")}
	if d := p.explainer.Explain(within(t), story.StepEngine, err); d.Code != "ST-ENGINE-025" || !d.Told {
		t.Errorf("got %+v, want what is told of a Docker that is missing, and that the step says so itself", d)
	}
}
