package rig

import (
	"context"
	"errors"
	"time"

	"streamtray/internal/filelock"
)

// lock waits until this process alone holds the file; the returned function lets it go.
func lock(ctx context.Context, path string) (func(), error) {
	var held *filelock.Lock
	err := until(ctx, 200*time.Millisecond, func() (bool, error) {
		var err error
		held, err = filelock.Try(path)
		if errors.Is(err, filelock.ErrHeld) {
			return false, nil
		}
		return err == nil, err
	})
	if err != nil {
		return nil, err
	}
	return func() { _ = held.Close() }, nil
}
