package ports

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"path/filepath"
	"unsafe"

	"golang.org/x/sys/windows"
)

// ownedListeners asks GetExtendedTcpTable for listening sockets and their processes (TCP_TABLE_OWNER_PID_LISTENER).
const ownedListeners = 3

// Rows of the two tables, all fields 32 bits wide as in MIB_TCPROW_OWNER_PID and MIB_TCP6ROW_OWNER_PID; addresses and
// ports are in network byte order.
const (
	row4, addr4, port4, pid4 = 24, 4, 8, 20
	row6, addr6, port6, pid6 = 56, 0, 20, 52
)

// listeners are all TCP sockets of this computer that listen, by the system's tables.
func listeners() ([]listener, error) {
	four, err := table(windows.AF_INET)
	if err != nil {
		return nil, err
	}
	six, err := table(windows.AF_INET6)
	if err != nil {
		return nil, err
	}
	var all []listener
	for row := range rows(four, row4) {
		at := netip.AddrPortFrom(netip.AddrFrom4([4]byte(row[addr4:])), binary.BigEndian.Uint16(row[port4:]))
		all = append(all, listener{at, uint64(binary.LittleEndian.Uint32(row[pid4:]))})
	}
	for row := range rows(six, row6) {
		at := netip.AddrPortFrom(netip.AddrFrom16([16]byte(row[addr6:])).Unmap(), binary.BigEndian.Uint16(row[port6:]))
		all = append(all, listener{at, uint64(binary.LittleEndian.Uint32(row[pid6:]))})
	}
	return all, nil
}

// table is what the system tells of one family's listeners: their number, then the rows. It is empty where the family
// is switched off.
func table(family uint32) ([]byte, error) {
	get := windows.NewLazySystemDLL("iphlpapi.dll").NewProc("GetExtendedTcpTable")
	if err := get.Find(); err != nil {
		return nil, err
	}
	buf := make([]byte, 16<<10)
	for {
		size := uint32(len(buf))
		code, _, _ := get.Call(uintptr(unsafe.Pointer(&buf[0])), uintptr(unsafe.Pointer(&size)), 0,
			uintptr(family), ownedListeners, 0)
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

// process tells a process by its number. Its program's file may be hidden from us; the list of processes is not.
func process(pid uint64) Owner {
	o := Owner{PID: int(pid), Path: image(uint32(pid))}
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
	list, err := windows.CreateToolhelp32Snapshot(windows.TH32CS_SNAPPROCESS, 0)
	if err != nil {
		return ""
	}
	defer func() { _ = windows.CloseHandle(list) }()
	p := windows.ProcessEntry32{Size: uint32(unsafe.Sizeof(windows.ProcessEntry32{}))}
	for err = windows.Process32First(list, &p); err == nil; err = windows.Process32Next(list, &p) {
		if p.ProcessID == pid {
			return windows.UTF16ToString(p.ExeFile[:])
		}
	}
	return ""
}
