package settings

import (
	"os"
	"path/filepath"
)

// lock keeps every other process, and every other call in this one, from the settings until the returned function is
// called. It waits for whoever has it, who has it for the moment of reading and writing one small file. The lock is a
// file that the system lets go of when its holder ends; it needs no cleaning up after a crash.
func lock(dir string) (func(), error) {
	f, err := os.OpenFile(filepath.Join(dir, "settings.lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := hold(f); err != nil {
		_ = f.Close()
		return nil, err
	}
	return func() { _ = f.Close() }, nil // closing lets go
}
