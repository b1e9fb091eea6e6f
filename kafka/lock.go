package kafka

import (
	"errors"
	"os"
	"path/filepath"
)

// lockDir makes dir ours until the returned function is called. The lock is a file that only one process can hold
// open; it needs no cleaning up after a crash.
func lockDir(dir string) (func(), error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, final(BadDataDir, args{"Dir": dir}, err)
	}
	f, err := openExclusive(filepath.Join(dir, "lock"))
	if errors.Is(err, errLocked) {
		return nil, final(DataDirInUse, args{"Dir": dir}, err)
	}
	if err != nil {
		return nil, final(BadDataDir, args{"Dir": dir}, err)
	}
	return func() { _ = f.Close() }, nil
}

// errLocked is what openExclusive returns when another holder has the file.
var errLocked = errors.New("held by another process")
