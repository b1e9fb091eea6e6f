//go:build !windows

package ports

import (
	"context"
	"net"
	"net/netip"
	"syscall"
)

// The system's numbers for why a socket cannot be bound.
const (
	errnoInUse     = syscall.EADDRINUSE
	errnoForbidden = syscall.EACCES
	errnoNotHere   = syscall.EADDRNOTAVAIL
	errnoNoFamily  = syscall.EAFNOSUPPORT
)

// whose is the command by which an administrator sees who listens.
const whose = "ss -ltnp"

// bind binds a listener as the engine would, and closes it.
func bind(ctx context.Context, at netip.AddrPort) error {
	network := "tcp6"
	if at.Addr().Is4() {
		network = "tcp4"
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, network, at.String())
	if err != nil {
		return err
	}
	return l.Close()
}

func reserved(int) (Range, bool, error) { return Range{}, false, nil }
