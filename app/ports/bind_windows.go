package ports

import (
	"context"
	"errors"
	"fmt"
	"net/netip"

	"golang.org/x/sys/windows"
)

// The system's numbers for why a socket cannot be bound. Its sentences are in the user's language, and package
// syscall's portable names are never what Windows returns.
const (
	errnoInUse     = windows.WSAEADDRINUSE
	errnoForbidden = windows.WSAEACCES
	errnoNotHere   = windows.WSAEADDRNOTAVAIL
	errnoNoFamily  = windows.WSAEAFNOSUPPORT
)

// winsock is the version of WinSock that is asked for: 2.2.
const winsock = 0x0202

// whose is the command by which an administrator sees who listens.
const whose = "netstat -abno"

// bind binds a socket as the engine would, and closes it. It does not listen: the firewall would ask the user.
func bind(_ context.Context, at netip.AddrPort) error {
	if err := windows.WSAStartup(winsock, &windows.WSAData{}); err != nil {
		return fmt.Errorf("winsock: %w", err)
	}
	defer func() { _ = windows.WSACleanup() }()
	s, err := socket(at)
	if err != nil {
		return fmt.Errorf("socket: %w", err)
	}
	defer func() { _ = windows.Closesocket(s) }()
	if err := windows.Bind(s, sockaddr(at)); err != nil {
		return fmt.Errorf("bind %s: %w", at, err)
	}
	return nil
}

// socket makes one of the address's family; an IPv6 socket is for IPv6 alone, which is what Windows makes by itself.
func socket(at netip.AddrPort) (windows.Handle, error) {
	family := windows.AF_INET6
	if at.Addr().Is4() {
		family = windows.AF_INET
	}
	return windows.Socket(family, windows.SOCK_STREAM, windows.IPPROTO_TCP)
}

func sockaddr(at netip.AddrPort) windows.Sockaddr {
	if at.Addr().Is4() {
		return &windows.SockaddrInet4{Port: int(at.Port()), Addr: at.Addr().As4()}
	}
	return &windows.SockaddrInet6{Port: int(at.Port()), Addr: at.Addr().As16()}
}

// reserved tries to bind. Windows refuses a reserved port with the number that it also has for a port which somebody
// holds exclusively; it is reserved where nobody listens.
func reserved(port int) (Range, bool, error) {
	all, err := listeners()
	if err != nil {
		return Range{}, false, err
	}
	held := map[int]bool{}
	for _, l := range all {
		held[int(l.at.Port())] = true
	}
	kept := func(p int) bool {
		if held[p] {
			return false
		}
		err := bind(context.Background(), netip.AddrPortFrom(netip.IPv4Unspecified(), uint16(p)))
		return errors.Is(err, errnoForbidden)
	}
	if port < 1 || port > 65535 || !kept(port) {
		return Range{}, false, nil
	}
	return widen(port, kept), true, nil
}
