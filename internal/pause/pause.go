// Package pause waits: for a time to pass, or until something is so, and no longer than a context lasts.
package pause

import (
	"context"
	"time"
)

// For lets d pass, and reports whether it did before ctx ended.
func For(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}

// Until looks at once and then every so often whether something is so, and reports whether it was before ctx ended.
func Until(ctx context.Context, every time.Duration, so func() bool) bool {
	for !so() {
		if !For(ctx, every) {
			return false
		}
	}
	return true
}

// Within is Until for as long as limit, with a last look at its end.
func Within(limit, every time.Duration, so func() bool) bool {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	return Until(ctx, every, so) || so()
}
