// Package pause waits for a time to pass, or for a context to end.
package pause

import (
	"context"
	"time"
)

// For lets d pass, and reports whether it did before ctx ended.
func For(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}
