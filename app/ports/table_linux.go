package ports

import (
	"bufio"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// listening is the number of the state in /proc/net/tcp.
const listening = "0A"

// listeners are all TCP sockets of this computer that listen, by the kernel's tables.
func listeners() ([]listener, error) {
	var all []listener
	for _, table := range []string{"/proc/net/tcp", "/proc/net/tcp6"} {
		f, err := os.Open(table)
		if errors.Is(err, fs.ErrNotExist) {
			continue // a kernel without IPv6
		}
		if err != nil {
			return nil, err
		}
		found, err := readTable(f)
		_ = f.Close()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", table, err)
		}
		all = append(all, found...)
	}
	return all, nil
}

// readTable reads the listening sockets of one table: a line each, in columns, below a line of headings.
func readTable(table io.Reader) ([]listener, error) {
	var all []listener
	lines := bufio.NewScanner(table)
	for lines.Scan() {
		f := strings.Fields(lines.Text())
		if len(f) < 10 || f[3] != listening {
			continue
		}
		at, err := readAddr(f[1])
		if err != nil {
			return nil, err
		}
		inode, err := strconv.ParseUint(f[9], 10, 64)
		if err != nil {
			return nil, err
		}
		all = append(all, listener{at, inode})
	}
	return all, lines.Err()
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
	socket := fmt.Sprintf("socket:[%d]", inode)
	var o Owner
	for _, pid := range pids() {
		if (o.PID == 0 || pid < o.PID) && opened(pid, socket) {
			o.PID = pid
		}
	}
	if o.PID == 0 {
		return o
	}
	dir := filepath.Join("/proc", strconv.Itoa(o.PID))
	if path, err := os.Readlink(filepath.Join(dir, "exe")); err == nil {
		o.Path = strings.TrimSuffix(path, " (deleted)")
		o.Name = filepath.Base(o.Path)
		return o
	}
	name, _ := os.ReadFile(filepath.Join(dir, "comm"))
	o.Name = strings.TrimSpace(string(name))
	return o
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

// opened reports whether the process has the socket open; false when it ended or is not ours to look at.
func opened(pid int, socket string) bool {
	path := filepath.Join("/proc", strconv.Itoa(pid), "fd")
	dir, err := os.Open(path)
	if err != nil {
		return false
	}
	defer dir.Close()
	names, _ := dir.Readdirnames(-1)
	return slices.ContainsFunc(names, func(name string) bool {
		target, err := os.Readlink(filepath.Join(path, name))
		return err == nil && target == socket
	})
}
