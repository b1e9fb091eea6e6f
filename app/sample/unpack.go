// Package sample is the sample detection project: it unpacks the Python program that ships inside StreamTray, runs the
// same program written in Go, which needs nothing installed, and is a camera for either.
package sample

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"streamtray/assets"
	"streamtray/internal/usererr"
)

// Unpack writes the sample project into dir, which must not exist or be empty: nothing of anybody's is overwritten.
func Unpack(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return usererr.New("sample.unwritable", map[string]any{"Dir": dir}, err)
	}
	if len(entries) > 0 {
		return usererr.New("sample.not_empty", map[string]any{"Dir": dir, "Name": entries[0].Name()}, nil)
	}
	files, err := fs.Sub(assets.Sample, "sample")
	if err != nil {
		return err
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
		return create(to, b)
	})
	if err != nil {
		return usererr.New("sample.unwritable", map[string]any{"Dir": dir}, err)
	}
	return nil
}

// create writes a file that must not be there yet.
func create(path string, b []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	return errors.Join(err, f.Close())
}
