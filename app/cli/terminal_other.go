//go:build !windows

package cli

import "os"

// drawable reports whether escape sequences are understood: every terminal of these systems does.
func drawable(*os.File) bool { return os.Getenv("TERM") != "dumb" }
