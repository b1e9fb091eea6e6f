//go:build rig && linux

package rig

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// clusterProject is the name that the containers of this file get: other scenarios may run at the same time.
const clusterProject = "streamtray-clusters"

// clusterStand is a stand around a compose file that is not the sample's, on ports of its own.
type clusterStand struct{ *stand }

// newClusterStand makes a project of a folder of testdata/clusters, which nobody has trusted or started.
func newClusterStand(t *testing.T, name string) clusterStand {
	t.Helper()
	return newComposeStand(t, os.DirFS(filepath.Join("testdata", "clusters", name)))
}

// newComposeStand makes a project of files, as newClusterStand does.
func newComposeStand(t *testing.T, files fs.FS) clusterStand {
	t.Helper()
	home, err := os.MkdirTemp("", "st")
	if err != nil {
		t.Fatal(err)
	}
	s := clusterStand{&stand{
		T: t, home: home, project: filepath.Join(home, "project"),
		kept: filepath.Join(here.Root, "build", "dist", "rig", filepath.FromSlash(t.Name())),
	}}
	s.env = append(os.Environ(),
		marker+"="+home,
		"STREAMTRAY_HOME="+filepath.Join(home, "person"),
		"XDG_RUNTIME_DIR="+filepath.Join(home, "run"),
		"COMPOSE_PROJECT_NAME="+clusterProject,
		"STREAMTRAY_LANG=en",
	)
	s.must(os.RemoveAll(s.kept))
	s.must(os.MkdirAll(s.kept, 0o755))
	s.must(os.Mkdir(filepath.Join(home, "run"), 0o700))
	t.Cleanup(s.clear)
	s.gone() // of an earlier run that was cut off
	s.must(os.CopyFS(s.project, files))
	return s
}

// gone takes the containers of this file's project away, with their volumes.
func (s clusterStand) gone() {
	s.docker("compose", "--project-name", clusterProject, "down", "--volumes", "--remove-orphans", "--timeout", "1")
}

func (s clusterStand) clear() {
	if s.Failed() {
		for _, id := range strings.Fields(s.docker("ps", "--all", "--quiet", "--filter", "label=com.docker.compose.project="+clusterProject)) {
			s.keep(id+".log", "docker", "logs", "--timestamps", id)
			s.keep(id+".json", "docker", "inspect", id)
		}
		s.Logf("kept for reading: %s", s.kept)
	}
	for _, p := range s.processes() {
		s.Logf("ending what was left: %s", p)
		_ = p.end()
	}
	s.gone()
	_ = os.RemoveAll(s.home)
	if !s.Failed() {
		_ = os.RemoveAll(s.kept)
	}
}

// bring starts the project's Kafka alone, with events a line.
func (s clusterStand) bring() *call {
	s.Helper()
	return s.start("up", "--project", s.project, "--no-app", "--detach", "--trust", "--json")
}

// ready brings the project's Kafka up, which must succeed.
func (s clusterStand) ready() {
	s.Helper()
	began := time.Now()
	up := s.bring()
	if code := up.exit(fromNil); code != 0 {
		s.Fatalf("up: exit code %d: %s", code, up.said())
	}
	s.Logf("ready %.1fs after up", time.Since(began).Seconds())
}

// known is what an independent client knows of a cluster.
type known struct {
	Brokers  []string
	Leaders  []int
	Replicas []int
}

// write writes records with an independent client, which knows no more than an address.
func (s clusterStand) write(address, topic string, records int) (known, error) {
	s.Helper()
	ctx, cancel := context.WithTimeout(s.Context(), time.Minute)
	defer cancel()
	client := exec.CommandContext(ctx, here.Python, "testdata/client.py", address, topic, fmt.Sprint(records))
	client.Env = s.env
	out, err := client.Output()
	if err != nil {
		return known{}, fmt.Errorf("%w: %s", err, stderr(err))
	}
	var k known
	return k, json.Unmarshal(out, &k)
}

// read counts the records of a topic with an independent client.
func (s clusterStand) read(address, topic string) int {
	s.Helper()
	ctx, cancel := context.WithTimeout(s.Context(), time.Minute)
	defer cancel()
	out, err := exec.CommandContext(ctx, here.Python, "testdata/records.py", address, topic).Output()
	if err != nil {
		s.Fatalf("records.py %s: %v: %s", topic, err, stderr(err))
	}
	return strings.Count(string(out), "\n")
}

// inspection is what inspect --json promises, as far as it is looked at here.
type inspection struct {
	Mode      string
	Bootstrap []string
	Reachable bool
	Problems  []struct{ Code, Text string }
}

func (s clusterStand) inspect(args ...string) (i inspection) {
	s.Helper()
	s.must(json.Unmarshal([]byte(s.ok(append([]string{"inspect", "--json", filepath.Join(s.project, "compose.yaml")}, args...)...)), &i))
	return i
}

