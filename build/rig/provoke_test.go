//go:build rig && linux

package rig

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
)

// told is one failure in both languages.
type told struct{ en, zh finding }

// provocations say how each failure is brought about, and return what the person is told.
func provocations() map[string]func(*broken) told {
	all := map[string]func(*broken) told{}
	for _, some := range []map[string]func(*broken) told{engineFaults(), composeFaults(), kafkaFaults(), clientFaults(), appFaults()} {
		maps.Copy(all, some)
	}
	return all
}

// broken is the world of one failure: a project of its own on ports of its own, so that several can go wrong at once.
type broken struct {
	*stand
	name string // of its containers' project
	port int    // the first of ten
}

func newBroken(t *testing.T, number int, name string) *broken {
	t.Helper()
	home, err := os.MkdirTemp("", "st")
	if err != nil {
		t.Fatal(err)
	}
	b := &broken{&stand{
		T: t, home: home, project: filepath.Join(home, "project"),
		kept: filepath.Join(here.Root, "build", "dist", "rig", filepath.FromSlash(t.Name())),
	}, "streamtray-broken-" + name, 21000 + 10*number}
	b.env = append(os.Environ(),
		marker+"="+home,
		"STREAMTRAY_HOME="+filepath.Join(home, "person"),
		"XDG_RUNTIME_DIR="+filepath.Join(home, "run"),
		"COMPOSE_PROJECT_NAME="+b.name,
	)
	b.must(os.RemoveAll(b.kept))
	b.must(os.MkdirAll(b.kept, 0o755))
	b.must(os.MkdirAll(b.project, 0o755))
	b.must(os.Mkdir(filepath.Join(home, "run"), 0o700))
	t.Cleanup(b.clear)
	b.gone() // of an earlier run that was cut off
	return b
}

// gone takes away all that the engine has of the project's, and what stands beside it.
func (b *broken) gone() {
	b.docker("compose", "--project-name", b.name, "down", "--volumes", "--remove-orphans", "--timeout", "0")
	beside := "name=^/?" + b.name + "-beside$"
	for _, id := range strings.Fields(b.docker("ps", "--all", "--quiet", "--filter", beside)) {
		b.docker("rm", "--force", "--volumes", id)
	}
	for _, id := range strings.Fields(b.docker("network", "ls", "--quiet", "--filter", beside)) {
		b.docker("network", "rm", id)
	}
}

// beside names what stands in the engine beside the project, a container or a network.
func (b *broken) beside() string { return b.name + "-beside" }

func (b *broken) clear() {
	if b.Failed() {
		for _, id := range b.containers() {
			b.keep(id+".log", "docker", "logs", "--timestamps", id)
			b.keep(id+".json", "docker", "inspect", id)
		}
		b.Logf("kept for reading: %s", b.kept)
	}
	for _, p := range b.processes() {
		_ = p.end()
	}
	b.gone()
	_ = os.RemoveAll(b.home)
	if !b.Failed() {
		_ = os.RemoveAll(b.kept)
	}
}

// containers are the ids of the project's, running or not.
func (b *broken) containers() []string {
	b.Helper()
	return strings.Fields(b.docker("ps", "--all", "--quiet", "--filter", "label=com.docker.compose.project="+b.name))
}

// write writes a file of the project.
func (b *broken) write(file, text string) {
	b.Helper()
	path := filepath.Join(b.project, file)
	b.must(os.MkdirAll(filepath.Dir(path), 0o755))
	b.must(os.WriteFile(path, []byte(text), 0o644))
}

// text runs a program that is bound to fail, and returns everything it printed.
func (b *broken) text(env []string, args ...string) string {
	b.Helper()
	out, err := b.ran(env, args...)
	if err == nil {
		b.Fatalf("%v went well: %s", args, out)
	}
	return out
}

// ran runs a program in the project's folder and returns everything it printed.
func (b *broken) ran(env []string, args ...string) (string, error) {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.Context(), fromNil)
	defer cancel()
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Dir, cmd.Env = b.project, append(slices.Clone(b.env), env...)
	out, err := cmd.CombinedOutput() //nolint:forbidigo // as a person copies it from a terminal
	return string(out), err
}

