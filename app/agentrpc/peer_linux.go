package agentrpc

import (
	"net"
	"os"

	"golang.org/x/sys/unix"
)

// peerIsUs reports whether a process of this user listens at the other end.
func peerIsUs(c net.Conn) bool {
	cred := credentials(c)
	return cred != nil && int(cred.Uid) == os.Getuid()
}

// peerPID is the process that listens at the other end; 0: not known.
func peerPID(c net.Conn) int {
	if cred := credentials(c); cred != nil {
		return int(cred.Pid)
	}
	return 0
}

// credentials are those of whoever listens, as of the moment when it began to; nil: not known.
func credentials(c net.Conn) (cred *unix.Ucred) {
	u, ok := c.(*net.UnixConn)
	if !ok {
		return nil
	}
	raw, err := u.SyscallConn()
	if err != nil {
		return nil
	}
	_ = raw.Control(func(fd uintptr) { cred, err = unix.GetsockoptUcred(int(fd), unix.SOL_SOCKET, unix.SO_PEERCRED) })
	if err != nil {
		return nil
	}
	return cred
}
