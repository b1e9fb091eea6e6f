package doctor

import (
	"context"
	"net"
	"net/netip"

	"streamtray/app/ports"
	"streamtray/docker"
)

// machine is what is asked of this computer's system. Tests put another one in its place.
type machine struct {
	usual    func(getenv func(string) string, home string) docker.Endpoint // the default engine
	hosts    string                                                        // the hosts file
	lookup   func(ctx context.Context, host string) ([]netip.Addr, error)  // in the system's order
	free     func(path string) (uint64, error)                             // bytes that this user may still write there
	encoding func(getenv func(string) string) string                       // what programs take texts to be in: "utf-8", "cp936"; empty: they decide
	holder   func(port int) (ports.Owner, bool, error)                     // who listens on a port
}

func thisMachine() machine {
	return machine{usual: docker.Standard, hosts: hostsFile(), lookup: lookup, free: freeSpace, encoding: systemEncoding, holder: ports.Holder}
}

func lookup(ctx context.Context, host string) ([]netip.Addr, error) {
	return net.DefaultResolver.LookupNetIP(ctx, "ip", host)
}
