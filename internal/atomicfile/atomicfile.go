// Package atomicfile puts a file into its place whole or not at all: whoever reads meanwhile, and whoever looks after a
// crash, finds all of the old file or all of the new one.
package atomicfile

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Write puts data in the place of the file at path, or creates it with mode. A file that is there keeps its mode, and a
// symbolic link stays one: what it points to is replaced. A file that was made read-only is fs.ErrPermission, and what is
// no regular file is an error; both stay as they are. The folder has to exist.
func Write(path string, data []byte, mode fs.FileMode) error {
	path, err := target(path)
	if err != nil {
		return err
	}
	info, err := os.Lstat(path)
	switch {
	case err == nil && !info.Mode().IsRegular():
		return &fs.PathError{Op: "replace", Path: path, Err: errors.New("not a regular file")}
	case err == nil && info.Mode().Perm()&0o200 == 0:
		return &fs.PathError{Op: "replace", Path: path, Err: fs.ErrPermission} // whoever made it read-only meant it
	case err == nil:
		mode = info.Mode().Perm()
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	return through(path, all(data), mode, Rename)
}

// Keep puts data in the place of a file of this program's own, and makes the folder.
func Keep(path string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return Write(path, data, 0o600)
}

// KeepJSON is Keep for a value as JSON.
func KeepJSON(path string, v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return Keep(path, text)
}

// Create creates the file at path with data. One that is there, even since a moment ago, is left: fs.ErrExist.
func Create(path string, data []byte, mode fs.FileMode) error {
	return through(path, all(data), mode, place)
}

// CreateFrom is Create with what write writes, however much that is. When write fails there is no file.
func CreateFrom(path string, mode fs.FileMode, write func(io.Writer) error) error {
	return through(path, write, mode, place)
}

func all(data []byte) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	}
}

// through has a file beside path written, to the disk, and has put bring it to its place.
func through(path string, write func(io.Writer) error, mode fs.FileMode, put func(from, to string) error) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*.tmp")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name()) // gone already when all went well
	err = write(tmp)
	if err := errors.Join(err, tmp.Chmod(mode), tmp.Sync(), tmp.Close()); err != nil {
		return err
	}
	return put(tmp.Name(), path)
}

// place gives a file its name unless the name is taken. A file system without links has the name reserved first.
func place(from, to string) error {
	err := os.Link(from, to)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return err
	}
	reserved, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if err := reserved.Close(); err != nil {
		return err
	}
	if err := Rename(from, to); err != nil {
		return errors.Join(err, os.Remove(to))
	}
	return nil
}

// mostLinks is how many links in a row are followed, as Linux does.
const mostLinks = 40

// target is the file that path stands for, which need not exist: a link may point to a file that is still to come.
func target(path string) (string, error) {
	for range mostLinks {
		link, err := os.Readlink(path)
		if err != nil {
			return path, nil //nolint:nilerr // no link: what it is, the caller looks at
		}
		if !filepath.IsAbs(link) {
			link = filepath.Join(filepath.Dir(path), link)
		}
		path = link
	}
	return "", &fs.PathError{Op: "replace", Path: path, Err: fmt.Errorf("more than %d links", mostLinks)}
}

// Bounds of waiting for whoever holds a file that is to be replaced: a virus scanner or an indexer lets go within
// moments, an editor may not.
const (
	heldFirst   = time.Millisecond
	heldLongest = 100 * time.Millisecond
	heldWithin  = 2 * time.Second
)

// Rename is os.Rename that waits, for two seconds at most, while another program holds one of the files, as happens on
// Windows.
func Rename(from, to string) error {
	return again(func() error { return os.Rename(from, to) }, held)
}

// again does it until it is done or fails otherwise than by what may pass.
func again(do func() error, passes func(error) bool) error {
	limit := time.Now().Add(heldWithin)
	for pause := heldFirst; ; pause = min(2*pause, heldLongest) {
		err := do()
		if err == nil || !passes(err) || !time.Now().Add(pause).Before(limit) {
			return err
		}
		<-time.After(pause)
	}
}
