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

// An init that was interrupted left a folder that no further init would take.
func TestAnInterruptedUnpackCanBeDoneAgain(t *testing.T) {
	whole := t.TempDir()
	if err := Unpack(whole); err != nil {
		t.Fatal(err)
	}
	app, err := os.ReadFile(filepath.Join(whole, "app.py"))
	if err != nil {
		t.Fatal(err)
	}
	for name, prepare := range map[string]func(dir string) error{
		"after some files": func(dir string) error {
			return errors.Join(os.MkdirAll(filepath.Join(dir, "algo", "kafka"), 0o755), os.WriteFile(filepath.Join(dir, "app.py"), app, 0o644))
		},
		"within a file":   func(dir string) error { return os.WriteFile(filepath.Join(dir, "app.py"), app[:len(app)/2], 0o644) },
		"before its text": func(dir string) error { return os.WriteFile(filepath.Join(dir, "app.py"), nil, 0o644) },
	} {
		dir := t.TempDir()
		if err := errors.Join(prepare(dir), Unpack(dir)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		same(t, name, whole, dir)
	}
	// What was changed, or came to it, is somebody's.
	for name, change := range map[string]string{"app.py": string(app[:10]) + "mine", "mine.txt": "", "algo": "a file"} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(change), 0o644); err != nil {
			t.Fatal(err)
		}
		var told *usererr.Error
		if err := Unpack(dir); !errors.As(err, &told) || told.ID != "sample.not_empty" {
			t.Errorf("%s: got %v, want sample.not_empty", name, err)
		}
		if b, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(b) != change {
			t.Errorf("%s holds %q, %v", name, b, err)
		}
	}
}

// same fails unless both folders hold the same files.
func same(t *testing.T, about, want, got string) {
	t.Helper()
	n := 0
	err := filepath.WalkDir(want, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		n++
		rel, _ := filepath.Rel(want, path)
		a, _ := os.ReadFile(path)
		b, err := os.ReadFile(filepath.Join(got, rel))
		if err == nil && string(a) != string(b) {
			t.Errorf("%s: %s differs", about, rel)
		}
		return err
	})
	if err != nil || n < 10 {
		t.Errorf("%s: %d files, %v", about, n, err)
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
