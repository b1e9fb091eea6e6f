package pack

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Sums is the list of all artefacts by their SHA-256, as sha256sum writes and checks it.
const Sums = "SHA256SUMS"

// writeSums lists the named files of a folder.
func writeSums(dir string, names []string) error {
	var list bytes.Buffer
	for _, name := range names {
		sum, err := sumOf(filepath.Join(dir, name))
		if err != nil {
			return err
		}
		fmt.Fprintf(&list, "%x  %s\n", sum, name)
	}
	return os.WriteFile(filepath.Join(dir, Sums), list.Bytes(), 0o644)
}

func sumOf(file string) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return nil, err
	}
	return h.Sum(nil), nil
}
