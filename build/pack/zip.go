package pack

import (
	"archive/zip"
	"errors"
	"io"
	"os"
	"time"
)

// entry is a file in a zip.
type entry struct {
	name string // with slashes
	file string // where its content lies
}

// writeZip writes a zip of the entries in their order. Nothing but names, contents and the instant gets in.
func writeZip(file string, instant time.Time, entries []entry) (err error) {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w := zip.NewWriter(f)
	for _, e := range entries {
		if err := e.add(w, instant); err != nil {
			return err
		}
	}
	return w.Close()
}

func (e entry) add(w *zip.Writer, instant time.Time) error {
	from, err := os.Open(e.file)
	if err != nil {
		return err
	}
	defer from.Close()
	to, err := w.CreateHeader(&zip.FileHeader{Name: e.name, Method: zip.Deflate, Modified: instant.UTC()})
	if err != nil {
		return err
	}
	_, err = io.Copy(to, from)
	return err
}
