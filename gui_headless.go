//go:build headless || !cgo

package main

import "context"

// gui does nothing: this build has no windows.
func gui(context.Context, []string) (code int, done bool) { return 0, false }
