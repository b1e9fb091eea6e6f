package ports

import (
	"encoding/binary"
	"errors"
	"net/netip"
	"os"
	"unsafe"

	"golang.org/x/sys/unix"
)

// The kernel's answers about sockets by netlink (sock_diag(7)): a question is a struct inet_diag_req_v2 behind a nlmsghdr (an
// older one a struct inet_diag_req), an answer a struct inet_diag_msg behind one. Here is where in them what matters stands.
const (
	sockDiagByFamily = 20
	tcpDiagGetSock   = 18
	headerLen        = 16
	requestLen       = headerLen + 56
	dumpRequestLen   = headerLen + 60 // a struct inet_diag_req
	dumpStatesAt     = headerLen + 52
	idAt             = 8 // of the socket's identity, in a request: ports, addresses, interface, cookie

	answerState   = 1
	answerTimer   = 2
	answerRetries = 3
	portsAt       = 4
	localAt       = 8
	remoteAt      = 24
	answerInode   = 68
	entryLen      = answerInode + 4
	dumpBuffer    = 64 << 10
)

var _ [headerLen]byte = [unsafe.Sizeof(unix.NlMsghdr{})]byte{} // they are the same

// dumped are the states that a dump is asked for: all in which a socket may still be some process's.
const dumped = 1<<1 | 1<<2 | 1<<3 | 1<<4 | 1<<5 | 1<<8 | 1<<9 | 1<<10 | 1<<11

// sockDiag is a line to the kernel, whose answers come within a second.
func sockDiag() (fd int, err error) {
	fd, err = unix.Socket(unix.AF_NETLINK, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, unix.NETLINK_INET_DIAG)
	if err != nil {
		return 0, err
	}
	if err := unix.SetsockoptTimeval(fd, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &unix.Timeval{Sec: 1}); err != nil {
		return 0, errors.Join(err, unix.Close(fd))
	}
	return fd, nil
}

// ask sends a question.
func ask(fd int, question []byte) error {
	return unix.Sendto(fd, question, 0, &unix.SockaddrNetlink{Family: unix.AF_NETLINK})
}

// question is one of this size and kind.
func question(size int, kind, flags uint16) []byte {
	q := make([]byte, size)
	binary.NativeEndian.PutUint32(q, uint32(size)) //nolint:gosec // some dozens
	binary.NativeEndian.PutUint16(q[4:], kind)
	binary.NativeEndian.PutUint16(q[6:], unix.NLM_F_REQUEST|flags)
	return q
}

// dump has the kernel tell the sockets of this process's own network. It costs a twentieth of what the text of /proc/net
// does, for which the kernel goes through its table again and again. The older question is the one whose answer has IPv4 and
// IPv6: asked family by family, the kernel goes through its table twice, and that is nearly all that a look costs.
func dump(row func(inode uint64, s Socket)) error {
	fd, err := sockDiag()
	if err != nil {
		return err
	}
	defer func() { _ = unix.Close(fd) }()
	q := question(dumpRequestLen, tcpDiagGetSock, unix.NLM_F_DUMP)
	binary.NativeEndian.PutUint32(q[dumpStatesAt:], dumped)
	if err := ask(fd, q); err != nil {
		return err
	}
	buf := make([]byte, dumpBuffer)
	for {
		n, _, err := unix.Recvfrom(fd, buf, 0)
		if err != nil {
			return err
		}
		if done, err := entries(buf[:n], row); done || err != nil {
			return err
		}
	}
}

// still asks the kernel for the one socket: going through the whole table costs it milliseconds, however few sockets there
// are.
func still(s Socket) (ok, known bool) {
	if s.inode == 0 || s.network == "" || s.network != ownNetwork() {
		return false, false
	}
	fd, err := sockDiag()
	if err != nil {
		return false, false
	}
	defer func() { _ = unix.Close(fd) }()
	if ask(fd, questionAbout(s)) != nil {
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
	if n < headerLen+entryLen {
		return false, false
	}
	inode, now := entry(answer[headerLen:])
	return now.State == Established && inode == s.inode && !now.Stalled, true
}

// questionAbout is the one for one socket.
func questionAbout(s Socket) []byte {
	family := uint8(unix.AF_INET)
	local, remote := s.Local.Addr().AsSlice(), s.Remote.Addr().AsSlice()
	if s.six { // where IPv4 connections may be too
		from, to := s.Local.Addr().As16(), s.Remote.Addr().As16()
		family, local, remote = unix.AF_INET6, from[:], to[:]
	}
	q := question(requestLen, sockDiagByFamily, 0)
	q[headerLen], q[headerLen+1] = family, unix.IPPROTO_TCP
	binary.NativeEndian.PutUint32(q[headerLen+4:], ^uint32(0)) // in any state
	id := q[headerLen+idAt:]
	binary.BigEndian.PutUint16(id, s.Local.Port())
	binary.BigEndian.PutUint16(id[2:], s.Remote.Port())
	copy(id[4:], local)
	copy(id[20:], remote)
	binary.NativeEndian.PutUint64(id[40:], ^uint64(0)) // whatever its cookie
	return q
}

// errDump is an answer that makes no sense.
var errDump = errors.New("sockets: the kernel's answer makes no sense")

// entries goes through one part of a dump; done: it was the last.
func entries(part []byte, row func(inode uint64, s Socket)) (done bool, err error) {
	for len(part) >= headerLen {
		size := int(binary.NativeEndian.Uint32(part))
		kind := binary.NativeEndian.Uint16(part[4:])
		if size < headerLen || size > len(part) {
			return true, errDump
		}
		switch m := part[headerLen:size]; {
		case kind == unix.NLMSG_DONE:
			return true, nil
		case kind != tcpDiagGetSock:
			return true, errDump
		case len(m) < entryLen:
			return true, errDump
		default:
			row(entry(m))
		}
		part = part[min(len(part), (size+3)&^3):]
	}
	return false, nil
}

// entry is one socket of an answer.
func entry(m []byte) (inode uint64, s Socket) {
	addr := func(at int) netip.Addr {
		if m[0] == unix.AF_INET6 {
			return netip.AddrFrom16([16]byte(m[at:])).Unmap()
		}
		return netip.AddrFrom4([4]byte(m[at:]))
	}
	s = Socket{
		Local:  netip.AddrPortFrom(addr(localAt), binary.BigEndian.Uint16(m[portsAt:])),
		Remote: netip.AddrPortFrom(addr(remoteAt), binary.BigEndian.Uint16(m[portsAt+2:])),
		six:    m[0] == unix.AF_INET6,
	}
	const listens, connects, established = 10, 2, 1
	switch m[answerState] {
	case listens:
		s.State = Listening
	case connects:
		s.State = Connecting
	case established:
		s.State = Established
	}
	s.Stalled, s.Cut = stalled(m[answerTimer], uint64(m[answerRetries]))
	return uint64(binary.NativeEndian.Uint32(m[answerInode:])), s
}

// ownNetwork is the name of the network that this process is in; empty: not known.
func ownNetwork() string {
	name, err := os.Readlink("/proc/self/ns/net")
	if err != nil {
		return ""
	}
	return name
}
