package settings

import (
	"path/filepath"
	"time"

	"streamtray/internal/filelock"
)

// lockWithin bounds the wait for whoever reads and writes one small file.
const lockWithin = 5 * time.Second

// lock keeps every other process, and every other call in this one, from the settings until the returned function is
// called.
func lock(dir string) (func(), error) {
	l, err := filelock.Wait(filepath.Join(dir, "settings.lock"), lockWithin)
	if err != nil {
		return nil, err
	}
	return func() { _ = l.Close() }, nil // closing lets go
}
