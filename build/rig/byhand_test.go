//go:build rig && linux

package rig

import (
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"testing"
	"time"
)

// Intent: the rig and the sample must stream without the product, started by hand as people did before it. Where this
// fails, no other scenario says anything about the product.
func TestTheSampleStreamsWhenStartedByHand(t *testing.T) {
	s := newStand(t)
	s.compose("--file", filepath.Join(s.project, "deployment", "docker-compose.infra.yml"), "up", "--detach", "zookeeper", "kafka")
	began := time.Now()
	s.inKafka("cub", "kafka-ready", "1", "60", "-b", kafkaAddress)
	t.Logf("Kafka answered its own tools %.1fs after its container started", time.Since(began).Seconds())
	for _, topic := range []string{"detection-results", "llm-analysis-tasks", "llm-analysis-results"} {
		s.inKafka("kafka-topics", "--bootstrap-server", kafkaAddress, "--create", "--topic", topic, "--partitions", "3", "--replication-factor", "1")
	}
	app := exec.CommandContext(t.Context(), here.Python, "app.py")
	app.Dir, app.Env = s.project, append(s.env, "ALGO_ENABLE_KAFKA_STREAMING=true")
	app.Cancel = func() error { return app.Process.Signal(os.Interrupt) }
	log, err := os.Create(filepath.Join(s.kept, "app.log"))
	s.must(err)
	app.Stdout, app.Stderr = log, log
	s.must(app.Start())
	t.Cleanup(func() { _ = app.Wait() })

	s.eventually(soon, "the app says that it streams", func() (bool, string) {
		streaming, err := s.streaming()
		return streaming && err == nil, s.firstLines(filepath.Join(s.kept, "app.log"))
	})
	s.throughAllTopics("by-hand", 10)
}

// inKafka runs a command in the Kafka container.
func (s *stand) inKafka(args ...string) {
	s.Helper()
	s.docker(append([]string{"exec", s.container("kafka").ID}, args...)...)
}

func (s *stand) firstLines(file string) string {
	text, err := os.ReadFile(file)
	s.must(err)
	return string(text[:min(len(text), 2000)])
}

// throughAllTopics sends frames of a new camera and reads what becomes of them with an independent client: each
// detection as it was answered, a task for five frames, a result for each task.
func (s *stand) throughAllTopics(camera string, frames int) {
	s.Helper()
	answers := s.send(camera, frames)
	detections := s.recordsOf("detection-results", camera, frames)
	if len(detections) != len(answers) {
		s.Fatalf("detection-results: got %d records for %d answers", len(detections), len(answers))
	}
	for i, d := range detections {
		if answer := parsed(s, answers[i]); !reflect.DeepEqual(answer, d.Value) {
			s.Errorf("record %d: got %v, want what was answered: %v", i, d.Value, answer)
		}
	}
	for _, topic := range []string{"llm-analysis-tasks", "llm-analysis-results"} {
		if got, want := len(s.recordsOf(topic, camera, frames/5)), frames/5; got != want {
			s.Errorf("%s: got %d records, want %d", topic, got, want)
		}
	}
}
