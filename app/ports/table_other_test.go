//go:build !windows

package ports

// tellsProcesses reports whether the system knows whose a socket is.
func tellsProcesses() bool { return true }
