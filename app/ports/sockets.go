package ports

import (
	"net"
	"net/netip"
	"os"
	"slices"
	"sync"
)

// Socket is a TCP socket of a process.
type Socket struct {
	Local, Remote netip.AddrPort // Remote is the zero address of one that listens
	State         State
	Stalled       bool // what was sent is sent again and again, and not acknowledged; Windows does not tell
	Cut           bool // Stalled, and for so long that it will not be by itself
	PID           int  // whose it is; 0: another user's

	network string // Linux: the name of the network it is in
	inode   uint64 // Linux: what the kernel knows it by
	six     bool   // Linux: it is in the table of IPv6, where IPv4 connections may be too
}

// Still looks whether a connection that Sockets found is still established and acknowledged; known is false where only
// another Sockets can tell. It is a thousand times cheaper.
func Still(s Socket) (ok, known bool) { return still(s) }

// State is how far a socket's connection has come.
type State uint8

// The states that matter here.
const (
	Closing     State = iota // any on the way to its end
	Listening                // it waits for connections
	Connecting               // it asked for one and has no answer yet
	Established              // both sides may talk
)

// Sockets are the TCP sockets of these processes. A process that has ended, or may not be looked into, has none.
func Sockets(pids []int) ([]Socket, error) { return sockets(pids) }

// Attributed reports whether the system tells whose a socket is. Some containers do not: it is tried
// out once, with a socket of our own.
var Attributed = sync.OnceValue(func() bool {
	l, err := net.ListenTCP("tcp", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		return true // nothing speaks against it
	}
	defer l.Close()
	own, err := sockets([]int{os.Getpid()})
	return err == nil && slices.ContainsFunc(own, func(s Socket) bool { return s.Local.String() == l.Addr().String() })
})

// Peers are the sockets of this computer, whosever they are but not this process's, that ask for or have a connection to
// an address that is wanted. A PID of 0: the system does not tell whose it is.
func Peers(wanted func(remote netip.AddrPort) bool) ([]Socket, error) { return peers(wanted) }

// Origin is where a process was started, and how.
type Origin struct {
	Dir  string   // its current folder, links followed
	Args []string // its command line, the program first
}

// OriginOf is the origin of a process; false where the system does not tell. Windows does not.
func OriginOf(pid int) (Origin, bool) { return originOf(pid) }

// Running are the processes whose origin is wanted, by number. Where the system tells no origins there are none.
func Running(wanted func(Origin) bool) []int {
	var all []int
	for _, pid := range pids() {
		if o, known := originOf(pid); known && wanted(o) {
			all = append(all, pid)
		}
	}
	slices.Sort(all)
	return all
}

// Descendants are the processes that these started, and those that they started, the given ones included.
func Descendants(pids ...int) []int { return descendants(pids) }

// Process is the program of a process, as far as the system tells.
func Process(pid int) Owner { return program(pid) }
