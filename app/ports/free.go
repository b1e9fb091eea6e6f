package ports

import (
	"context"
	"errors"
	"net/netip"
	"strconv"
	"strings"

	"streamtray/internal/usererr"
)

// The faults that others look for, by ID.
const (
	Taken         = "ports.taken"
	TakenUnknown  = "ports.taken_unknown" // by whom is not told
	TakenBySystem = "ports.reserved"      // Windows keeps it for itself
)

// Free reports why a listener could not bind addr now: nil, or a fault ports.taken, ports.taken_unknown, ports.reserved,
// ports.not_here or ports.bad_address. addr is host:port as a compose file publishes it: the host is an IP address, or
// localhost for both loopback addresses, or empty for every address. A port that only the administrator may bind is free
// while nobody listens on it.
func Free(ctx context.Context, addr string) error {
	wanted, optional, err := parse(addr)
	if err != nil {
		return usererr.New("ports.bad_address", map[string]any{"Addr": addr}, err).Terminal()
	}
	for _, want := range wanted {
		err := free(ctx, want)
		if optional && errors.Is(err, errNotHere) {
			continue // this computer does without IPv6
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// parse gives the addresses that addr stands for; optional: it named none of them, so that one may be missing here.
func parse(addr string) (wanted []netip.AddrPort, optional bool, err error) {
	i := strings.LastIndexByte(addr, ':')
	if i < 0 {
		return nil, false, errors.New("no port")
	}
	port, err := strconv.ParseUint(addr[i+1:], 10, 16)
	if err != nil || port == 0 {
		return nil, false, errors.New("no port between 1 and 65535")
	}
	hosts := []string{strings.Trim(addr[:i], "[]")}
	switch hosts[0] {
	case "":
		hosts, optional = []string{"0.0.0.0", "::"}, true
	case "localhost":
		hosts, optional = []string{"127.0.0.1", "::1"}, true
	}
	for _, h := range hosts {
		ip, err := netip.ParseAddr(h)
		if err != nil {
			return nil, false, err
		}
		wanted = append(wanted, netip.AddrPortFrom(ip.Unmap(), uint16(port)))
	}
	return wanted, optional, nil
}

// errNotHere is the cause of a fault about an address that is not this computer's.
var errNotHere = errors.New("no such address here")

// free is Free for one address.
func free(ctx context.Context, want netip.AddrPort) error {
	err := bind(ctx, want)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err == nil:
		return shadow(want)
	case errors.Is(err, errnoNotHere), errors.Is(err, errnoNoFamily):
		return usererr.New("ports.not_here", map[string]any{"Addr": want.Addr().String()}, errNotHere).Terminal()
	case errors.Is(err, errnoInUse):
		return taken(want, err)
	case errors.Is(err, errnoForbidden):
		return forbidden(want, err)
	}
	return err
}

// shadow finds who listens at a loopback address where every address is wanted. Windows lets both bind, and then hands
// this computer's own connections to the narrower one.
func shadow(want netip.AddrPort) error {
	if !want.Addr().IsUnspecified() {
		return nil
	}
	o, found, err := pick(int(want.Port()), func(a netip.Addr) bool {
		return a.IsLoopback() && a.Is4() == want.Addr().Is4()
	})
	if !found {
		return err
	}
	return holderFault(want, o, nil)
}

// taken tells who has bound what want needs.
func taken(want netip.AddrPort, cause error) error {
	o, _, err := inTheWay(want)
	return holderFault(want, o, errors.Join(cause, err))
}

// inTheWay finds who listens where want would. A listener at :: may take IPv4 connections too.
func inTheWay(want netip.AddrPort) (Owner, bool, error) {
	return pick(int(want.Port()), func(a netip.Addr) bool {
		if a.Is4() != want.Addr().Is4() {
			return a == netip.IPv6Unspecified()
		}
		return a == want.Addr() || a.IsUnspecified() || want.Addr().IsUnspecified()
	})
}

// holderFault is the error that a port has an owner, named where the system names it.
func holderFault(want netip.AddrPort, o Owner, cause error) error {
	args := map[string]any{"Port": int(want.Port()), "Addr": want.String()}
	if o.Name == "" { // unknown, or ended meanwhile
		args["Command"] = whose
		return usererr.New(TakenUnknown, args, cause)
	}
	args["PID"], args["Name"] = o.PID, o.Name
	return usererr.New(Taken, args, cause)
}

// forbidden tells why the system refused: the port is reserved, or somebody has it for himself. Neither: the right to
// bind it is missing here, which the engine may have.
func forbidden(want netip.AddrPort, cause error) error {
	o, found, err := inTheWay(want)
	if found || err != nil {
		return holderFault(want, o, errors.Join(cause, err))
	}
	r, kept, err := reserved(int(want.Port()))
	if !kept {
		return err
	}
	return usererr.New(TakenBySystem, map[string]any{"Port": int(want.Port()), "First": r.First, "Last": r.Last}, cause).Terminal()
}
