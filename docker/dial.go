package docker

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io/fs"
	"net"
	"os"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

// dialer opens connections to an endpoint and tells in the user's terms why one cannot be opened.
type dialer struct {
	end  Endpoint
	tls  *tls.Config            // nil: plain
	last atomic.Pointer[string] // the address that was reached last
	vm   machine                // where Docker Desktop's engine runs
	bad  atomic.Pointer[Error]  // why the last dial did not succeed; nil after one that did
}

func newDialer(e Endpoint) (*dialer, error) {
	l := &dialer{end: e}
	if e.TLS == nil {
		return l, nil
	}
	config, err := e.TLS.config()
	if err != nil {
		return nil, finalFault(TLSMaterial, facts{"Dir": e.TLS.Dir}, err)
	}
	l.tls = config
	return l, nil
}

func (t *TLS) config() (*tls.Config, error) {
	c := &tls.Config{MinVersion: tls.VersionTLS12, InsecureSkipVerify: t.SkipVerify} //nolint:gosec // the user's choice
	switch {
	case t.CA == "" && !t.SkipVerify:
		c.RootCAs, _ = x509.SystemCertPool() // at the first handshake, as where it fails, reading it takes of the engine's time
	case t.CA != "":
		pem, err := os.ReadFile(t.CA)
		if err != nil {
			return nil, err
		}
		c.RootCAs = x509.NewCertPool()
		if !c.RootCAs.AppendCertsFromPEM(pem) {
			return nil, &fs.PathError{Op: "read", Path: t.CA, Err: errors.New("no certificate in it")}
		}
	}
	if t.Cert != "" && t.Key != "" {
		pair, err := tls.LoadX509KeyPair(t.Cert, t.Key)
		if err != nil {
			return nil, err
		}
		c.Certificates = []tls.Certificate{pair}
	}
	return c, nil
}

// Host is the address in use: the one reached last, else the first to be tried.
func (g *Engine) Host() string { return g.dialer.host() }

func (l *dialer) host() string {
	if h := l.last.Load(); h != nil {
		return *h
	}
	return l.end.Host
}

// dial connects to the first address that exists. It has the signature that a transport wants; the endpoint alone
// says where.
func (l *dialer) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	var absent error
	for _, host := range append([]string{l.end.Host}, l.end.Else...) {
		conn, err := dialHost(ctx, host)
		if err == nil {
			l.last.Store(&host)
			l.bad.Store(nil)
			return conn, nil
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return nil, l.failed(host, err)
		}
		if absent == nil {
			absent = err
		}
	}
	return nil, l.failed(l.end.Host, absent)
}

func (l *dialer) failed(host string, err error) *Error {
	bad := dialFault(host, l.end.Local(), err)
	l.bad.Store(bad)
	return bad
}

func dialHost(ctx context.Context, host string) (net.Conn, error) {
	proto, addr, _ := strings.Cut(host, "://")
	switch proto {
	case "npipe":
		return dialPipe(ctx, addr)
	case "tcp":
		addr, _, _ = strings.Cut(addr, "/")
		return (&net.Dialer{Timeout: lookWithin, KeepAlive: 30 * time.Second}).DialContext(ctx, "tcp", addr)
	default:
		return (&net.Dialer{Timeout: lookWithin}).DialContext(ctx, proto, addr)
	}
}

// dialFault names why a connection could not be opened, by error number and never by the system's words, which Windows
// translates.
func dialFault(host string, local bool, err error) *Error {
	args := facts{"Host": host}
	switch {
	case errors.Is(err, fs.ErrPermission):
		return finalFault(AccessDenied, args, err)
	case errors.Is(err, fs.ErrNotExist):
		return absentFault(args, err)
	case isRefused(err) && local:
		return fault(NotRunning, args, err)
	case isRefused(err):
		return fault(RemoteRefused, args, err)
	}
	return fault(Unreachable, args, err)
}

// absentFault names why nothing offers the address that an engine has here.
func absentFault(args facts, err error) *Error {
	if processRuns(desktopInstallers) { // it takes the program away first
		return fault(DesktopUpdating, args, err)
	}
	if !installed() {
		return finalFault(NotInstalled, args, err)
	}
	if missing := missingPrerequisite(args, err); missing != nil {
		return missing
	}
	if processRuns(desktopPrograms) {
		return fault(DesktopComing, args, err)
	}
	return fault(NotRunning, args, err)
}

func isRefused(err error) bool {
	return errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, refused)
}
