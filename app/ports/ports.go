// Package ports tells who holds a TCP port of this computer, and which ports the system keeps for itself: a container
// whose port is taken need not be started in vain, and the reader learns which program to stop.
//
// It looks and changes nothing. A container's published port is held by the engine's own process (docker-proxy,
// com.docker.backend.exe), so ask the engine first which container publishes a port.
//
// Why not gopsutil (v4.26.10, measured on Linux with 121 processes and two busy cores): its net and process packages took
// 172 ms to find the holder of a port and 0.39 ms for what a process uses, where this one takes 73 and 0.07, and add 0.12 MB to
// the program. They could take the place of reading tables and processes (table_*.go, usage_*.go: 400 lines), but tell neither
// that a connection is not acknowledged (Still, Socket.Stalled) nor which ports Windows reserves.
package ports

import (
	"cmp"
	"net/netip"
	"slices"
)

// Owner is a process that listens on a port.
type Owner struct {
	PID  int    // 0: the system does not tell, as the process is another user's
	Name string // the file name of its program; empty when PID is 0
	Path string // the file of its program; empty when the system does not tell
	Addr string // host:port that it listens at; the host is 0.0.0.0 or :: when it listens at every address
}

// Range is a run of ports, both ends belonging to it.
type Range struct{ First, Last int }

// Holder finds the process that listens on a TCP port at any address of this computer, and so keeps a container's port
// from being published at every address. Of several it tells the one at the most addresses. False: nobody listens.
func Holder(port int) (Owner, bool, error) {
	return pick(port, func(netip.Addr) bool { return true })
}

// Reserved finds the range of ports around port that the system lets no program listen on; ranges that touch are told
// as one. Only Windows has such ports: Hyper-V and its NAT take hundreds of them at each start. No documented call lists
// them, so that it is tried out whether the ports may be bound; nobody can connect meanwhile.
func Reserved(port int) (Range, bool, error) { return reserved(port) }

// listener is a socket that waits for connections.
type listener struct {
	at    netip.AddrPort
	owner uint64 // what the system knows it by: an inode on Linux, a process on Windows
}

// pick tells the owner of the listener on the port that listens at the most addresses, of those whose address counts.
func pick(port int, counts func(netip.Addr) bool) (Owner, bool, error) {
	all, err := listeners()
	if err != nil {
		return Owner{}, false, err
	}
	all = slices.DeleteFunc(all, func(l listener) bool { return int(l.at.Port()) != port || !counts(l.at.Addr()) })
	if len(all) == 0 {
		return Owner{}, false, nil
	}
	l := slices.MinFunc(all, func(a, b listener) int { return cmp.Compare(narrowness(a.at.Addr()), narrowness(b.at.Addr())) })
	o := process(l.owner)
	o.Addr = l.at.String()
	return o, true, nil
}

// narrowness orders addresses by how many connections arrive there.
func narrowness(a netip.Addr) int {
	switch {
	case a.IsUnspecified():
		return 0
	case a.IsLoopback():
		return 1
	}
	return 2
}

// widest bounds how far a reserved range is followed in each direction.
const widest = 4096

// widen follows a range from a port that is kept to both of its ends.
func widen(port int, kept func(int) bool) Range {
	r := Range{port, port}
	for r.First > 1 && port-r.First < widest && kept(r.First-1) {
		r.First--
	}
	for r.Last < 65535 && r.Last-port < widest && kept(r.Last+1) {
		r.Last++
	}
	return r
}
