package compose

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// What a project may make us read. Public compose files stay two orders of magnitude below.
const (
	maxFileSize = 1 << 20
	maxReads    = 512
)

var (
	errNotRegular = errors.New("not a regular file")
	errFileSize   = errors.New("larger than 1 MiB")
	errReads      = errors.New("the project refers to more than 512 files")
	errNetwork    = errors.New("a network path is not read")
)

// File is one file that the project's meaning depends on.
type File struct {
	Path    string // absolute
	Role    string // compose, env_file, dotenv, dockerfile or config
	Outside bool   // lies outside the project folder, symbolic links followed
	Missing bool   // is not there, or could not be read
}

// reader reads what a project refers to, within bounds, and keeps the list.
type reader struct {
	dir    string // the project folder, links followed
	files  []File
	reads  int
	unsafe bool              // something must not be read again by code without bounds
	memory map[string][]byte // files that are not on disk
}

// read is the content of a regular file of bounded size. The path must be absolute.
func (r *reader) read(path, role string) ([]byte, error) {
	if text, ok := r.memory[path]; ok {
		return text, nil
	}
	if r.reads++; r.reads > maxReads {
		r.unsafe = true
		return nil, errReads
	}
	b, err := r.content(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		r.unsafe = true
	}
	r.note(File{Path: path, Role: role, Outside: r.outside(path), Missing: err != nil})
	return b, err
}

func (r *reader) content(path string) ([]byte, error) {
	if v := filepath.VolumeName(path); strings.HasPrefix(v, `\\`) && v != filepath.VolumeName(r.dir) {
		return nil, errNetwork
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errNotRegular
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxFileSize+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if len(b) > maxFileSize {
		return nil, errFileSize
	}
	return b, nil
}

func (r *reader) note(f File) {
	for _, known := range r.files {
		if known.Path == f.Path {
			return
		}
	}
	r.files = append(r.files, f)
}

func (r *reader) outside(path string) bool {
	if strings.HasPrefix(filepath.VolumeName(path), `\\`) {
		return filepath.VolumeName(path) != filepath.VolumeName(r.dir)
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	rel, err := filepath.Rel(r.dir, path)
	return err != nil || rel == ".." || strings.HasPrefix(rel, ".."+string(filepath.Separator))
}

// abs is path as seen from folder dir. A home folder is not expanded: Compose does so for bind mounts only.
func abs(dir, path string) string {
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(dir, path)
}
