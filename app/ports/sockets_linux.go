package ports

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// States in /proc/net/tcp that are told apart; the others are on the way to their end.
var states = map[string]State{"01": Established, "02": Connecting, listening: Listening}

// Timers of a socket whose data is not acknowledged: it is sent again, or, where nothing may leave this computer at all (a
// firewall's rule for what goes out), the other side is probed. An answer sets the count back, that of a peer with no room
// for more included.
const (
	retransmits = 1
	probes      = 4
)

// stalled reports whether so many attempts without an answer are too many: that is after some 0.6 s, and seldom is a packet lost
// three times in a row on a line that works. cut: it was four times, after 1.4 s.
func stalled(timer byte, attempts uint64) (yes, cut bool) {
	sends := timer == retransmits || timer == probes
	return sends && attempts >= 2, sends && attempts >= 3
}

// sockets reads which sockets each process has open, and what the kernel's table of its network says of them.
// Processes may be in networks of their own, as containers are.
func sockets(pids []int) ([]Socket, error) {
	type network struct {
		name   string
		of     int // a process in it
		owners map[uint64]int
	}
	networks := map[string]*network{}
	for _, pid := range pids {
		name, err := os.Readlink(proc(pid, "ns", "net"))
		if err != nil {
			continue // it ended, or is another user's
		}
		n := networks[name]
		if n == nil {
			n = &network{name: name, of: pid, owners: map[uint64]int{}}
			networks[name] = n
		}
		own(n.owners, pid)
	}
	var all []Socket
	for _, n := range networks {
		if len(n.owners) == 0 {
			continue
		}
		err := eachIn(n.name, proc(n.of), func(inode uint64) bool { return n.owners[inode] != 0 }, func(s Socket) {
			s.PID, s.network = n.owners[s.inode], n.name
			all = append(all, s)
		})
		if errors.Is(err, fs.ErrNotExist) {
			continue // it ended meanwhile
		}
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}

// own notes a process as the owner of the sockets that it has open. Of several it is the one with the lowest number: its
// children inherit them.
func own(owners map[uint64]int, pid int) {
	for _, inode := range openSockets(pid) {
		if first, known := owners[inode]; !known || pid < first {
			owners[inode] = pid
		}
	}
}

// eachIn goes through the sockets of one network, those whose inode is wanted. base is /proc, or the folder of a process in
// that network.
func eachIn(network, base string, wanted func(inode uint64) bool, see func(Socket)) error {
	if network == ownNetwork() {
		var all []Socket
		if dump(func(inode uint64, s Socket) {
			if wanted(inode) {
				s.inode = inode
				all = append(all, s)
			}
		}) == nil {
			for _, s := range all {
				see(s)
			}
			return nil
		} // else the kernel does not answer such questions, or not this process's
	}
	return eachSocket(base, func(inode uint64, row []string) error {
		if !wanted(inode) {
			return nil
		}
		s, err := socketOf(row)
		s.inode = inode
		see(s)
		return err
	})
}

// peers go through the table of this process's network, and then look for the processes. Those are only looked for where
// somebody else's socket was found: it costs more than the table.
func peers(wanted func(remote netip.AddrPort) bool) ([]Socket, error) {
	var all []Socket
	somebodys := func(inode uint64) bool { return inode != 0 }
	err := eachIn(ownNetwork(), "/proc", somebodys, func(s Socket) {
		if (s.State == Established || s.State == Connecting) && wanted(s.Remote) {
			all = append(all, s)
		}
	})
	if err != nil || len(all) == 0 {
		return nil, err
	}
	ours := openSockets(os.Getpid())
	all = slices.DeleteFunc(all, func(s Socket) bool { return slices.Contains(ours, s.inode) })
	if len(all) == 0 {
		return nil, nil
	}
	owners := map[uint64]int{}
	for _, pid := range pids() {
		own(owners, pid)
	}
	for i := range all {
		all[i].PID = owners[all[i].inode]
	}
	return all, nil
}

// originOf reads what the kernel keeps of a process's start.
func originOf(pid int) (Origin, bool) {
	dir, err := os.Readlink(proc(pid, "cwd"))
	if err != nil {
		return Origin{}, false
	}
	line, err := os.ReadFile(proc(pid, "cmdline"))
	if err != nil || len(line) == 0 { // it has ended
		return Origin{}, false
	}
	return Origin{Dir: dir, Args: strings.Split(strings.TrimSuffix(string(line), "\x00"), "\x00")}, true
}

// proc is a path about a process.
func proc(pid int, elem ...string) string {
	return filepath.Join(append([]string{"/proc", strconv.Itoa(pid)}, elem...)...)
}

// openSockets are the inodes of the sockets that a process has open; none of one that may not be looked into.
func openSockets(pid int) []uint64 {
	path := proc(pid, "fd")
	dir, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer dir.Close()
	names, _ := dir.Readdirnames(-1) // a process that ends meanwhile is no error
	var all []uint64
	for _, name := range names {
		target, err := os.Readlink(path + "/" + name)
		if err != nil || !strings.HasPrefix(target, "socket:[") {
			continue
		}
		if inode, err := strconv.ParseUint(target[len("socket:["):len(target)-1], 10, 64); err == nil {
			all = append(all, inode)
		}
	}
	return all
}

// inodeColumn is the column of a socket's inode in the kernel's table.
const inodeColumn = 9

// eachSocket goes through the rows of the tables of one network, of IPv4 and of IPv6, split into columns. base is /proc,
// or the folder of a process in that network.
func eachSocket(base string, row func(inode uint64, columns []string) error) error {
	for _, table := range []string{"net/tcp", "net/tcp6"} {
		text, err := os.ReadFile(filepath.Join(base, table))
		if errors.Is(err, fs.ErrNotExist) && table == "net/tcp6" {
			continue // a kernel without IPv6
		}
		if err != nil {
			return err
		}
		if err := eachRow(text, row); err != nil {
			return fmt.Errorf("%s: %w", table, err)
		}
	}
	return nil
}

// eachRow goes through one table: a socket a line, in columns, below a line of headings.
func eachRow(table []byte, row func(inode uint64, columns []string) error) error {
	for line := range bytes.Lines(table) {
		f := strings.Fields(string(line))
		if len(f) <= inodeColumn || f[0] == "sl" {
			continue
		}
		inode, err := strconv.ParseUint(f[inodeColumn], 10, 64)
		if err == nil {
			err = row(inode, f)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// socketOf reads a row of the kernel's table.
func socketOf(row []string) (Socket, error) {
	local, err := readAddr(row[1])
	if err != nil {
		return Socket{}, err
	}
	remote, err := readAddr(row[2])
	if err != nil {
		return Socket{}, err
	}
	s := Socket{Local: local, Remote: remote, State: states[row[3]], six: len(row[1]) > len("0100007F:2384")}
	timer, _, _ := strings.Cut(row[5], ":")
	column, base := 6, 16
	if timer == "04" { // of probes, whose number the kernel writes elsewhere, and to another base
		column, base = 8, 10
	}
	kind, err := strconv.ParseUint(timer, 16, 8)
	if err != nil {
		return Socket{}, err
	}
	n, err := strconv.ParseUint(row[column], base, 32)
	if err == nil {
		s.Stalled, s.Cut = stalled(byte(kind), n)
	}
	return s, nil
}

// descendants follows the kernel's lists of children; where it keeps none, the parents of all processes.
func descendants(roots []int) []int {
	all := slices.Clone(roots)
	for i := 0; i < len(all); i++ {
		tasks, err := os.ReadDir(proc(all[i], "task"))
		if err != nil {
			continue // it ended
		}
		for _, t := range tasks {
			list, err := os.ReadFile(proc(all[i], "task", t.Name(), "children"))
			if errors.Is(err, fs.ErrNotExist) {
				continue
			}
			for _, child := range strings.Fields(string(list)) {
				if pid, err := strconv.Atoi(child); err == nil && !slices.Contains(all, pid) {
					all = append(all, pid)
				}
			}
		}
	}
	return all
}

// program tells a process by its number.
func program(pid int) Owner {
	o := Owner{PID: pid}
	if path, err := os.Readlink(proc(pid, "exe")); err == nil {
		o.Path = strings.TrimSuffix(path, " (deleted)")
		o.Name = filepath.Base(o.Path)
		return o
	}
	name, _ := os.ReadFile(proc(pid, "comm"))
	o.Name = strings.TrimSpace(string(name))
	return o
}
