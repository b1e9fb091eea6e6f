package compose

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

const sample = `version: "3"
services:
  zookeeper:
    image: confluentinc/cp-zookeeper:7.5.0
    environment:
      ZOOKEEPER_CLIENT_PORT: 2181
  kafka:
    image: confluentinc/cp-kafka:7.5.0
    depends_on: [zookeeper]
    ports:
      - "9092:9092"
    environment:
      KAFKA_BROKER_ID: 1
      KAFKA_ZOOKEEPER_CONNECT: zookeeper:2181
      KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: PLAINTEXT:PLAINTEXT,PLAINTEXT_HOST:PLAINTEXT
      KAFKA_ADVERTISED_LISTENERS: PLAINTEXT://kafka:29092,PLAINTEXT_HOST://127.0.0.1:9092
`

func load(t *testing.T, text string) *Project {
	t.Helper()
	file := filepath.Join(t.TempDir(), "docker-compose.infra.yml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	p, err := Load(t.Context(), Options{Files: []string{file}})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestTheSampleIsReachableOnLocalhost(t *testing.T) {
	p := load(t, sample)
	r := Inspect(p)
	if want := []string{"localhost:9092"}; !slices.Equal(r.Bootstrap, want) || !r.Reachable || r.Mode != "zookeeper" {
		t.Errorf("got %v, reachable %v, mode %q, want %v in zookeeper mode", r.Bootstrap, r.Reachable, r.Mode, want)
	}
	if got, want := r.Needed(p), []string{"zookeeper", "kafka"}; !slices.Equal(got, want) {
		t.Errorf("needed: got %v, want %v", got, want)
	}
	if len(p.Findings) != 0 || !p.Accepted {
		t.Errorf("findings: got %v, want none", p.Findings)
	}
	if len(r.Problems) != 0 {
		t.Errorf("problems: got %v, want none", r.Problems)
	}
}
