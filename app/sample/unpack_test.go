package sample

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"streamtray/internal/usererr"
)

func TestUnpackWritesTheWholeProject(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "sample")
	if err := Unpack(dir); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{
		"app.py", "config.py", "routes/ws.py", "routes/__init__.py", "algo/kafka/detection_producer.py", "deployment/docker-compose.infra.yml",
		"streamtray.yaml", "requirements.txt", ".env.example", ".gitignore", "README.zh-CN.md", "tests/golden/frame.jsonl",
	} {
		if info, err := os.Stat(filepath.Join(dir, filepath.FromSlash(name))); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestUnpackOverwritesNothing(t *testing.T) {
	dir := t.TempDir()
	mine := filepath.Join(dir, "app.py")
	if err := os.WriteFile(mine, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	err := Unpack(dir)
	var told *usererr.Error
	if !errors.As(err, &told) || told.ID != "sample.not_empty" || told.Args["Name"] != "app.py" {
		t.Errorf("got %v", err)
	}
	if b, err := os.ReadFile(mine); err != nil || string(b) != "mine" {
		t.Errorf("the file there has %q, %v", b, err)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
		t.Errorf("the folder has %v, %v", entries, err)
	}
}

func TestUnpackTakesAnEmptyFolderAndNoFile(t *testing.T) {
	dir := t.TempDir()
	if err := Unpack(dir); err != nil {
		t.Errorf("an empty folder: %v", err)
	}
	err := Unpack(filepath.Join(dir, "app.py"))
	if err == nil || !strings.Contains(err.Error(), "sample.unwritable") {
		t.Errorf("a file: got %v", err)
	}
}
