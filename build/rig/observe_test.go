//go:build rig && linux

package rig

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"github.com/coder/websocket"
)

// container is what the engine says of one of the project's containers.
type container struct {
	ID    string
	State struct {
		Status    string
		StartedAt string
	}
	RestartCount int
	Config       struct{ Labels map[string]string }

	service string
}

// containers are those of the project, running or not, by the name of their service.
func (s *stand) containers() []container {
	s.Helper()
	ids := s.docker("ps", "--all", "--quiet", "--no-trunc", "--filter", "label=com.docker.compose.project="+composeProject)
	if ids == "" {
		return nil
	}
	var found []container
	if err := json.Unmarshal([]byte(s.docker(append([]string{"inspect"}, strings.Fields(ids)...)...)), &found); err != nil {
		s.Errorf("docker inspect: %v", err)
	}
	for i := range found {
		found[i].service = found[i].Config.Labels["com.docker.compose.service"]
	}
	slices.SortFunc(found, func(a, b container) int { return strings.Compare(a.service, b.service) })
	return found
}

// container is that of a service, which must exist.
func (s *stand) container(service string) container {
	s.Helper()
	for _, c := range s.containers() {
		if c.service == service {
			return c
		}
	}
	s.Fatalf("%s has no container", service)
	return container{}
}

// running is a line for each running container, with what changes when one is replaced or restarted.
func (s *stand) running() string {
	s.Helper()
	var lines []string
	for _, c := range s.containers() {
		if c.State.Status == "running" {
			lines = append(lines, fmt.Sprintf("%s %.12s since %s", c.service, c.ID, c.State.StartedAt))
		}
	}
	return strings.Join(lines, "\n")
}

// volumes are the project's, by name.
func (s *stand) volumes() []string {
	s.Helper()
	return strings.Fields(s.docker("volume", "ls", "--quiet", "--filter", "label=com.docker.compose.project="+composeProject))
}

// process is one that a scenario started, directly or not.
type process struct {
	pid  int
	args string
}

func (p process) String() string { return fmt.Sprintf("%d %s", p.pid, p.args) }

// end kills the process; one that is gone is fine.
func (p process) end() error { return syscall.Kill(p.pid, syscall.SIGKILL) }

// processes are all that carry the stand's marker in their environment, which every child inherits.
func (s *stand) processes() []process {
	files, err := filepath.Glob("/proc/[0-9]*/environ")
	s.must(err)
	var found []process
	for _, file := range files {
		env, err := os.ReadFile(file)
		if err != nil || !bytes.Contains(env, []byte(marker+"="+s.home+"\x00")) {
			continue // gone meanwhile, or not ours
		}
		args, err := os.ReadFile(filepath.Join(filepath.Dir(file), "cmdline"))
		if err != nil || len(args) == 0 {
			continue // a zombie has no arguments left
		}
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(file)))
		s.must(err)
		found = append(found, process{pid, string(bytes.ReplaceAll(bytes.TrimRight(args, "\x00"), []byte{0}, []byte{' '}))})
	}
	return found
}

// app is the detection app's processes.
func (s *stand) app() []process {
	return slices.DeleteFunc(s.processes(), func(p process) bool { return !strings.Contains(p.args, "app.py") })
}

// connections of this machine's programs to Kafka, one a line.
func (s *stand) connections() string {
	s.Helper()
	out, err := here.output(s.Context(), "ss", "--no-header", "--tcp", "--numeric", "--processes", "state", "established", "dst", kafkaAddress)
	s.must(err)
	return out
}

// streaming asks the app itself whether it streams.
func (s *stand) streaming() (bool, error) {
	req, err := http.NewRequestWithContext(s.Context(), http.MethodGet, "http://"+appAddress+"/", nil)
	s.must(err)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return false, err
	}
	defer resp.Body.Close()
	var status struct{ Streaming bool }
	return status.Streaming, json.NewDecoder(resp.Body).Decode(&status)
}

// send sends frames of one camera through the app's WebSocket and returns its answers, a JSON text each.
func (s *stand) send(camera string, frames int) []string {
	s.Helper()
	ctx, cancel := context.WithTimeout(s.Context(), soon)
	defer cancel()
	var conn *websocket.Conn
	s.eventually(soon, "the app takes frames", func() (bool, string) { // its page may come up after its producer
		var err error
		conn, _, err = websocket.Dial(ctx, "ws://"+appAddress+"/ws/detect", nil) //nolint:bodyclose // a WebSocket has none
		return err == nil, fmt.Sprint(err)
	})
	defer conn.CloseNow()
	var answers []string
	for i := range frames {
		frame := fmt.Sprintf(`{"id": "%s-%d", "camera": %q, "width": 640, "height": 480, "timestamp": %d}`, camera, i, camera, 1_760_000_000_000+i)
		s.must(conn.Write(ctx, websocket.MessageText, []byte(frame)))
		_, answer, err := conn.Read(ctx)
		s.must(err)
		answers = append(answers, string(answer))
	}
	return answers // without a parting word: Flask's server answers that with HTTP
}

// record is one of a topic, as an independent client read it.
type record struct {
	Partition int
	Offset    int
	Key       string
	Value     map[string]any
}

// records are all of a topic.
func (s *stand) records(topic string) []record {
	s.Helper()
	ctx, cancel := context.WithTimeout(s.Context(), soon)
	defer cancel()
	out, err := exec.CommandContext(ctx, here.Python, "testdata/records.py", s.kafka, topic).Output()
	if err != nil {
		s.Fatalf("records.py %s: %v: %s", topic, err, stderr(err))
	}
	var records []record
	for line := range strings.Lines(string(out)) {
		var r record
		s.must(json.Unmarshal([]byte(line), &r))
		records = append(records, r)
	}
	return records
}

func stderr(err error) []byte {
	if exit, ok := err.(*exec.ExitError); ok { //nolint:errorlint // Output returns it as it is
		return exit.Stderr
	}
	return nil
}

// recordsOf waits until a topic holds n records of a camera and returns them.
func (s *stand) recordsOf(topic, camera string, n int) []record {
	s.Helper()
	var found []record
	s.eventually(soon, fmt.Sprintf("%d records of %s on %s", n, camera, topic), func() (bool, string) {
		found = slices.DeleteFunc(s.records(topic), func(r record) bool { return r.Key != camera })
		return len(found) >= n, fmt.Sprintf("%d records", len(found))
	})
	return found
}

func parsed(s *stand, text string) (value map[string]any) {
	s.Helper()
	s.must(json.Unmarshal([]byte(text), &value))
	return value
}
