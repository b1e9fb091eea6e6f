package compose

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"streamtray/internal/projectfile"
)

// What a project may make us read. Public compose files stay two orders of magnitude below.
const (
	maxFileSize = 1 << 20
	maxReads    = 512
)

var (
	errFileSize = errors.New("larger than 1 MiB")
	errReads    = errors.New("the project refers to more than 512 files")
)

// File is one file that the project's meaning depends on.
type File struct {
	Path    string // absolute
	Role    string // compose, env_file, dotenv, dockerfile or config
	Outside bool   // lies outside the project folder, symbolic links followed
	Missing bool   // is not there, or could not be read
	Refused bool   // is there, and is not read: no regular file, too large, on another computer
}

// reader reads what a project refers to, within bounds, and keeps the list.
type reader struct {
	folder projectfile.Folder // the project's
	files  []File
	reads  int
	unsafe bool              // something must not be read again by code without bounds
	memory map[string][]byte // files that are not on disk
}

func newReader(dir string) reader { return reader{folder: projectfile.In(dir)} }

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
	gone := errors.Is(err, fs.ErrNotExist)
	_, inside := r.folder.Inside(path)
	r.note(File{Path: path, Role: role, Outside: !inside, Missing: err != nil, Refused: err != nil && !gone})
	return b, err
}

// takes reports whether path is a file that can be read. What is there and is none must not be opened by others either.
func (r *reader) takes(path string) bool {
	if r.folder.Regular(path) {
		return true
	}
	real, err := r.folder.Resolve(path)
	var info fs.FileInfo
	if err == nil {
		info, err = os.Lstat(real)
	}
	folder := err == nil && info.IsDir() // a virtual environment may be called .env
	r.unsafe = r.unsafe || !folder && !errors.Is(err, fs.ErrNotExist)
	return false
}

// content is a file's, or why it is not read, in the words of a finding.
func (r *reader) content(path string) ([]byte, error) {
	b, err := r.folder.Read(path, maxFileSize)
	for _, why := range []error{projectfile.ErrNetwork, projectfile.ErrNotRegular, projectfile.ErrLoop} {
		if errors.Is(err, why) {
			return nil, why
		}
	}
	if errors.Is(err, projectfile.ErrTooLarge) {
		return nil, errFileSize
	}
	return b, err
}

// foreign reports whether a file lies outside of the project and was read. It belongs to something else: what is wrong in
// it is not repeated, for findings go into bundles and bug reports.
func (r *reader) foreign(path string) bool {
	return slices.ContainsFunc(r.files, func(f File) bool { return f.Path == path && f.Outside && !f.Missing })
}

func (r *reader) note(f File) {
	for _, known := range r.files {
		if known.Path == f.Path {
			return
		}
	}
	r.files = append(r.files, f)
}

// abs is path as seen from folder dir. A home folder is not expanded: Compose does so for bind mounts only.
func abs(dir, path string) string {
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(dir, path)
}
