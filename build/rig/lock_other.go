//go:build !linux

package rig

import "context"

// lock does nothing where the rig installs nothing.
func lock(context.Context, string) (func(), error) { return func() {}, nil }
