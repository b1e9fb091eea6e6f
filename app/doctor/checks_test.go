package doctor

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"streamtray/app"
	"streamtray/app/i18n"
	"streamtray/app/ports"
	"streamtray/app/project"
	"streamtray/app/story"
	"streamtray/docker"
	"streamtray/internal/usererr"
	"streamtray/kafka"
)

func TestNothingIsWrongWhereAllIsWell(t *testing.T) {
	w := newWorld(t)
	w.logs("INFO Kafka producer initialized for streaming mode")
	for _, r := range Run(t.Context(), w.subject(), func(Result) {}) {
		if r.Status != OK {
			t.Errorf("%s is %s: %v", r.ID, r.Status, r.Message)
		}
	}
}

// refuse is an engine that nobody reaches.
func refuse(w *world) { w.engine.Close() }

func TestEachCheckFindsWhatIsBroken(t *testing.T) {
	for _, c := range []struct {
		name    string
		breaks  func(*world)
		id      string
		status  Status
		message string
	}{
		{"a mistake in streamtray.yaml", func(w *world) {
			w.write(filepath.Join(w.dir, "streamtray.yaml"), "version: 1\nkafka: {mode: dokcer}\n")
		}, "project.opens", Problem, "config.bad_value"},
		{"no project", func(w *world) { w.dir = "" }, "project.opens", Skipped, "doctor.no_project"},
		{"no such context", func(w *world) { w.set("DOCKER_HOST", ""); w.set("DOCKER_CONTEXT", "gone") }, "engine.context", Problem, "docker.context_missing"},
		{"the project stands on an address that is none", func(w *world) { w.set("DOCKER_HOST", "ssh://me@there") }, "project.opens", Skipped, "doctor.engine.context.first"},
		{"the wrong context", func(w *world) {
			right := docker.Endpoint{Host: w.getenv("DOCKER_HOST")}
			w.machine.usual = func(func(string) string, string) docker.Endpoint { return right }
			w.set("DOCKER_HOST", "tcp://127.0.0.1:1")
		}, "engine.context", Problem, "doctor.engine.context.wrong"},
		{"DOCKER_HOST over a chosen context", func(w *world) {
			w.write(filepath.Join(w.home, ".docker", "config.json"), `{"currentContext": "desktop-linux"}`)
			const sum = "fe9c6bd7a66301f49ca9b6a70b217107cd1284598bfc254700c989b916da791e" // of desktop-linux
			w.write(filepath.Join(w.home, ".docker", "contexts", "meta", sum, "meta.json"), `{"Name":"desktop-linux","Endpoints":{"docker":{"Host":"unix:///x.sock"}}}`)
		}, "engine.context", Warning, "doctor.engine.context.overruled"},
		{"another computer's engine", func(w *world) { w.set("DOCKER_HOST", "tcp://192.0.2.1:2375") }, "engine.context", Warning, "doctor.engine.context.remote"},
		{"no engine", refuse, "engine.running", Problem, "docker.remote_refused"},
		{"an engine that starts", func(w *world) { w.refuses("/_ping", 500, "starting") }, "engine.running", Problem, "docker.starting"},
		{"an engine that hangs", func(w *world) {
			w.on("/_ping", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
		}, "engine.running", Problem, "docker.hung"},
		{"an old engine runs", func(w *world) { w.header["Api-Version"] = "1.12" }, "engine.running", OK, "doctor.engine.running.ok"},
		{"an old engine", func(w *world) { w.header["Api-Version"] = "1.12" }, "engine.version", Problem, "docker.too_old"},
		{"Windows containers", func(w *world) { w.header["Ostype"] = "windows" }, "engine.mode", Problem, "docker.windows_containers"},
		{"Windows containers are a version", func(w *world) { w.header["Ostype"] = "windows" }, "engine.version", OK, "doctor.engine.version.unread"},
		{"hardly any memory", func(w *world) { w.info(map[string]any{"MemTotal": gigabyte / 2}) }, "engine.memory", Problem, "doctor.engine.memory.little"},
		{"little memory", func(w *world) { w.info(map[string]any{"MemTotal": gigabyte * 3 / 2}) }, "engine.memory", Warning, "doctor.engine.memory.little"},
		{"a full disk", func(w *world) { w.disk("", gigabyte/2) }, "disk.host", Problem, "doctor.disk.host.full"},
		{"a disk that fills", func(w *world) { w.disk("", 2*gigabyte) }, "disk.host", Warning, "doctor.disk.host.full"},
		{"a disk that is gone", func(w *world) {
			w.machine.free = func(string) (uint64, error) { return 0, errors.New("no such device") }
		}, "disk.host", Problem, "doctor.unknown"},
		{"an engine that hides its disk", func(*world) {}, "disk.engine", OK, "doctor.disk.engine.unseen"},
		{"an engine that cannot count", func(w *world) { w.refuses("/system/df", 500, "broken") }, "disk.engine", Problem, "docker.engine_error"},
		{"no compose", func(w *world) { w.must(os.Remove(filepath.Join(w.home, "docker.says"))) }, "compose.client", Problem, "docker.compose_missing"},
		{"a listener for containers alone", func(w *world) { w.compose("EXTERNAL://127.0.0.1:", "EXTERNAL://kafka:") }, "compose.file", Problem, "compose.internal_name_only"},
		{"a compose file without Kafka", func(w *world) {
			w.write(filepath.Join(w.dir, "compose.yaml"), "services: {db: {image: postgres:16}}\n")
		}, "compose.file", Problem, "doctor.compose.file.no_broker"},
		{"an image that has to be pulled", func(w *world) { w.lacks(200, `{}`) }, "images.present", OK, "doctor.images.present.pullable"},
		{"an image that does not exist", func(w *world) { w.lacks(404, "manifest for confluentinc/cp-kafka:7.5.0 not found") }, "images.present", Problem, "docker.image_not_found"},
		{"an image for those who are logged in", func(w *world) { w.lacks(401, "unauthorized: authentication required") }, "images.present", Warning, "docker.image_denied"},
		{"no network to the registry", func(w *world) {
			w.lacks(500, `Get "https://registry-1.docker.io/v2/": dial tcp: lookup registry-1.docker.io on 10.0.0.1:53: no such host`)
		}, "images.present", Problem, "docker.registry_unreachable"},
		{"the limit of Docker Hub", func(w *world) { w.lacks(429, "toomanyrequests: You have reached your pull rate limit") }, "images.present", Problem, "docker.rate_limit"},
		{"a port that another container has", func(w *world) {
			w.containers("exited", nil, map[string]any{
				"Id": "x", "Names": []string{"/other"}, "State": "running", "Labels": map[string]string{},
				"Ports": []any{map[string]any{"PublicPort": w.port, "Type": "tcp"}},
			})
		}, "ports.free", Problem, "project.port_container"},
		{"a port that another program has", func(w *world) { w.containers("exited", nil) }, "ports.free", Problem, "ports.taken"},
		{"the app's port, taken by another program", func(w *world) { w.state, w.streams = nil, "<html>" }, "ports.free", Problem, "project.app_port"},
		{"the app's port, taken by another that says what the app does", func(w *world) { w.state, w.machine.holder = nil, ports.Holder }, "ports.free", Problem, "project.app_port"},
		{"the app, started by hand", func(w *world) { w.state = nil }, "ports.free", OK, "doctor.ports.free.ok"},
		{"localhost in the hosts file", func(w *world) { w.write(w.machine.hosts, "10.1.2.3 localhost\n") }, "hosts.file", Problem, "doctor.hosts.file.localhost"},
		{"a service in the hosts file", func(w *world) { w.write(w.machine.hosts, "10.1.2.3 a kafka\n") }, "hosts.file", Warning, "doctor.hosts.file.service"},
		{"no hosts file", func(w *world) { w.must(os.Remove(w.machine.hosts)) }, "hosts.file", Problem, "doctor.unknown"},
		{"no localhost", func(w *world) {
			w.machine.lookup = func(context.Context, string) ([]netip.Addr, error) { return nil, errors.New("no such host") }
		}, "hosts.localhost", Problem, "doctor.hosts.localhost.unknown"},
		{"localhost elsewhere", func(w *world) { w.localhost("127.0.0.1", "10.1.2.3") }, "hosts.localhost", Problem, "doctor.hosts.localhost.astray"},
		{"localhost is ::1, and Kafka is called so", func(w *world) {
			w.localhost("::1", "127.0.0.1")
			w.compose("EXTERNAL://127.0.0.1:", "EXTERNAL://localhost:")
		}, "hosts.localhost", Warning, "doctor.hosts.localhost.ipv6"},
		{"localhost is ::1, and nobody is called so", func(w *world) { w.localhost("::1", "127.0.0.1") }, "hosts.localhost", OK, "doctor.hosts.localhost.ok"},
		{"localhost is 127.0.0.1 first", func(w *world) {
			w.localhost("127.0.0.1", "::1")
			w.compose("EXTERNAL://127.0.0.1:", "EXTERNAL://localhost:")
		}, "hosts.localhost", OK, "doctor.hosts.localhost.ok"},
		{"a proxy for everything", func(w *world) { w.set("http_proxy", "http://me:geheim@proxy:3128") }, "proxy.environment", Warning, "doctor.proxy.environment.local"},
		{"a proxy, half exempt", func(w *world) {
			w.set("HTTPS_PROXY", "http://proxy:3128")
			w.set("NO_PROXY", "localhost,.corp")
		}, "proxy.environment", Warning, "doctor.proxy.environment.local"},
		{"a proxy for the rest", func(w *world) {
			w.set("HTTPS_PROXY", "http://proxy:3128")
			w.set("no_proxy", "localhost, 127.0.0.0/8")
		}, "proxy.environment", OK, "doctor.proxy.environment.exempt"},
		{"the engine's proxy is itself", func(w *world) { w.info(map[string]any{"HttpProxy": "127.0.0.1:7890"}) }, "proxy.engine", Warning, "doctor.proxy.engine.own"},
		{"the engine has a proxy", func(w *world) { w.info(map[string]any{"HttpsProxy": "http://proxy:3128"}) }, "proxy.engine", OK, "doctor.proxy.engine.set"},
		{"containers get a proxy", func(w *world) {
			w.write(filepath.Join(w.home, ".docker", "config.json"), `{"proxies": {"default": {"httpProxy": "http://proxy:3128"}}}`)
		}, "proxy.engine", Warning, "doctor.proxy.engine.handed"},
		{"a clock that slept", func(w *world) { w.sleeps(time.Minute) }, "clock.engine", Warning, "doctor.clock.engine.skew"},
		{"a clock of another day", func(w *world) { w.sleeps(24 * time.Hour) }, "clock.engine", Problem, "doctor.clock.engine.skew"},
		{"no clock", func(w *world) { w.info(map[string]any{"SystemTime": ""}) }, "clock.engine", Skipped, "doctor.clock.engine.untold"},
		{"containers that were never started", func(w *world) { w.json("/containers/json", []any{}); w.state = nil }, "containers.running", Skipped, "doctor.not_started"},
		{"containers that are gone while the project is kept", func(w *world) { w.json("/containers/json", []any{}) }, "containers.running", Problem, "docker.service_missing"},
		{"containers out of memory", func(w *world) { w.containers("exited", map[string]any{"ExitCode": 137, "OOMKilled": true}) }, "containers.running", Problem, "docker.service_oom"},
		{"no Kafka behind the port", func(w *world) { w.kafka.Close() }, "broker.answers", Problem, "kafka.refused"},
		{"a topic that is missing", func(w *world) { w.wants("results", "tasks") }, "topics.exist", Problem, "doctor.topics.exist.missing"},
		{"a topic that Kafka will create", func(w *world) { w.wants("tasks"); w.creates() }, "topics.exist", Warning, "doctor.topics.exist.auto"},
		{"a topic with other partitions", func(w *world) { w.topics("{name: results, partitions: 5}") }, "topics.exist", Warning, "doctor.topics.exist.differ"},
		{"a topic that is not ours to see", func(w *world) { w.hides() }, "topics.exist", Problem, "kafka.topic_forbidden"},
		{"a group that nobody reads for", func(w *world) { w.leaves() }, "groups.read", Warning, "doctor.groups.read.left"},
		{"a broken environment", func(w *world) { w.must(os.RemoveAll(filepath.Join(w.dir, ".venv", "bin"))) }, "python.interpreter", Problem, "detector.venv_broken"},
		{"a manager that is not there", func(w *world) {
			pythons, _ := filepath.Glob(filepath.Join(w.dir, ".venv", "*", "python*"))
			w.must(os.Rename(pythons[0], filepath.Join(w.home, "bin", filepath.Base(pythons[0]))))
			w.must(os.RemoveAll(filepath.Join(w.dir, ".venv")))
			w.yaml("app: {command: [hatch, run, app.py]}")
		}, "python.interpreter", Warning, "detector.command_not_found"},
		{"a manager that is not there, of an environment that is", func(w *world) { w.yaml("app: {command: [hatch, run, app.py]}") }, "python.interpreter", OK, "doctor.python.interpreter.venv"},
		{"a project nobody trusts", func(w *world) { w.untrusted = true }, "python.imports", Skipped, "doctor.untrusted"},
		{"a package that is missing", func(w *world) {
			w.fails("confluent_kafka", "ModuleNotFoundError", "No module named 'confluent_kafka'", true)
		}, "python.imports", Problem, "doctor.python.imports.missing"},
		{"a package that may be missing", func(w *world) { w.fails("orjson", "ModuleNotFoundError", "No module named 'orjson'", true) }, "python.imports", Warning, "doctor.python.imports.optional"},
		{"an old kafka-python", func(w *world) {
			w.fails("kafka", "ModuleNotFoundError", "No module named 'kafka.vendor.six.moves'", false)
		}, "python.imports", Problem, "doctor.python.imports.broken"},
		{"no file to start with", func(w *world) { w.saying("python", `{"files": 0}`) }, "python.imports", Skipped, "doctor.python.imports.no_file"},
		{"a variable that nobody reads", func(w *world) { w.code("BROKERS_AT") }, "code.address", Problem, "doctor.code.address.other"},
		{"a variable that a settings file refers to", func(w *world) {
			w.code("OF_THE_CODE")
			w.write(filepath.Join(w.dir, "settings.yaml"), "kafka:\n  bootstrap_servers: ${NEVER_READ}\n")
			w.write(filepath.Join(w.dir, "config.py"), "from kafka import KafkaProducer\nimport yaml\nKafkaProducer(bootstrap_servers=yaml.safe_load(open('settings.yaml'))['kafka']['bootstrap_servers'])\n")
		}, "code.address", OK, "doctor.code.address.ok"},
		{"an address of its own beside the variable", func(w *world) {
			w.code("NEVER_READ")
			w.write(filepath.Join(w.dir, "second.py"), "from kafka import KafkaConsumer\nKafkaConsumer('t', bootstrap_servers='kafka:9092')\n")
		}, "code.address", Warning, "doctor.code.address.also"},
		{"a written address, and Kafka has none here", func(w *world) {
			w.compose("EXTERNAL://127.0.0.1:", "EXTERNAL://kafka:")
			w.write(filepath.Join(w.dir, "config.py"), "from kafka import KafkaProducer\nKafkaProducer(bootstrap_servers='kafka:9092')\n")
		}, "code.address", Skipped, "doctor.code.address.nowhere"},
		{"a start file that is not there", func(w *world) { w.must(os.Remove(filepath.Join(w.dir, "app.py"))) }, "app.program", Problem, "project.no_start_file"},
		{"no producer in the code", func(w *world) { w.write(filepath.Join(w.dir, "config.py"), "import os\n") }, "code.topic", Skipped, "doctor.code.topic.none"},
		{"no code at all", func(w *world) {
			w.must(os.Remove(filepath.Join(w.dir, "app.py")))
			w.must(os.Remove(filepath.Join(w.dir, "config.py")))
		}, "code.topic", Skipped, "doctor.code.topic.none"},
		{"no flag in the code", func(w *world) { w.write(filepath.Join(w.dir, "config.py"), "import os\n") }, "code.flag", Skipped, "doctor.code.flag.none"},
		{"a broken compose file", func(w *world) { w.write(filepath.Join(w.dir, "compose.yaml"), "services: [") }, "app.program", OK, "doctor.app.program.ok"},
		{"several programs", func(w *world) {
			w.yaml("apps: {first: {command: [python, app.py]}, second: {command: [python, config.py]}}")
		}, "app.program", OK, "doctor.app.program.all"},
		{"the second of several programs is not there", func(w *world) {
			w.yaml("apps: {first: {command: [python, app.py]}, second: {command: [python, gone.py]}}")
		}, "app.program", Problem, "project.no_start_file"},
		{"a Python that breaks", func(w *world) { w.must(os.Remove(filepath.Join(w.home, "python.says"))) }, "python.imports", Problem, "pycheck.died"},
		{"a Python that says something else", func(w *world) { w.saying("python", "Hello") }, "python.imports", Problem, "pycheck.died"},
		{"a Python that says nothing", func(w *world) { w.saying("python", "") }, "python.imports", Problem, "pycheck.died"},
		{"code that cannot be read", func(w *world) {
			w.reads(`{"file": "old.py", "line": 3, "error": "invalid syntax"}`)
		}, "code.readable", Warning, "pycheck.unread"},
		{"a reader that breaks", func(w *world) { w.saying("reader", "") }, "code.readable", Problem, "pycheck.died"},
		{"a reader that breaks is told once", func(w *world) { w.saying("reader", "") }, "code.topic", Skipped, "doctor.code.readable.first"},
		{"code nobody trusts", func(w *world) { w.untrusted = true }, "code.topic", Skipped, "doctor.untrusted"},
		{"a producer without its topic", func(w *world) { w.mistake("code.topic", "missing") }, "code.topic", Problem, "pycheck.code.topic.missing"},
		{"a log that hides its values", func(w *world) { w.mistake("code.logging", "percent") }, "code.logging", Warning, "pycheck.code.logging.percent"},
		{"code without loguru", func(w *world) { w.write(filepath.Join(w.dir, "app.py"), "import flask\n") }, "code.logging", Skipped, "doctor.code.logging.none"},
		{"a flag that is not understood", func(w *world) { w.mistake("code.flag", "parsed") }, "code.flag", Problem, "pycheck.code.flag.parsed"},
		{"another mistake", func(w *world) { w.mistake("code.flag", "parsed") }, "code.topic", OK, "doctor.code.topic.ok"},
		{"an app that is no Python", func(w *world) {
			w.must(os.RemoveAll(filepath.Join(w.dir, ".venv")))
			w.yaml("app: {command: [node, app.js]}")
		}, "python.imports", Skipped, "doctor.python.none"},
		{"a Chinese Windows", func(w *world) { w.encoding("cp936") }, "python.encoding", Warning, "doctor.python.encoding.system"},
		{"a Chinese Windows that is prepared", func(w *world) { w.encoding("cp936"); w.set("PYTHONUTF8", "1") }, "python.encoding", OK, "doctor.python.encoding.ok"},
		{"output in GBK", func(w *world) { w.set("PYTHONIOENCODING", "gbk:replace") }, "python.encoding", Warning, "doctor.python.encoding.variable"},
		{"a project against UTF-8", func(w *world) { w.yaml("app: {env: {PYTHONUTF8: '0'}}") }, "python.encoding", Problem, "doctor.python.encoding.project"},
		{"an app that does not stream", func(w *world) { w.streams = `{"streaming": false}` }, "flag.effective", Problem, "doctor.flag.effective.not_streaming"},
		{"an app that shall not stream", func(w *world) { w.streams = `{"streaming": false}`; w.state.Want.Streaming = false }, "flag.effective", OK, "doctor.flag.effective.off"},
		{"an app that does not say", func(w *world) { w.streams = "<html>" }, "flag.effective", OK, "doctor.flag.effective.ok"},
		{"a value that is none", func(w *world) { w.quiet("", "enabled") }, "flag.effective", Warning, "doctor.flag.effective.unknown"},
		{"a value in .env that is none", func(w *world) { w.quiet("ture", "") }, "flag.effective", Warning, "doctor.flag.effective.unknown"},
		{".env against the environment", func(w *world) { w.quiet("true", "false") }, "flag.effective", Warning, "doctor.flag.effective.differ"},
		{".env like the environment", func(w *world) { w.quiet("True", "true") }, "flag.effective", OK, "doctor.flag.effective.ok"},
		{"a producer that could not be made", func(w *world) { w.logs("ERROR Failed to initialize Kafka producer: no route") }, "app.failures", Problem, "detector.init_failed"},
		{"a log that hides why", func(w *world) { w.logs("ERROR Failed to initialize Kafka producer: %s") }, "app.failures", Problem, "detector.init_failed_hidden"},
		{"an app without streaming", func(w *world) { w.logs("WARNING Kafka module not available, streaming mode disabled") }, "app.failures", Problem, "detector.degraded"},
		{"a failure that was mended", func(w *world) {
			w.logs("ERROR Failed to initialize Kafka producer: no route", "INFO Kafka producer initialized for streaming mode")
		}, "app.failures", OK, "doctor.app.failures.ok"},
		{"a producer that could not be made is told once", func(w *world) { w.logs("ERROR Failed to initialize Kafka producer: no") }, "app.producer", Skipped, "doctor.app.failures.first"},
		{"an app that says nothing", func(w *world) { w.logs("INFO Running on http://0.0.0.0:5000") }, "app.producer", Problem, "doctor.app.producer.unsaid"},
		{"an app whose line nobody waits for", func(w *world) {
			w.yaml("compose: {files: [compose.yaml]}\napp: {ready: {log: ''}}")
			w.logs("INFO Running")
		}, "app.producer", Skipped, "doctor.app.producer.lineless"},
		{"an app that said nothing", func(w *world) { w.logs("INFO Running on http://0.0.0.0:5000"); w.state = nil }, "app.producer", Skipped, "doctor.app.log.unsaid"},
		{"a line that the log does not hold any more", func(w *world) {
			w.logs("INFO much later")
			w.holds(app.Event{Step: story.StepProducer, Kind: app.Done, Note: app.Note{ID: "project.producer", Args: map[string]any{"Line": "up"}}})
		}, "app.producer", OK, "doctor.app.producer.ok"},
		{"an app that asks elsewhere", func(w *world) {
			w.logs("INFO Kafka producer initialized")
			w.holds(app.Event{Step: story.StepConnection, Kind: app.Planned, Soft: true},
				app.Event{Step: story.StepConnection, Kind: app.Lost, Err: usererr.New("evidence.elsewhere", map[string]any{"Addr": "a:1", "Kafka": "b:2", "By": ""}, nil)})
		}, "app.failures", Problem, "evidence.elsewhere"},
		{"the page of another program", func(w *world) {
			w.holds(app.Event{Step: story.StepWeb, Kind: app.Planned, Soft: true}, app.Event{Step: story.StepWeb, Kind: app.Lost, Err: usererr.New("evidence.page_other", nil, nil)})
		}, "flag.effective", OK, "doctor.flag.effective.ok"},
		{"a page while the app does not run", func(w *world) { w.state = nil }, "flag.effective", OK, "doctor.flag.effective.ok"},
		{"an app that never ran", func(*world) {}, "app.producer", Skipped, "doctor.app.log.none"},
		{"an app with streaming switched off", func(w *world) { w.state.Want.Streaming = false }, "app.failures", Skipped, "doctor.app.log.off"},
		{"a project without Docker needs none", func(w *world) { w.yaml("kafka: {mode: embedded}") }, "engine.running", Skipped, "doctor.no_docker"},
		{"a Kafka elsewhere", func(w *world) { w.elsewhere("") }, "broker.answers", OK, "doctor.broker.answers.ok"},
		{"a Kafka elsewhere, where we are nobody", func(w *world) {
			w.elsewhere(", remote: {security: SASL_PLAINTEXT, user_env: NOBODY, password_env: NOTHING}")
		}, "broker.answers", Problem, "project.no_credentials"},
		{"a Kafka elsewhere needs no container", func(w *world) { w.elsewhere("") }, "containers.running", Skipped, "doctor.no_docker"},
		{"an embedded Kafka that was never started", func(w *world) { w.yaml("kafka: {mode: embedded}"); w.state = nil }, "broker.answers", Skipped, "doctor.not_started"},
		{"an embedded Kafka that is gone while the project is kept", func(w *world) { w.yaml("kafka: {mode: embedded}") }, "broker.answers", Problem, "project.embedded_stopped"},
	} {
		t.Run(strings.ReplaceAll(c.name, " ", "_"), func(t *testing.T) {
			w := newWorld(t)
			c.breaks(w)
			r := w.results(c.id)[c.id]
			if r.Status != c.status || r.Message.ID != c.message {
				t.Errorf("%s is %s, %s %v; want %s, %s", c.id, r.Status, r.Message.ID, r.Message.Args, c.status, c.message)
			}
			forReaders(t, r)
		})
	}
}

// A check that is skipped for another says which, in a sentence of its own: "requires Docker to be running".
func TestEveryCheckThatOthersWaitForSaysSo(t *testing.T) {
	waited := map[string]bool{"app.failures": true, codeReadable: true, "containers.running": true} // not of every subject
	for _, c := range (&Subject{}).checks() {
		for _, id := range c.needs {
			waited[id] = true
		}
	}
	for _, lang := range i18n.Languages {
		w, err := i18n.New(lang)
		if err != nil {
			t.Fatal(err)
		}
		for id := range waited {
			r := check{id: "any"}.because(id)
			if text := r.Text(w); text == r.Message.ID {
				t.Errorf("%s: nothing says that a check waits for %s", lang, id)
			}
		}
	}
}

// forReaders holds that a result has its words in both languages, and advice where something is to be done.
func forReaders(t *testing.T, r Result) {
	t.Helper()
	for _, lang := range i18n.Languages {
		w, err := i18n.New(lang)
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range append(r.Details(w), r.Text(w), r.Advice(w), r.Name(w)) {
			if strings.Contains(text, "<no value>") || strings.HasPrefix(text, "doctor.") || strings.Contains(text, "geheim") {
				t.Errorf("%s %s: not for a reader: %q", lang, r.ID, text)
			}
		}
		if (r.Status == Problem || r.Status == Warning) && r.Advice(w) == "" {
			t.Errorf("%s %s (%s): nothing is said about what to do", lang, r.ID, r.Message.ID)
		}
	}
}

func TestTheAdviceForAFileIsTheChangeThatWasComputed(t *testing.T) {
	w := newWorld(t)
	w.compose("EXTERNAL://127.0.0.1:", "EXTERNAL://kafka:")
	fix := w.results()["compose.file"].Fix
	if want := filepath.Join(w.dir, "compose.yaml"); fix.ID != "doctor.compose.file.fix" || fix.Args["File"] != want {
		t.Errorf("the advice is %v, and a change for %s can be computed", fix, want)
	}
	w.write(filepath.Join(w.dir, "compose.yaml"), "services:\n  kafka:\n    image: apache/kafka:3.9.0\n    networks: [{a: b}]\n")
	if fix = w.results()["compose.file"].Fix; fix.ID == "doctor.compose.file.fix" {
		t.Error("a change is promised for a file that nobody can read")
	}
}

func TestADeadEngineIsToldOnceAndNamedByWhatNeedsIt(t *testing.T) {
	w := newWorld(t)
	refuse(w)
	all := w.results()
	for _, id := range []string{"engine.version", "engine.mode", "engine.memory", "disk.engine", "images.present", "proxy.engine", "clock.engine", "containers.running", "broker.answers", "topics.exist", "groups.read"} {
		if r := all[id]; r.Status != Skipped || r.Because != "engine.running" {
			t.Errorf("%s is %s because of %q, want skipped because of engine.running", id, r.Status, r.Because)
		}
	}
	for _, id := range []string{"compose.client", "compose.file", "python.imports", "disk.host"} {
		if r := all[id]; r.Status != OK {
			t.Errorf("%s is %s, %v; want ok: it needs no engine", id, r.Status, r.Message)
		}
	}
}

func TestAnEngineOfThisComputerIsJudgedByItsOwnDisk(t *testing.T) {
	w := newWorld(t)
	dir, err := os.MkdirTemp("", "d") // short: a socket's path is limited
	w.must(err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	socket := filepath.Join(dir, "s")
	l, err := net.Listen("unix", socket)
	w.must(err)
	server := &http.Server{Handler: w.engine.Config.Handler, ReadHeaderTimeout: time.Minute}
	served := make(chan error, 1)
	go func() { served <- server.Serve(l) }()
	t.Cleanup(func() { _ = server.Close(); <-served })
	w.set("DOCKER_HOST", "unix://"+socket)
	w.info(map[string]any{"OperatingSystem": "Debian", "DockerRootDir": "/var/lib/docker"})
	w.disk("/var/lib/docker", 2*gigabyte)
	r := w.results("disk.engine")["disk.engine"]
	if r.Status != Warning || len(r.More) != 1 || r.More[0].Args["Reclaimable"] != "1.5 GB" {
		t.Errorf("got %+v, want a warning that says how much could go", r)
	}
	forReaders(t, r)
	w.set("HTTPS_PROXY", "http://proxy:3128")
	if r := w.results("proxy.engine")["proxy.engine"]; r.Status != Warning || r.Message.ID != "doctor.proxy.engine.none" {
		t.Errorf("got %+v, want that only the engine has no proxy", r)
	}
}

func TestADoctorChangesNothing(t *testing.T) {
	w := newWorld(t)
	w.wants("results", "tasks")
	s := w.subject()
	before := snapshot(t, w.dir, w.home)
	Run(t.Context(), s, func(Result) {})
	if after := snapshot(t, w.dir, w.home); after != before {
		t.Errorf("files before\n%s\nand after\n%s", before, after)
	}
	topics, err := s.Project.ListTopics(t.Context())
	if err != nil || len(topics) != 1 {
		t.Errorf("topics %+v, %v; want the one that was there", topics, err)
	}
}

func snapshot(t *testing.T, dirs ...string) string {
	t.Helper()
	var b strings.Builder
	for _, dir := range dirs {
		err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
			if err != nil {
				return err
			}
			info, err := d.Info()
			if err == nil && !d.IsDir() {
				fmt.Fprintln(&b, path, info.Size(), info.ModTime())
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return b.String()
}

// What follows breaks a world.

func (w *world) disk(path string, free uint64) {
	w.machine.free = func(asked string) (uint64, error) {
		if path != "" && asked != path {
			return 50 * gigabyte, nil
		}
		return free, nil
	}
}

func (w *world) compose(from, to string) {
	file := filepath.Join(w.dir, "compose.yaml")
	text, err := os.ReadFile(file)
	w.must(err)
	w.write(file, strings.ReplaceAll(string(text), from, to))
}

// lacks takes an image away, about which the registry answers like this.
func (w *world) lacks(status int, answer string) {
	const image = "confluentinc/cp-kafka:7.5.0"
	w.refuses("/images/"+image+"/json", http.StatusNotFound, "No such image: "+image)
	if status == http.StatusOK {
		w.json("/distribution/"+image+"/json", map[string]any{})
		return
	}
	w.refuses("/distribution/"+image+"/json", status, answer)
}

func (w *world) localhost(addrs ...string) {
	w.machine.lookup = func(context.Context, string) ([]netip.Addr, error) {
		var all []netip.Addr
		for _, a := range addrs {
			all = append(all, netip.MustParseAddr(a))
		}
		return all, nil
	}
}

func (w *world) sleeps(d time.Duration) {
	w.info(map[string]any{"SystemTime": time.Now().Add(-d).Format(time.RFC3339Nano)})
}

// yaml is the project's configuration, beside its compose file.
func (w *world) yaml(text string) {
	w.write(filepath.Join(w.dir, "streamtray.yaml"), "version: 1\nname: detection\n"+text+"\n")
}

// elsewhere makes Kafka another computer's.
func (w *world) elsewhere(access string) {
	w.yaml(fmt.Sprintf("kafka: {mode: remote, bootstrap: ['127.0.0.1:%d'], topics: [{name: results}]%s}", w.port, access))
}

func (w *world) topics(list string) {
	w.yaml("compose: {files: [compose.yaml]}\nkafka: {topics: [" + list + "]}")
}

func (w *world) wants(topics ...string) {
	w.topics("{name: " + strings.Join(topics, "}, {name: ") + "}")
}

// creates has Kafka say that it creates missing topics.
func (w *world) creates() {
	w.kafka.ControlKey(kmsg.DescribeConfigs.Int16(), func(req kmsg.Request) (kmsg.Response, error, bool) {
		w.kafka.KeepControl()
		asked := req.(*kmsg.DescribeConfigsRequest)
		resp := asked.ResponseKind().(*kmsg.DescribeConfigsResponse)
		for _, r := range asked.Resources {
			answer := kmsg.NewDescribeConfigsResponseResource()
			answer.ResourceType, answer.ResourceName = r.ResourceType, r.ResourceName
			if r.ResourceType == kmsg.ConfigResourceTypeBroker {
				option, yes := kmsg.NewDescribeConfigsResponseResourceConfig(), "true"
				option.Name, option.Value = "auto.create.topics.enable", &yes
				answer.Configs = append(answer.Configs, option)
			}
			resp.Resources = append(resp.Resources, answer)
		}
		return resp, nil, true
	})
}

// hides has Kafka say that the declared topic is not for us.
func (w *world) hides() {
	w.kafka.ControlKey(kmsg.Metadata.Int16(), func(req kmsg.Request) (kmsg.Response, error, bool) {
		w.kafka.KeepControl()
		asked := req.(*kmsg.MetadataRequest)
		if len(asked.Topics) != 1 || *asked.Topics[0].Topic != "results" {
			return nil, nil, false
		}
		resp := asked.ResponseKind().(*kmsg.MetadataResponse)
		resp.Brokers = []kmsg.MetadataResponseBroker{{Host: "127.0.0.1", Port: int32(w.port)}} //nolint:gosec // a port
		topic := kmsg.NewMetadataResponseTopic()
		topic.Topic, topic.ErrorCode = asked.Topics[0].Topic, kerr.TopicAuthorizationFailed.Code
		resp.Topics = append(resp.Topics, topic)
		return resp, nil, true
	})
}

// leaves has a group read a record and end, before there is another.
func (w *world) leaves() {
	s := w.subject()
	send := func() {
		_, err := s.Project.Send(w.Context(), project.Record{Topic: "results", Key: []byte("one partition"), Value: []byte("x")})
		w.must(err)
	}
	k, err := s.parts.Cluster()
	w.must(err)
	send()
	ctx, cancel := context.WithCancel(w.Context())
	defer cancel()
	w.must(k.Consume(ctx, "readers", []string{"results"}, kafka.FromStart, func(kafka.Record) error { cancel(); return nil }))
	send()
}

func (w *world) fails(module, kind, text string, optional bool) {
	w.saying("python", fmt.Sprintf(
		`{"python": "3.12.1", "files": 2, "modules": [%q], "failed": [{"module": %[1]q, "file": "routes/ws.py", "line": 3, "error": %q, "text": %q, "optional": %t}]}`,
		module, kind, text, optional))
}

// reads is what the reader of the code says, before it is done.
func (w *world) reads(lines ...string) {
	w.saying("reader", strings.Join(append(lines, `{"done": true, "files": 1, "version": "3.11.7"}`), "\n")+"\n")
}

func (w *world) mistake(check, kind string) {
	found := `{"check": %q, "kind": %q, "file": "routes/ws.py", "line": %d, "code": "x", "args": {"Placeholder": "%%s", "Env": "E", "Value": "true", "Topic": "T"}}`
	w.reads(fmt.Sprintf(found, check, kind, 7), fmt.Sprintf(found, check, kind, 9))
}

func (w *world) encoding(name string) {
	w.machine.encoding = func(func(string) string) string { return name }
}

// quiet is an app that does not run, with the flag in .env and in the environment.
func (w *world) quiet(file, environment string) {
	w.app.Close()
	if file != "" {
		w.write(filepath.Join(w.dir, ".env"), "ALGO_ENABLE_KAFKA_STREAMING="+file+"\n")
	}
	if environment != "" {
		w.set("ALGO_ENABLE_KAFKA_STREAMING", environment)
	}
}
