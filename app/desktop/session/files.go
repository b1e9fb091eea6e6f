package session

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"streamtray/app/config"
	"streamtray/app/i18n"
	"streamtray/app/view"
	"streamtray/internal/pause"
)

// filesEvery is the pause between two looks at the project's own files.
const filesEvery = 5 * time.Second

// files are what became of the project's own files since it was opened: gone, broken, or saying something else.
type files struct {
	mu  sync.Mutex
	now view.Banner
}

func (f *files) set(b view.Banner) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now = b
}

// seen is what was seen last; the zero value: they are as they were.
func (f *files) seen() view.Banner {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.now
}

// Files are what became of the project's own files, as seen last.
func (s *Session) Files() view.Banner { return s.files.seen() }

// WatchFiles looks every few seconds until ctx ends.
func (s *Session) WatchFiles(ctx context.Context, w *i18n.Words) {
	for ctx.Err() == nil && !s.Demo {
		s.files.set(s.lookAtFiles(ctx, w))
		pause.For(ctx, filesEvery)
	}
}

// lookAtFiles looks once.
func (s *Session) lookAtFiles(ctx context.Context, w *i18n.Words) view.Banner {
	dir := s.Project.Dir
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return view.Banner{Mark: view.Bad, Text: w.Text("ui.files.gone", map[string]any{"Dir": dir})}
	}
	if _, err := config.Open(dir); err != nil {
		text, _ := w.Error(err)
		b := view.Banner{Mark: view.Warn, Text: w.Text("ui.files.broken", map[string]any{"Text": text})}
		if file := filepath.Join(dir, config.FileName); there(file) {
			b.Fixes = []view.Item{{Label: w.Text("ui.fix.file", nil), Act: view.ActOpenFile, Arg: file + ":1"}}
		}
		return b
	}
	if !s.Project.Unchanged(ctx) && ctx.Err() == nil {
		return view.Banner{Mark: view.Warn, Text: w.Text("ui.files.changed", nil), Fixes: []view.Item{{Label: w.Text("ui.files.review", nil), Act: view.ActProject, Arg: dir}}}
	}
	return view.Banner{}
}

func there(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}
