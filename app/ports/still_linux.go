package ports

import (
	"encoding/binary"
	"os"
	"unsafe"

	"golang.org/x/sys/unix"
)

// The question that the kernel answers about one socket (struct inet_diag_req_v2 behind a nlmsghdr), and where in its
// answer (struct inet_diag_msg) what matters stands. Going through the whole table costs the kernel milliseconds,
// however few sockets there are.
const (
	sockDiagByFamily = 20
	headerLen        = 16
	requestLen       = headerLen + 56
	idAt             = 8 // of the socket's identity, in the request as in the answer: ports, addresses, interface, cookie
	answerState      = 1
	answerTimer      = 2
	answerRetries    = 3
	answerInode      = 68
)

// still asks the kernel for the one socket.
func still(s Socket) (ok, known bool) {
	here, err := os.Readlink("/proc/self/ns/net")
	if err != nil || s.inode == 0 || s.network != here {
		return false, false
	}
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, unix.NETLINK_INET_DIAG)
	if err != nil {
		return false, false
	}
	defer func() { _ = unix.Close(fd) }()
	if unix.SetsockoptTimeval(fd, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &unix.Timeval{Sec: 1}) != nil ||
		unix.Sendto(fd, question(s), 0, &unix.SockaddrNetlink{Family: unix.AF_NETLINK}) != nil {
		return false, false
	}
	answer := make([]byte, 4096)
	n, _, err := unix.Recvfrom(fd, answer, 0)
	if err != nil || n < headerLen {
		return false, false
	}
	if binary.NativeEndian.Uint16(answer[4:]) != sockDiagByFamily { // an error: there is no such socket, or nobody may ask
		refused := n >= headerLen+4 && int32(binary.NativeEndian.Uint32(answer[headerLen:])) == -int32(unix.ENOENT) //nolint:gosec // an errno
		return false, refused
	}
	if n < headerLen+answerInode+4 {
		return false, false
	}
	m := answer[headerLen:]
	const established = 1
	ok = m[answerState] == established && uint64(binary.NativeEndian.Uint32(m[answerInode:])) == s.inode &&
		!stalled(m[answerTimer], uint64(m[answerRetries]))
	return ok, true
}

// question is the request for one socket.
func question(s Socket) []byte {
	q := make([]byte, requestLen)
	binary.NativeEndian.PutUint32(q, uint32(len(q)))
	binary.NativeEndian.PutUint16(q[4:], sockDiagByFamily)
	binary.NativeEndian.PutUint16(q[6:], unix.NLM_F_REQUEST)
	m := q[headerLen:]
	m[0], m[1] = unix.AF_INET, unix.IPPROTO_TCP
	local, remote := s.Local.Addr(), s.Remote.Addr()
	if s.six {
		m[0] = unix.AF_INET6
	}
	binary.NativeEndian.PutUint32(m[4:], ^uint32(0)) // in any state
	id := m[idAt:]
	binary.BigEndian.PutUint16(id, s.Local.Port())
	binary.BigEndian.PutUint16(id[2:], s.Remote.Port())
	if s.six {
		from, to := local.As16(), remote.As16()
		copy(id[4:], from[:])
		copy(id[20:], to[:])
	} else {
		copy(id[4:], local.AsSlice())
		copy(id[20:], remote.AsSlice())
	}
	binary.NativeEndian.PutUint64(id[40:], ^uint64(0)) // whatever its cookie
	return q
}

var _ [headerLen]byte = [unsafe.Sizeof(unix.NlMsghdr{})]byte{} // they are the same