// Intent: a project that is nothing but a compose file and its topics must come up by one command, whatever holds its
// Kafka together; an independent client must find every broker where inspect says it is, every partition with a leader
// and as many replicas as declared, and get back what it wrote.
func TestClustersOfOtherKindsComeUp(t *testing.T) {
	for _, kind := range []struct {
		name      string
		bootstrap []string
		replicas  int
	}{
		{"zookeeper", []string{"localhost:19092", "localhost:19093", "localhost:19094"}, 3},
		{"kraft", []string{"localhost:19095"}, 1},
	} {
		t.Run(kind.name, func(t *testing.T) {
			s := newClusterStand(t, kind.name)
			if got := s.inspect(); !slices.Equal(got.Bootstrap, kind.bootstrap) || got.Mode != kind.name || !got.Reachable {
				t.Errorf("inspect: got %+v, want %v", got, kind.bootstrap)
			}
			s.ready()
			got, err := s.write(kind.bootstrap[0], "detection-results", 100)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(got.Brokers, kind.bootstrap) {
				t.Errorf("brokers: got %v, want %v", got.Brokers, kind.bootstrap)
			}
			if len(got.Leaders) != 6 || slices.Contains(got.Leaders, -1) {
				t.Errorf("leaders: got %v, want 6 and none missing", got.Leaders)
			}
			if want := slices.Repeat([]int{kind.replicas}, 6); !slices.Equal(got.Replicas, want) {
				t.Errorf("replicas: got %v, want %v", got.Replicas, want)
			}
			for _, address := range kind.bootstrap {
				if n := s.read(address, "detection-results"); n != 100 {
					t.Errorf("read through %s: got %d records, want 100", address, n)
				}
			}
			if live := s.inspect("--live"); !slices.Equal(live.Bootstrap, kind.bootstrap) {
				t.Errorf("inspect --live: got %v, want %v", live.Bootstrap, kind.bootstrap)
			}
		})
	}
}

// Intent: each way in which a compose file keeps programs of this computer out must be named, must show at the broker
// as the fault that it is, and must be mended by the override file that inspect --fix prints, with nothing else done.
func TestWhatInspectFixPrintsMendsABrokenFile(t *testing.T) {
	for _, broken := range []struct {
		name, code string
		fault      string // of the readiness check
		at         string // the address that a person would try
	}{
		{"internal-name-only", "INTERNAL_NAME_ONLY", "kafka.advertised_name", "localhost:19095"},
		{"not-published", "NOT_PUBLISHED", "kafka.refused", "localhost:19095"},
		{"crossed", "CROSSED", "kafka.advertised_name", "localhost:19095"},
		{"port-mismatch", "PORT_MISMATCH", "kafka.advertised", "localhost:19095"},
		{"empty-host", "EMPTY_HOST", "kafka.advertised_name", "localhost:19095"},
		{"conditional", "CONDITIONAL", "kafka.advertised_name", "localhost:19095"},
		{"no-advertised", "NO_ADVERTISED", "docker.service_exited", "localhost:19095"},
	} {
		t.Run(broken.name, func(t *testing.T) {
			s := newClusterStand(t, broken.name)
			if got := s.inspect(); got.Reachable || len(got.Problems) != 1 || got.Problems[0].Code != broken.code {
				t.Errorf("inspect: got %+v, want %s alone", got, broken.code)
			}
			s.configure("{bootstrap: ["+broken.at+"], topics: []}", "compose.yaml")
			s.failsWith(broken.fault)
			if k, err := s.write(broken.at, "probe", 10); err == nil {
				t.Errorf("the broken file: a client could write, and knows %+v", k)
			}

			fix := s.ok("inspect", "--fix", filepath.Join(s.project, "compose.yaml"))
			s.must(os.WriteFile(filepath.Join(s.project, "fix.yaml"), []byte(fix), 0o644))
			mended := s.inspect(filepath.Join(s.project, "fix.yaml"))
			if !mended.Reachable || len(mended.Bootstrap) != 1 {
				t.Fatalf("inspect with the fix: got %+v\n%s", mended, fix)
			}
			s.configure("{topics: []}", "compose.yaml", "fix.yaml")
			s.ready()
			if _, err := s.write(mended.Bootstrap[0], "probe", 10); err != nil {
				t.Errorf("with the fix: %v\n%s", err, fix)
			}
			if n := s.read(mended.Bootstrap[0], "probe"); n != 10 {
				t.Errorf("with the fix: read %d records, want 10", n)
			}
		})
	}
}

// configure writes the project's streamtray.yaml.
func (s clusterStand) configure(kafka string, files ...string) {
	s.Helper()
	text := fmt.Sprintf("version: 1\ncompose: {files: [%s]}\nkafka: %s\n", strings.Join(files, ", "), kafka)
	s.must(os.WriteFile(filepath.Join(s.project, "streamtray.yaml"), []byte(text), 0o644))
}

// failsWith brings Kafka up until the broker itself runs, and claims that the story then waits for it with a fault.
func (s clusterStand) failsWith(id string) {
	s.Helper()
	up := s.bring()
	if strings.HasPrefix(id, "docker.") { // the container does not even stay
		up.awaits(fromNil, "the containers fail with "+id, 0, func(e event) bool {
			return e.Step == "infra" && e.Kind == "failed" && e.Error.ID == id
		})
		up.interrupt()
		return
	}
	up.awaits(fromNil, "the containers run", 0, func(e event) bool { return e.Step == "infra" && e.Kind == "done" })
	s.eventually(fromNil, "the broker runs", func() (bool, string) {
		log := s.docker("logs", clusterProject+"-kafka-1")
		return strings.Contains(log, "Kafka Server started"), LastLines(log, 1)
	})
	// From the first event on: a fault that no waiting mends ends the program, maybe before we look.
	up.awaits(soon, "the broker step tells "+id, 0, func(e event) bool {
		return e.Step == "broker" && e.Error != nil && e.Error.ID == id
	})
	up.interrupt()
}
