package ports

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"
)

// listening is the number of the state in /proc/net/tcp.
const listening = "0A"

// listeners are all TCP sockets of this computer that listen, by the kernel's tables.
func listeners() ([]listener, error) {
	var all []listener
	err := eachSocket("/proc", func(inode uint64, row []string) error {
		if row[3] != listening {
			return nil
		}
		at, err := readAddr(row[1])
		all = append(all, listener{at, inode})
		return err
	})
	return all, err
}

// readAddr reads "0100007F:2384": the address as words in the machine's byte order, then the port.
func readAddr(text string) (netip.AddrPort, error) {
	host, port, _ := strings.Cut(text, ":")
	ip, err := hex.DecodeString(host)
	if err != nil {
		return netip.AddrPort{}, err
	}
	for word := range slices.Chunk(ip, 4) {
		if len(word) == 4 {
			binary.BigEndian.PutUint32(word, binary.NativeEndian.Uint32(word))
		}
	}
	addr, ok := netip.AddrFromSlice(ip)
	n, err := strconv.ParseUint(port, 16, 16)
	if !ok || err != nil {
		return netip.AddrPort{}, fmt.Errorf("address %q", text)
	}
	return netip.AddrPortFrom(addr.Unmap(), uint16(n)), nil
}

// process finds the process that has the socket open. Of several, which inherited it from each other, it is the one with
// the lowest number. It is unknown when the process is another user's.
func process(inode uint64) Owner {
	first := 0
	for _, pid := range pids() {
		if (first == 0 || pid < first) && slices.Contains(openSockets(pid), inode) {
			first = pid
		}
	}
	if first == 0 {
		return Owner{}
	}
	return program(first)
}

// pids are all processes that can be seen; none where /proc cannot be read, and then no process is known.
func pids() []int {
	proc, err := os.Open("/proc")
	if err != nil {
		return nil
	}
	defer proc.Close()
	names, _ := proc.Readdirnames(-1)
	var all []int
	for _, name := range names {
		if pid, err := strconv.Atoi(name); err == nil {
			all = append(all, pid)
		}
	}
	return all
}
