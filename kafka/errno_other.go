//go:build !windows

package kafka

import "syscall"

// The system's numbers for what may happen to a socket.
const (
	errnoRefused    = syscall.ECONNREFUSED
	errnoReset      = syscall.ECONNRESET
	errnoAborted    = syscall.ECONNABORTED
	errnoInUse      = syscall.EADDRINUSE
	errnoNotAllowed = syscall.EACCES
)