// read gives a text to diagnose, in both languages.
func (b *broken) read(where, text string) told {
	b.Helper()
	_ = os.WriteFile(filepath.Join(b.kept, "text.txt"), []byte(text), 0o644)
	return told{b.diagnosed(where, "en", text), b.diagnosed(where, "zh", text)}
}

func (b *broken) diagnosed(where, lang, text string) finding {
	b.Helper()
	program, err := here.program()
	b.must(err)
	args := []string{"diagnose", "--json", "--lang", lang}
	if where != "" {
		args = append(args, "--where", where)
	}
	cmd := exec.CommandContext(b.Context(), program, args...)
	cmd.Env, cmd.Stdin = b.env, strings.NewReader(text)
	out, err := cmd.Output()
	b.must(err)
	var report struct{ Findings []finding }
	b.must(json.Unmarshal(out, &report))
	if len(report.Findings) == 0 {
		b.Fatalf("nothing is found in\n%s", text)
	}
	return report.Findings[0]
}

// up brings the project up in each language: what it says first stands behind the trouble is what counts.
func (b *broken) up(more ...string) told {
	b.Helper()
	return told{b.upIn("en", more...), b.upIn("zh", more...)}
}

func (b *broken) upIn(lang string, more ...string) finding {
	b.Helper()
	up := b.start(append([]string{"up", "--project", b.project, "--trust", "--json", "--lang", lang}, more...)...)
	event := up.awaits(time.Minute, "a finding", 0, func(e event) bool { return e.Finding != nil })
	up.interrupt()
	return *event.Finding
}

// Intent: whatever goes wrong on a developer's machine, the one cause must be named in the reader's language, with what
// may be done about it; each is brought about for real.
func TestEveryProvokedFailureIsNamed(t *testing.T) {
	list := Provocations()
	names := map[string]bool{}
	for _, p := range list {
		names[p.Name] = true
	}
	provocations := provocations()
	for _, name := range slices.Sorted(maps.Keys(provocations)) {
		if !names[name] {
			t.Errorf("%s is not in the list", name)
		}
	}
	for i, p := range list {
		t.Run(p.Name, func(t *testing.T) {
			t.Parallel()
			provoke := provocations[p.Name]
			if provoke == nil {
				t.Fatal("nobody brings it about")
			}
			told := provoke(newBroken(t, i, p.Name))
			p.check(t, told.en)
			p.check(t, told.zh)
			if chinese(told.en.Advice) { // a title may quote a Chinese name
				t.Errorf("in English: %q", told.en.Advice)
			}
			if !chinese(told.zh.Title) || !chinese(told.zh.Advice) {
				t.Errorf("in Chinese: %q %q", told.zh.Title, told.zh.Advice)
			}
			t.Logf("%s | %s | %s", told.en.Title, told.zh.Title, told.en.Evidence)
		})
	}
}

func (p Provoked) check(t *testing.T, got finding) {
	t.Helper()
	if got.Code != p.Code || got.Cause != p.Cause || got.Action != p.Action {
		t.Errorf("got %s %s %s, want %s %s %s; it rests on %q", got.Code, got.Cause, got.Action, p.Code, p.Cause, p.Action, got.Evidence)
	}
	if got.Title == "" || got.Advice == "" || got.Evidence == "" {
		t.Errorf("something is not said: %+v", got)
	}
}

func chinese(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}

// kafka is a service in a compose file: a broker that works, but for what is changed about it.
type kafka struct {
	service string            // "kafka" if empty
	env     map[string]string // "-": taken away
	more    string            // lines of the service, indented by four
	port    int               // on this computer
}

