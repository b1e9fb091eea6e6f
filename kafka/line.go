package kafka

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"sync"
	"time"

	"streamtray/internal/loopback"
)

// line is a connection whose peer is not trusted: a frame that claims to be too large ends it before anybody
// allocates by that claim, and so does the end of the context it was opened in.
type line struct {
	net.Conn
	in   frames
	bad  error       // why nothing more is read
	stop func() bool // lets go of the context
}

func (l *line) Read(p []byte) (int, error) {
	if l.bad != nil {
		return 0, l.bad
	}
	n, err := l.Conn.Read(p)
	n, l.bad = l.in.pass(p[:n])
	if l.bad != nil && n == 0 {
		return 0, l.bad
	}
	return n, err
}

func (l *line) Close() error {
	l.stop()
	return l.Conn.Close()
}

// dialer opens lines. It also is what sarama dials by, which has neither contexts nor limits of its own.
type dialer struct {
	ctx    context.Context //nolint:containedctx // sarama's dialer takes none
	tls    *tls.Config     // nil: not encrypted
	dial   time.Duration
	answer time.Duration
	limit  uint32
	here   bool // connect to this computer alone

	mu  sync.Mutex
	via map[string]string // host:port -> the address that has already answered for it
}

// dialer returns what opens this cluster's connections until ctx ends.
func (c *Cluster) dialer(ctx context.Context, limit uint32) (*dialer, error) {
	conf, err := c.Security.tlsConfig()
	if err != nil {
		return nil, err
	}
	return &dialer{
		ctx: ctx, tls: conf, dial: c.dialTime(), answer: c.answerTime(), limit: limit, via: map[string]string{}, here: c.LoopbackOnly,
	}, nil
}

// Dial opens a line to host:port, over the first of the host's addresses that accepts.
func (d *dialer) Dial(_, hostport string) (net.Conn, error) {
	addrs, err := d.resolve(hostport)
	if err != nil {
		return nil, err
	}
	for _, addr := range addrs {
		var conn net.Conn
		if conn, err = d.connect(addr); err != nil {
			continue
		}
		return d.line(conn, hostport)
	}
	return nil, err
}

// resolve returns every address of host:port, IPv4 first: what Docker publishes is always there, and a program that
// is told "localhost" may end up on either.
func (d *dialer) resolve(hostport string) ([]string, error) {
	d.mu.Lock()
	known, ok := d.via[hostport]
	d.mu.Unlock()
	if ok {
		return []string{known}, nil
	}
	host, port, err := net.SplitHostPort(hostport)
	if err != nil {
		return nil, err
	}
	if d.here && !ourselves(host) {
		return nil, fmt.Errorf("%s: %w", hostport, errElsewhere)
	}
	ctx, cancel := context.WithTimeout(d.ctx, d.answer)
	defer cancel()
	ips, err := net.DefaultResolver.LookupNetIP(ctx, "ip", host)
	if err != nil {
		return nil, err
	}
	const most = 8
	slices.SortStableFunc(ips, func(a, b netip.Addr) int { return a.Unmap().BitLen() - b.Unmap().BitLen() })
	addrs := make([]string, 0, most)
	for _, ip := range ips[:min(len(ips), most)] {
		addrs = append(addrs, net.JoinHostPort(ip.Unmap().String(), port))
	}
	return slices.Compact(addrs), nil
}

// errElsewhere is why an address is not connected to by a cluster that is looked at on this computer alone.
var errElsewhere = errors.New("not an address of this computer")

// ourselves reports whether a host is this computer by its very name or by an address of its own: what is sent there
// never leaves it.
func ourselves(host string) bool {
	if loopback.Is(host) {
		return true
	}
	ip, err := netip.ParseAddr(host)
	own, _ := net.InterfaceAddrs() // without them loopback alone counts
	return err == nil && slices.ContainsFunc(own, func(a net.Addr) bool {
		prefix, err := netip.ParsePrefix(a.String())
		return err == nil && prefix.Addr().Unmap() == ip.Unmap()
	})
}

// remember spares later lines to host:port the search for the address that answers.
func (d *dialer) remember(hostport, addr string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.via[hostport] = addr
}

func (d *dialer) connect(addr string) (net.Conn, error) {
	nd := net.Dialer{Timeout: d.dial, KeepAlive: -1}
	return nd.DialContext(d.ctx, "tcp", addr)
}

// line makes a line of an open connection to host:port, encrypted if it has to be. It takes over conn.
func (d *dialer) line(conn net.Conn, hostport string) (net.Conn, error) {
	l := &line{in: frames{limit: d.limit}}
	l.stop = context.AfterFunc(d.ctx, func() { _ = conn.Close() })
	var err error
	if l.Conn, err = d.secure(conn, hostport); err != nil {
		l.stop()
		return nil, err
	}
	return l, nil
}

// secure agrees on TLS if there has to be any. It takes over conn.
func (d *dialer) secure(conn net.Conn, hostport string) (net.Conn, error) {
	if d.tls == nil {
		return conn, nil
	}
	conf := d.tls
	if conf.ServerName == "" {
		conf = conf.Clone()
		conf.ServerName, _, _ = net.SplitHostPort(hostport) // resolved before, so it splits
	}
	ctx, cancel := context.WithTimeout(d.ctx, d.answer)
	defer cancel()
	secure := tls.Client(conn, conf)
	if err := secure.HandshakeContext(ctx); err != nil {
		_ = conn.Close()
		return nil, &handshakeError{err}
	}
	return secure, nil
}

// handshakeError marks an error as one of agreeing on TLS.
type handshakeError struct{ err error }

func (e *handshakeError) Error() string { return "TLS: " + e.err.Error() }
func (e *handshakeError) Unwrap() error { return e.err }
