package project

import (
	"os"
	"path/filepath"
	"testing"

	"streamtray/app/plan"
	"streamtray/docker/compose"
)

func TestContainersOfAnotherComposeFileAreStartedAnew(t *testing.T) {
	dir := t.TempDir()
	file, marker := filepath.Join(dir, "compose.yaml"), filepath.Join(dir, "data", "started")
	look := func(text string) *drift {
		t.Helper()
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		p, err := compose.Load(t.Context(), compose.Options{Dir: dir, Files: []string{file}})
		if err != nil {
			t.Fatal(err)
		}
		return newDrift(marker, plan.Of(plan.Known{Compose: p, Services: []string{"kafka"}}), "")
	}
	first := look("services: {kafka: {image: apache/kafka:3.9.0}}\n")
	if err := first.check(); err != nil {
		t.Errorf("started by other means: got %v, want them taken as they are", err)
	}
	if err := first.started(); err != nil {
		t.Fatal(err)
	}
	if err := look("services: {kafka: {image: apache/kafka:3.9.0}}\n").check(); err != nil {
		t.Errorf("the same file: got %v", err)
	}
	second := look("services: {kafka: {image: apache/kafka:4.0.0}}\n")
	if err := second.check(); err == nil {
		t.Error("another image: got nil, want a fault")
	}
	if err := second.started(); err != nil {
		t.Fatal(err)
	}
	if err := second.check(); err != nil {
		t.Errorf("started from it: got %v", err)
	}
}
