package ports

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
)

// What GetExtendedTcpTable is asked for: the sockets that listen, or all, each with its process
// (TCP_TABLE_OWNER_PID_LISTENER, TCP_TABLE_OWNER_PID_ALL).
const (
	ownedListeners = 3
	ownedSockets   = 5
)

// Rows of the two tables, all fields 32 bits wide as in MIB_TCPROW_OWNER_PID and MIB_TCP6ROW_OWNER_PID; addresses and
// ports are in network byte order.
const (
	row4, state4, addr4, port4, peer4, peerPort4, pid4 = 24, 0, 4, 8, 12, 16, 20
	row6, addr6, port6, peer6, peerPort6, state6, pid6 = 56, 0, 20, 24, 44, 48, 52
)

// states of MIB_TCP_STATE that are told apart; the others are on the way to their end.
var states = map[uint32]State{2: Listening, 3: Connecting, 5: Established}

// listeners are all TCP sockets of this computer that listen, by the system's tables.
func listeners() ([]listener, error) {
	found, err := eachSocket(ownedListeners)
	if err != nil {
		return nil, err
	}
	all := make([]listener, len(found))
	for i, s := range found {
		all[i] = listener{s.Local, uint64(s.PID)}
	}
	return all, nil
}

// sockets are those of all processes, the wanted ones left.
func sockets(pids []int) ([]Socket, error) {
	all, err := eachSocket(ownedSockets)
	return slices.DeleteFunc(all, func(s Socket) bool { return !slices.Contains(pids, s.PID) }), err
}

func peers(wanted func(remote netip.AddrPort) bool) ([]Socket, error) {
	all, err := eachSocket(ownedSockets)
	own := os.Getpid()
	return slices.DeleteFunc(all, func(s Socket) bool {
		return s.PID == own || s.State != Established && s.State != Connecting || !wanted(s.Remote)
	}), err
}

// eachSocket reads the system's tables of one kind, of IPv4 and of IPv6.
func eachSocket(kind uintptr) ([]Socket, error) {
	four, err := table(windows.AF_INET, kind)
	if err != nil {
		return nil, err
	}
	six, err := table(windows.AF_INET6, kind)
	if err != nil {
		return nil, err
	}
	var all []Socket
	for row := range rows(four, row4) {
		all = append(all, Socket{
			Local:  netip.AddrPortFrom(netip.AddrFrom4([4]byte(row[addr4:])), binary.BigEndian.Uint16(row[port4:])),
			Remote: netip.AddrPortFrom(netip.AddrFrom4([4]byte(row[peer4:])), binary.BigEndian.Uint16(row[peerPort4:])),
			State:  states[binary.LittleEndian.Uint32(row[state4:])],
			PID:    int(binary.LittleEndian.Uint32(row[pid4:])),
		})
	}
	for row := range rows(six, row6) {
		all = append(all, Socket{
			Local:  netip.AddrPortFrom(netip.AddrFrom16([16]byte(row[addr6:])).Unmap(), binary.BigEndian.Uint16(row[port6:])),
			Remote: netip.AddrPortFrom(netip.AddrFrom16([16]byte(row[peer6:])).Unmap(), binary.BigEndian.Uint16(row[peerPort6:])),
			State:  states[binary.LittleEndian.Uint32(row[state6:])],
			PID:    int(binary.LittleEndian.Uint32(row[pid6:])),
		})
	}
	return all, nil
}

// table is what the system tells of one family's sockets: their number, then the rows. It is empty where the family is
// switched off.
func table(family uint32, kind uintptr) ([]byte, error) {
	get := windows.NewLazySystemDLL("iphlpapi.dll").NewProc("GetExtendedTcpTable")
	if err := get.Find(); err != nil {
		return nil, err
	}
	buf := make([]byte, 16<<10)
	for {
		size := uint32(len(buf))
		code, _, _ := get.Call(uintptr(unsafe.Pointer(&buf[0])), uintptr(unsafe.Pointer(&size)), 0,
			uintptr(family), kind, 0)
		switch err := windows.Errno(code); {
		case err == windows.ERROR_SUCCESS:
			return buf, nil
		case err == windows.ERROR_NOT_SUPPORTED && family == windows.AF_INET6:
			return nil, nil
		case !errors.Is(err, windows.ERROR_INSUFFICIENT_BUFFER) || size > 64<<20:
			return nil, fmt.Errorf("tcp table: %w", err)
		}
		buf = make([]byte, size+size/4) // it may have grown meanwhile
	}
}

