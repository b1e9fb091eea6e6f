package evidence

import (
	"context"
	"net"
	"net/netip"
	"strconv"
	"sync"
	"time"
)

// names are the IP addresses of the cluster's, as this computer looks them up.
type names struct {
	mu    sync.Mutex
	known map[string]lookup
}

type lookup struct {
	at    time.Time
	addrs []netip.Addr
}

// Bounds of looking a name up.
const (
	lookupWithin = 500 * time.Millisecond
	lookupAgain  = time.Minute
)

// of gives the IP addresses of host:port addresses; one whose name is not known here has none.
func (n *names) of(ctx context.Context, addrs []string, resolve func(context.Context, string) ([]netip.Addr, error)) []netip.AddrPort {
	n.mu.Lock()
	defer n.mu.Unlock()
	var all []netip.AddrPort
	for _, a := range addrs {
		host, service, err := net.SplitHostPort(a)
		if err != nil {
			continue
		}
		port, err := strconv.ParseUint(service, 10, 16)
		if err != nil {
			continue
		}
		for _, ip := range n.ips(ctx, host, resolve) {
			all = append(all, netip.AddrPortFrom(ip.Unmap(), uint16(port)))
		}
	}
	return all
}

func (n *names) ips(ctx context.Context, host string, resolve func(context.Context, string) ([]netip.Addr, error)) []netip.Addr {
	if ip, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{ip}
	}
	if host == "localhost" { // whatever the hosts file says of it: clients try both
		return []netip.Addr{netip.AddrFrom4([4]byte{127, 0, 0, 1}), netip.IPv6Loopback()}
	}
	l, known := n.known[host]
	if known && time.Since(l.at) < lookupAgain {
		return l.addrs
	}
	if resolve == nil {
		resolve = func(ctx context.Context, host string) ([]netip.Addr, error) {
			return net.DefaultResolver.LookupNetIP(ctx, "ip", host)
		}
	}
	ctx, cancel := context.WithTimeout(ctx, lookupWithin)
	defer cancel()
	if addrs, err := resolve(ctx, host); err == nil {
		l.addrs = addrs
	} // else what was known counts until the next time
	l.at = time.Now()
	if n.known == nil {
		n.known = map[string]lookup{}
	}
	n.known[host] = l
	return l.addrs
}
