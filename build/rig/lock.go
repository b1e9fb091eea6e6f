package rig

import (
	"context"
	"os"
	"time"
)

// lock waits until this process alone holds the file; the returned function lets it go.
func lock(ctx context.Context, path string) (func(), error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, err
	}
	err = until(ctx, 200*time.Millisecond, func() (bool, error) { return tryLock(file) })
	if err != nil {
		_ = file.Close()
		return nil, err
	}
	return func() { _ = file.Close() }, nil
}
