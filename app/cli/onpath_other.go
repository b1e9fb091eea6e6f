//go:build !windows

package cli

import "errors"

// changeUserPath is Windows' way: elsewhere a package puts the program where terminals look already.
func changeUserPath(func(string) string) error { return errors.ErrUnsupported }
