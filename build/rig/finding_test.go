//go:build rig && linux

package rig

// finding is what stands behind a failure, as docs/json.md promises it.
type finding struct {
	Code, Cause, Action, Evidence, Title, Advice string

	Remedy *struct{ ID string }
}