// kraft is the environment of a broker without ZooKeeper that programs of this computer reach at the port.
func kraft(port int) map[string]string {
	return map[string]string{
		"CLUSTER_ID":                                     "MkU3OEVBNTcwNTJENDM2Qk",
		"KAFKA_NODE_ID":                                  "1",
		"KAFKA_PROCESS_ROLES":                            "broker,controller",
		"KAFKA_CONTROLLER_QUORUM_VOTERS":                 "1@localhost:9093",
		"KAFKA_CONTROLLER_LISTENER_NAMES":                "CONTROLLER",
		"KAFKA_LISTENERS":                                fmt.Sprintf("INTERNAL://0.0.0.0:29092,HOST://0.0.0.0:%d,CONTROLLER://0.0.0.0:9093", port),
		"KAFKA_ADVERTISED_LISTENERS":                     fmt.Sprintf("INTERNAL://kafka:29092,HOST://127.0.0.1:%d", port),
		"KAFKA_LISTENER_SECURITY_PROTOCOL_MAP":           "INTERNAL:PLAINTEXT,HOST:PLAINTEXT,CONTROLLER:PLAINTEXT",
		"KAFKA_INTER_BROKER_LISTENER_NAME":               "INTERNAL",
		"KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR":         "1",
		"KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS":             "1",
		"KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR": "1",
		"KAFKA_TRANSACTION_STATE_LOG_MIN_ISR":            "1",
		"KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS":         "0",
		"KAFKA_AUTO_CREATE_TOPICS_ENABLE":                "false",
		"KAFKA_HEAP_OPTS":                                "-Xms64m -Xmx256m -XX:TieredStopAtLevel=1",
	}
}

// zookept is the environment of a broker that asks the service zookeeper.
func zookept(port int) map[string]string {
	env := kraft(port)
	for _, name := range []string{"CLUSTER_ID", "KAFKA_NODE_ID", "KAFKA_PROCESS_ROLES", "KAFKA_CONTROLLER_QUORUM_VOTERS", "KAFKA_CONTROLLER_LISTENER_NAMES"} {
		delete(env, name)
	}
	maps.Copy(env, map[string]string{
		"KAFKA_BROKER_ID":                      "1",
		"KAFKA_ZOOKEEPER_CONNECT":              "zookeeper:2181",
		"KAFKA_LISTENERS":                      fmt.Sprintf("INTERNAL://0.0.0.0:29092,HOST://0.0.0.0:%d", port),
		"KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": "INTERNAL:PLAINTEXT,HOST:PLAINTEXT",
	})
	return env
}

// compose is the service's part of a compose file.
func (k kafka) compose(base map[string]string) string {
	env := maps.Clone(base)
	for name, value := range k.env {
		if value == "-" {
			delete(env, name)
		} else {
			env[name] = value
		}
	}
	var s strings.Builder
	name := k.service
	if name == "" {
		name = "kafka"
	}
	fmt.Fprintf(&s, "  %s:\n    image: %s\n    ports: [\"127.0.0.1:%d:%d\"]\n", name, imageName("kafka"), k.port, k.port)
	s.WriteString(k.more)
	s.WriteString("    environment:\n")
	for _, name := range slices.Sorted(maps.Keys(env)) {
		fmt.Fprintf(&s, "      %s: %q\n", name, env[name])
	}
	return s.String()
}

const zookeeperService = `  zookeeper:
    image: confluentinc/cp-zookeeper:7.5.0
    environment: {ZOOKEEPER_CLIENT_PORT: "2181", ZOOKEEPER_ADMIN_ENABLE_SERVER: "false", KAFKA_HEAP_OPTS: "-Xms32m -Xmx128m -XX:TieredStopAtLevel=1"}
`

// services writes the project: a compose file of these services, and a configuration that names Kafka's address.
func (b *broken) services(parts ...string) {
	b.Helper()
	b.write("compose.yaml", "services:\n"+strings.Join(parts, ""))
	b.write("streamtray.yaml", fmt.Sprintf("version: 1\ncompose: {files: [compose.yaml]}\nkafka: {bootstrap: [\"127.0.0.1:%d\"], topics: []}\n", b.port))
}

// broker writes a project with one broker without ZooKeeper, changed in this way.
func (b *broken) broker(k kafka) {
	b.Helper()
	k.port = b.port
	b.services(k.compose(kraft(b.port)))
}

// zookept writes a project with ZooKeeper and one broker, changed in this way.
func (b *broken) zookept(k kafka) {
	b.Helper()
	k.port = b.port
	b.services(zookeeperService, k.compose(zookept(b.port)))
}
