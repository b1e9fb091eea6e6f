package compose

import (
	"path/filepath"
	"slices"
	"testing"
)

func TestTheLikeliestComposeFileComesFirst(t *testing.T) {
	kafka := "services:\n  kafka:\n    image: apache/kafka\n    ports: [\"9092:9092\"]\n"
	dir := project(t, map[string]string{
		"deployment/docker-compose.infra.yml":  kafka,
		"docker-compose.yml":                   kafka,
		"docker-compose.override.yml":          kafka,
		"compose.yaml":                         "services: {db: {image: postgres}}\n",
		"infra/kafka.yml":                      kafka,
		"infra/compose.dev.yml":                kafka,
		"whole.yml":                            kafka,
		"compose-all.yml":                      "include: [infra/compose.dev.yml]\n",
		"docker-compose.test.yml":              kafka,
		"app/settings-kafka.yml":               "kafka:\n  bootstrap: localhost:9092\n",
		"node_modules/x/docker-compose.yml":    kafka,
		".git/docker-compose.yml":              kafka,
		"venv/docker-compose.yml":              kafka,
		"a/b/c/d/e/docker-compose.yml":         kafka,
		"deployment/docker-compose.broken.yml": "services: [kafka\n",
	})
	found, err := Candidates(t.Context(), dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range found {
		rel, _ := filepath.Rel(dir, c.Path)
		got = append(got, filepath.ToSlash(rel))
		if !slices.Equal(c.Brokers, []string{"kafka"}) || !c.Reachable {
			t.Errorf("%s: brokers %v, reachable %v, want kafka, reachable", rel, c.Brokers, c.Reachable)
		}
	}
	want := []string{
		"deployment/docker-compose.infra.yml", "docker-compose.yml", "compose-all.yml", "infra/compose.dev.yml",
		"infra/kafka.yml", "docker-compose.test.yml",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestAFolderWithoutKafkaHasNoCandidates(t *testing.T) {
	found, err := Candidates(t.Context(), project(t, map[string]string{"docker-compose.yml": "services: {db: {image: postgres}}\n"}), nil)
	if err != nil || len(found) != 0 {
		t.Errorf("got %v, %v, want none", found, err)
	}
}
