package compose

import (
	"testing"

	"streamtray/app/testenv"
)

func pipe(t *testing.T, _ string) {
	t.Helper()
	testenv.Of(t, "pipes have no place in Windows' folders")
}
