package pause

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

func TestALookIsRepeatedUntilItIsSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began, looks := time.Now(), 0
		so := func() bool { looks++; return looks == 4 }
		if !Until(t.Context(), time.Second, so) || looks != 4 || time.Since(began) != 3*time.Second {
			t.Errorf("looked %d times in %v, want 4 in 3 s", looks, time.Since(began))
		}
	})
}

func TestWaitingEndsWithTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 1500*time.Millisecond)
		defer cancel()
		began := time.Now()
		if Until(ctx, time.Second, func() bool { return false }) || For(ctx, time.Second) || time.Since(began) != 1500*time.Millisecond {
			t.Errorf("it took %v, want 1.5 s and no", time.Since(began))
		}
	})
}

func TestALimitIsFollowedByALastLook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		late := func() bool { return time.Since(began) >= 2500*time.Millisecond }
		if !Within(2500*time.Millisecond, time.Second, late) {
			t.Error("what is so at the very end was not seen")
		}
	})
}