// rows goes through a table.
func rows(table []byte, size int) func(func([]byte) bool) {
	return func(yield func([]byte) bool) {
		if len(table) < 4 {
			return
		}
		n, rest := binary.LittleEndian.Uint32(table), table[4:]
		for range n {
			if len(rest) < size || !yield(rest[:size]) {
				return
			}
			rest = rest[size:]
		}
	}
}

func process(pid uint64) Owner { return program(int(pid)) }

// program tells a process by its number. Its program's file may be hidden from us; the list of processes is not.
func program(pid int) Owner {
	o := Owner{PID: pid, Path: image(uint32(pid))}
	if o.Path != "" {
		o.Name = filepath.Base(o.Path)
		return o
	}
	o.Name = listed(uint32(pid))
	return o
}

// image is the file of a process's program, empty when it may not be known.
func image(pid uint32) string {
	h, err := windows.OpenProcess(windows.PROCESS_QUERY_LIMITED_INFORMATION, false, pid)
	if err != nil {
		return ""
	}
	defer func() { _ = windows.CloseHandle(h) }()
	buf := make([]uint16, windows.MAX_LONG_PATH)
	size := uint32(len(buf))
	if windows.QueryFullProcessImageName(h, 0, &buf[0], &size) != nil {
		return ""
	}
	return windows.UTF16ToString(buf[:size])
}

// listed is the name of a process in the system's list, empty when it has ended.
func listed(pid uint32) string {
	for p := range snapshot {
		if p.ProcessID == pid {
			return windows.UTF16ToString(p.ExeFile[:])
		}
	}
	return ""
}

// descendants follows the parents in the system's list. A parent's number may belong to a later process: that one is no
// parent, and so each process is taken for a child only of one that began before it.
func descendants(roots []int) []int {
	children := map[int][]int{}
	for p := range snapshot {
		children[int(p.ParentProcessID)] = append(children[int(p.ParentProcessID)], int(p.ProcessID))
	}
	all := slices.Clone(roots)
	for i := 0; i < len(all); i++ {
		for _, child := range children[all[i]] {
			if !slices.Contains(all, child) && !began(child).Before(began(all[i])) {
				all = append(all, child)
			}
		}
	}
	return all
}

// began is when a process began; the zero time when that may not be known.
func began(pid int) time.Time {
	h, err := windows.OpenProcess(windows.PROCESS_QUERY_LIMITED_INFORMATION, false, uint32(pid))
	if err != nil {
		return time.Time{}
	}
	defer func() { _ = windows.CloseHandle(h) }()
	var created, ended, kernel, user windows.Filetime
	if windows.GetProcessTimes(h, &created, &ended, &kernel, &user) != nil {
		return time.Time{}
	}
	return time.Unix(0, created.Nanoseconds())
}

// snapshot goes through the system's list of processes; nothing where there is none.
func snapshot(yield func(windows.ProcessEntry32) bool) {
	list, err := windows.CreateToolhelp32Snapshot(windows.TH32CS_SNAPPROCESS, 0)
	if err != nil {
		return
	}
	defer func() { _ = windows.CloseHandle(list) }()
	p := windows.ProcessEntry32{Size: uint32(unsafe.Sizeof(windows.ProcessEntry32{}))}
	for err = windows.Process32First(list, &p); err == nil; err = windows.Process32Next(list, &p) {
		if !yield(p) {
			return
		}
	}
}

// still is not known: only the whole table tells.
func still(Socket) (ok, known bool) { return false, false }

// originOf is not known: it is in the other process's memory.
func originOf(int) (Origin, bool) { return Origin{}, false }

func pids() []int { return nil }
