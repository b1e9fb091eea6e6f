package session

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"streamtray/app/desktop/shoptest"
	"streamtray/app/ui/uitest"
	"streamtray/app/view"
)

// A project whose file was broken, or whose folder was removed, while it ran was told of at the next start only.
func TestWhatBecomesOfTheProjectsFilesIsToldWhileItRuns(t *testing.T) {
	dir, home := filepath.Join(t.TempDir(), "calm"), t.TempDir()
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "streamtray.yaml")
	shoptest.Put(t, file, shoptest.Embedded)
	s, w := &Session{Project: shoptest.Open(t, dir, home, "tcp://127.0.0.1:1")}, uitest.English(t)
	if b := s.lookAtFiles(t.Context(), w); b.Text != "" {
		t.Errorf("as it was opened: %+v", b)
	}
	shoptest.Put(t, file, strings.Replace(shoptest.Embedded, "60", "61", 1))
	if b := s.lookAtFiles(t.Context(), w); b.Mark != view.Warn || len(b.Fixes) != 1 || b.Fixes[0].Act != view.ActProject {
		t.Errorf("changed: %+v, want to be asked to review it", b)
	}
	shoptest.Put(t, file, "version: 1\nkafka: {mode: nowhere}\n")
	if b := s.lookAtFiles(t.Context(), w); !strings.Contains(b.Text, "nowhere") || len(b.Fixes) != 1 || b.Fixes[0].Arg != file+":1" {
		t.Errorf("broken: %+v, want what is wrong and the file", b)
	}
	shoptest.Put(t, file, shoptest.Embedded)
	if b := s.lookAtFiles(t.Context(), w); b.Text != "" {
		t.Errorf("mended: %+v", b)
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if b := s.lookAtFiles(t.Context(), w); b.Mark != view.Bad || !strings.Contains(b.Text, dir) {
		t.Errorf("removed: %+v, want that told", b)
	}
}
