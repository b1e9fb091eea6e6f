package kafka

import "golang.org/x/sys/windows"

// WinSock's numbers for what may happen to a socket. Its sentences are in the user's language, and package
// syscall's portable names are never what Windows returns.
const (
	errnoRefused    = windows.WSAECONNREFUSED
	errnoReset      = windows.WSAECONNRESET
	errnoAborted    = windows.WSAECONNABORTED
	errnoInUse      = windows.WSAEADDRINUSE
	errnoNotAllowed = windows.WSAEACCES
)
