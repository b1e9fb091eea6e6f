package kafka

import (
	"errors"
	"os"
	"path/filepath"

	"streamtray/internal/filelock"
)

// lockDir makes dir ours until the returned function is called.
func lockDir(dir string) (func(), error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, final(BadDataDir, args{"Dir": dir}, err)
	}
	l, err := filelock.Try(filepath.Join(dir, "lock"))
	if errors.Is(err, filelock.ErrHeld) {
		return nil, final(DataDirInUse, args{"Dir": dir}, err)
	}
	if err != nil {
		return nil, final(BadDataDir, args{"Dir": dir}, err)
	}
	return func() { _ = l.Close() }, nil
}
