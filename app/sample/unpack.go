// Package sample is the sample detection project: it unpacks the Python program that ships inside StreamTray, runs the
// same program written in Go, which needs nothing installed, and is a camera for either.
package sample

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"streamtray/assets"
	"streamtray/internal/atomicfile"
	"streamtray/internal/usererr"
)

// Unpack writes the sample project into dir, which must not exist, be empty, or hold the beginning of a sample project that
// an Unpack before did not finish: nothing of anybody's is overwritten.
func Unpack(dir string) error {
	files, err := fs.Sub(assets.Sample, "sample")
	if err != nil {
		return err
	}
	unwritable := func(err error) error { return usererr.New("sample.unwritable", map[string]any{"Dir": dir}, err) }
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return unwritable(err)
	}
	begun, err := unfinished(dir, files)
	if err != nil {
		return unwritable(err)
	}
	if len(entries) > 0 && !begun {
		return usererr.New("sample.not_empty", map[string]any{"Dir": dir, "Name": entries[0].Name()}, nil)
	}
	err = fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		to := filepath.Join(dir, filepath.FromSlash(name))
		if d.IsDir() {
			return os.MkdirAll(to, 0o755)
		}
		b, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		if begun {
			return finish(to, b)
		}
		return create(to, b)
	})
	if err != nil {
		return unwritable(err)
	}
	return nil
}

// unfinished reports whether something of the sample project is missing in dir, and nothing is there but folders of it and
// files that hold what its own begin with.
func unfinished(dir string, files fs.FS) (bool, error) {
	there, missing := 0, false
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || path == dir {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		name := filepath.ToSlash(rel)
		ours, err := fs.Stat(files, name)
		if err != nil || ours.IsDir() != d.IsDir() || !d.IsDir() && !d.Type().IsRegular() {
			return errNotOurs
		}
		if d.IsDir() {
			return nil
		}
		whole, err := begins(path, files, name)
		missing = missing || !whole
		there++
		return err
	})
	if errors.Is(err, errNotOurs) || errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	all := 0
	err = errors.Join(err, fs.WalkDir(files, ".", func(_ string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			all++
		}
		return err
	}))
	return missing || there < all, err
}

var errNotOurs = errors.New("not of the sample project")

// begins reports whether the file at path holds all of the sample's file; one that does not even hold its beginning is
// errNotOurs.
func begins(path string, files fs.FS, name string) (whole bool, err error) {
	ours, err := fs.ReadFile(files, name)
	if err != nil {
		return false, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return false, err
	}
	if info.Size() > int64(len(ours)) {
		return false, errNotOurs
	}
	theirs, err := os.ReadFile(path)
	if err == nil && !bytes.HasPrefix(ours, theirs) {
		err = errNotOurs
	}
	return len(theirs) == len(ours), err
}

// finish writes a file of which nothing, or the beginning, is there.
func finish(path string, b []byte) error { return atomicfile.Write(path, b, 0o644) }

// create writes a file that must not be there yet.
func create(path string, b []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	return errors.Join(err, f.Close())
}
