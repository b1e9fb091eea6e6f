// Package testenv is for tests that need what a machine may not have. On a person's machine such a test is skipped and says
// what it lacks; in CI, where CI is "true", it fails: nothing goes unproven there without being seen.
package testenv

import "os"

// T is what is needed of a *testing.T.
type T interface {
	Helper()
	Fatal(args ...any)
	Skip(args ...any)
}

// Of ends the test for want of what the arguments tell.
func Of(t T, args ...any) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatal(args...)
	}
	t.Skip(args...)
}

// Unraced ends the test under the race detector, where the arguments tell why it is of no use; `go run ./build test` tries
// it again without.
func Unraced(t T, args ...any) {
	t.Helper()
	if Raced {
		t.Skip(args...)
	}
}
