// Package loopback tells whether a host is this computer by its very name: localhost, or an address that leads nowhere else.
package loopback

import (
	"net/netip"
	"strings"
)

// Is reports whether a host, without a port, is localhost or a loopback address.
func Is(host string) bool {
	ip, err := netip.ParseAddr(host)
	return strings.EqualFold(host, "localhost") || err == nil && ip.Unmap().IsLoopback()
}

// Same reports whether two hosts are one: in whatever case they are written, and by whatever name loopback goes.
func Same(a, b string) bool { return strings.EqualFold(a, b) || Is(a) && Is(b) }
