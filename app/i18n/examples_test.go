package i18n

import (
	"encoding/json"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"streamtray/assets"
)

// example is a port, file, variable or topic of one project, where the reader's project has its own.
var example = regexp.MustCompile(`\b(5000|8000|9092|19092|29092)\b|ALGO_|deployment/|infra\.yml|detection-results|llm-analysis|\bapp\.py\b|\bmain\.py\b|kafka_detection|kafka-data`)

// Advice named files, ports and variables that the reader's project does not have. What is known of the project is filled in;
// what is not is named by kind. The sample project's texts speak of the sample.
func TestNoTextHoldsAValueOfAnExample(t *testing.T) {
	if !example.MatchString("Write it as host:port, for example 127.0.0.1:9092.") {
		t.Fatal("an example is not seen")
	}
	files, err := assets.Texts.ReadDir("text")
	if err != nil || len(files) == 0 {
		t.Fatalf("no texts: %v", err)
	}
	for _, f := range files {
		b, err := assets.Texts.ReadFile(path.Join("text", f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		var texts map[string]any
		if err := json.Unmarshal(b, &texts); err != nil {
			t.Fatal(err)
		}
		for id, text := range texts {
			all, _ := json.Marshal(text)
			if found := example.FindString(string(all)); found != "" && !strings.HasPrefix(id, "sample.") {
				t.Errorf("%s: %s says %q", f.Name(), id, found)
			}
		}
	}
}

// The rules of package diagnose hold their own texts.
func TestNoTextOfARuleHoldsAValueOfAnExample(t *testing.T) {
	files, err := filepath.Glob("../diagnose/rules/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no rules: %v", err)
	}
	read := 0
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		var file struct{ Rules []map[string]any }
		if err := yaml.Unmarshal(b, &file); err != nil {
			t.Fatal(err)
		}
		for _, r := range file.Rules {
			for _, kind := range []string{"title", "why", "itself", "advice", "fix"} {
				read++
				text, _ := json.Marshal(r[kind])
				if found := example.FindString(string(text)); found != "" {
					t.Errorf("%s: %v: %s says %q", f, r["id"], kind, found)
				}
			}
		}
	}
	if read == 0 {
		t.Error("no text was read")
	}
}
