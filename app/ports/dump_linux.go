package ports

import (
	"encoding/binary"
	"errors"
	"net/netip"
	"os"

	"golang.org/x/sys/unix"
)

// Where in a socket's entry of a dump (struct inet_diag_msg) what matters stands, beside what still_linux.go names.
const (
	dumpFlags  = unix.NLM_F_REQUEST | unix.NLM_F_DUMP
	entryLen   = answerInode + 4
	portsAt    = 4 // of the ports, in the answer
	localAt    = 8
	remoteAt   = 24
	dumpBuffer = 64 << 10
)

// dumped are the states that a dump is asked for: all in which a socket may still be some process's.
const dumped = 1<<1 | 1<<2 | 1<<3 | 1<<4 | 1<<5 | 1<<8 | 1<<9 | 1<<10 | 1<<11

// dump has the kernel tell the sockets of this process's own network. It costs a twentieth of what the text of /proc/net
// does, for which the kernel goes through its table again and again.
func dump(row func(inode uint64, s Socket)) error {
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, unix.NETLINK_INET_DIAG)
	if err != nil {
		return err
	}
	defer func() { _ = unix.Close(fd) }()
	if err := unix.SetsockoptTimeval(fd, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &unix.Timeval{Sec: 1}); err != nil {
		return err
	}
	buf := make([]byte, dumpBuffer)
	for _, family := range []uint8{unix.AF_INET, unix.AF_INET6} {
		q := make([]byte, requestLen)
		binary.NativeEndian.PutUint32(q, uint32(len(q)))
		binary.NativeEndian.PutUint16(q[4:], sockDiagByFamily)
		binary.NativeEndian.PutUint16(q[6:], dumpFlags)
		q[headerLen], q[headerLen+1] = family, unix.IPPROTO_TCP
		binary.NativeEndian.PutUint32(q[headerLen+4:], dumped)
		if err := unix.Sendto(fd, q, 0, &unix.SockaddrNetlink{Family: unix.AF_NETLINK}); err != nil {
			return err
		}
		for done := false; !done; {
			n, _, err := unix.Recvfrom(fd, buf, 0)
			if err != nil {
				return err
			}
			if done, err = entries(buf[:n], row); err != nil {
				return err
			}
		}
	}
	return nil
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
		case kind != sockDiagByFamily:
			return true, errDump
		case len(m) < entryLen:
			return true, errDump
		default:
			row(uint64(binary.NativeEndian.Uint32(m[answerInode:])), entry(m))
		}
		part = part[min(len(part), (size+3)&^3):]
	}
	return false, nil
}

// entry is one socket of a dump.
func entry(m []byte) Socket {
	addr := func(at int) netip.Addr {
		if m[0] == unix.AF_INET6 {
			return netip.AddrFrom16([16]byte(m[at:])).Unmap()
		}
		return netip.AddrFrom4([4]byte(m[at:]))
	}
	s := Socket{
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
	s.Stalled = stalled(m[answerTimer], uint64(m[answerRetries]))
	return s
}

// ownNetwork is the name of the network that this process is in; empty: not known.
func ownNetwork() string {
	name, err := os.Readlink("/proc/self/ns/net")
	if err != nil {
		return ""
	}
	return name
}
