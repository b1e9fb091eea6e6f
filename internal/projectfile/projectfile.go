// Package projectfile reads the files that a project names. Whoever wrote the project chose these names, so nothing is
// read but regular files of bounded size: a pipe would wait for ever, a device would fill the memory, and on Windows a
// path on another computer would send that computer the user's log-in.
package projectfile

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"streamtray/internal/usererr"
)

// Why a file is not read. The errors of this package are final *usererr.Error that name the file and wrap one of these,
// or are the system's.
var (
	ErrNetwork    = errors.New("a network path is not read")
	ErrNotRegular = errors.New("not a regular file")
	ErrTooLarge   = errors.New("too large")
	ErrLoop       = errors.New("too many links")
	ErrOutside    = errors.New("a link out of the project")
)

// Folder is a project's folder, which its files are seen from.
type Folder struct {
	dir  string // absolute
	real string // dir with links followed
}

// In is the folder at dir. Network paths are read only where dir lies on the same share.
func In(dir string) Folder {
	f := Folder{dir: filepath.Clean(dir)}
	f.real = f.dir
	if real, err := f.Resolve(f.dir); err == nil {
		f.real = real
	}
	return f
}

// Read is the content of the regular file at path, which must not be larger than most bytes.
func (f Folder) Read(path string, most int64) ([]byte, error) {
	file, err := f.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	b, err := io.ReadAll(io.LimitReader(file, most+1))
	if err != nil {
		return nil, err
	}
	if int64(len(b)) > most {
		args := map[string]any{"File": path, "Max": most >> 10}
		return nil, usererr.New("file.too_large", args, ErrTooLarge).Terminal()
	}
	return b, nil
}

// ReadInside is Read for a file that is the project's own: a link that leads out of the folder is not followed, for what is
// there belongs to something else and would be shown as the project's.
func (f Folder) ReadInside(path string, most int64) ([]byte, error) {
	if err := f.Own(path); err != nil {
		return nil, err
	}
	return f.Read(path, most)
}

// Own is nil unless path leads out of the folder.
func (f Folder) Own(path string) error {
	if real, inside := f.Inside(path); !inside && real != path {
		return usererr.New("file.outside", map[string]any{"File": path, "Real": real}, ErrOutside).Terminal()
	}
	return nil
}

// Open opens the regular file at path for reading. It never waits for whoever is at the other end of a pipe.
func (f Folder) Open(path string) (*os.File, error) {
	real, err := f.Resolve(path)
	if err != nil {
		return nil, err
	}
	info, err := os.Lstat(real)
	if err != nil {
		return nil, err
	}
	notRegular := usererr.New("file.not_regular", map[string]any{"File": path}, ErrNotRegular).Terminal()
	if !info.Mode().IsRegular() || !filepath.IsLocal(filepath.Base(real)) { // Windows has devices in every folder: NUL, COM1
		return nil, notRegular
	}
	file, err := open(real)
	if err != nil {
		return nil, err
	}
	if info, err = file.Stat(); err != nil || !info.Mode().IsRegular() { // it may have been replaced meanwhile
		return nil, errors.Join(err, notRegular, file.Close())
	}
	return file, nil
}

// Regular reports whether path leads to a regular file that Open would not refuse.
func (f Folder) Regular(path string) bool {
	real, err := f.Resolve(path)
	if err != nil {
		return false
	}
	info, err := os.Lstat(real)
	return err == nil && info.Mode().IsRegular()
}

// Exists reports whether there is something at path, links followed.
func (f Folder) Exists(path string) bool {
	real, err := f.Resolve(path)
	if err != nil {
		return false
	}
	_, err = os.Lstat(real)
	return err == nil
}

// Inside reports whether the place that path leads to lies in the folder, and gives that place.
func (f Folder) Inside(path string) (real string, inside bool) {
	real, err := f.Resolve(path)
	if err != nil {
		return path, false
	}
	rel, err := filepath.Rel(f.real, real)
	return real, err == nil && filepath.IsLocal(rel)
}

// Led is where a path that lies in the folder as it is written leads, links followed; empty where there is none on the way.
func (f Folder) Led(path string) string {
	real, _ := f.Inside(path)
	written, err1 := filepath.Rel(f.dir, path)
	leads, err2 := filepath.Rel(f.real, real)
	if err1 != nil || err2 != nil || written == leads {
		return ""
	}
	return real
}

// mostLinks are followed for one path.
const mostLinks = 40

// Resolve gives the place that path leads to, links followed. It need not exist. Other than filepath.EvalSymlinks it
// looks at where a link leads before anything is asked there.
func (f Folder) Resolve(path string) (string, error) {
	if !filepath.IsAbs(path) {
		path = filepath.Join(f.dir, path)
	}
	fail := func(id string, why error) (string, error) {
		return "", usererr.New(id, map[string]any{"File": path}, why).Terminal()
	}
	if f.network(path) {
		return fail("file.network", ErrNetwork)
	}
	done, rest := split(filepath.Clean(path))
	for links := 0; len(rest) > 0; {
		name := rest[0]
		rest = rest[1:]
		if name == ".." {
			done = filepath.Dir(done)
			continue
		}
		next := filepath.Join(done, name)
		info, err := os.Lstat(next)
		if errors.Is(err, fs.ErrNotExist) {
			return filepath.Join(append([]string{next}, rest...)...), nil
		}
		if err != nil {
			return "", err
		}
		target, isLink, err := linked(next, info)
		switch {
		case err != nil:
			return "", err
		case !isLink:
			done = next
			continue
		case f.network(target):
			return fail("file.network", ErrNetwork)
		}
		if links++; links > mostLinks {
			return fail("file.loop", ErrLoop)
		}
		root, names := split(target)
		switch {
		case filepath.IsAbs(target):
			done = root
		case os.IsPathSeparator(target[0]): // Windows: from the root of the same volume
			done, _ = split(done)
		}
		rest = append(names, rest...)
	}
	return done, nil
}

// linked is where a link leads; Windows' junctions are links without being called so.
func linked(path string, info fs.FileInfo) (target string, is bool, err error) {
	if info.Mode()&(fs.ModeSymlink|fs.ModeIrregular) == 0 {
		return "", false, nil
	}
	target, err = os.Readlink(path)
	if err != nil && info.Mode()&fs.ModeSymlink == 0 {
		return "", false, nil // something else of the system's
	}
	return target, err == nil && target != "", err
}

// split takes a path apart: its root, empty for a relative one, and the names below it.
func split(path string) (root string, names []string) {
	volume := filepath.VolumeName(path)
	rest := path[len(volume):]
	if rest != "" && os.IsPathSeparator(rest[0]) {
		root = volume + string(filepath.Separator)
	}
	for _, n := range strings.FieldsFunc(rest, func(r rune) bool { return r < 0x80 && os.IsPathSeparator(uint8(r)) }) {
		if n != "." {
			names = append(names, n)
		}
	}
	return root, names
}

// network reports whether a path leads to another computer, or to a device by its own name space.
func (f Folder) network(path string) bool {
	volume := filepath.VolumeName(path)
	if len(volume) < 2 || !os.IsPathSeparator(volume[0]) {
		return false
	}
	return !strings.EqualFold(volume, filepath.VolumeName(f.dir)) && !strings.EqualFold(volume, filepath.VolumeName(f.real))
}
