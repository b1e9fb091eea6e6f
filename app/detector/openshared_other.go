//go:build !windows

package detector

import "os"

// openShared opens path for reading without keeping anybody from renaming it.
func openShared(path string) (*os.File, error) { return os.Open(path) }
