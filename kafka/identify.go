package kafka

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"strings"
	"time"
)

// dialFault says why no connection came about.
func dialFault(addr string, err error) *Error {
	a := args{"Addr": addr}
	var dns *net.DNSError
	switch {
	case errors.As(err, &dns):
		a["Host"] = dns.Name
		f := fault(UnknownHost, a, err)
		f.Stop = dns.IsNotFound
		return f
	case errors.Is(err, errnoRefused):
		return fault(Refused, a, err)
	case isTimeout(err):
		return fault(ConnectTimeout, a, err)
	}
	return fault(Unreachable, a, err)
}

// talkFault says why the first exchange with a peer that accepted came to nothing.
func talkFault(addr string, err error) *Error {
	a := args{"Addr": addr}
	var hs *handshakeError
	if errors.As(err, &hs) {
		return handshakeFault(addr, hs.err)
	}
	var s *stranger
	if errors.As(err, &s) {
		return strangerFault(addr, s)
	}
	if isTimeout(err) {
		return fault(Silent, a, err)
	}
	return fault(Closed, a, err)
}

func strangerFault(addr string, s *stranger) *Error {
	a := args{"Addr": addr}
	switch {
	case errors.Is(s.err, errController):
		return final(IsController, a, s.err)
	case bytes.HasPrefix(s.said, []byte("HTTP")):
		return final(NotKafkaHTTP, a, s)
	case isTLSRecord(s.said):
		return final(TLSNeeded, a, s)
	}
	a["Said"] = printable(s.said)
	return final(NotKafka, a, s)
}

// isTLSRecord reports whether b starts like an alert or a handshake of TLS 1.x.
func isTLSRecord(b []byte) bool {
	return len(b) >= 2 && (b[0] == 0x15 || b[0] == 0x16) && b[1] == 3
}

// printable is the readable beginning of what a peer said; it may be shown, so it is short and plain.
func printable(b []byte) string {
	const most = 40
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return ' '
		}
		return r
	}, string(b[:min(len(b), most)])))
}

func handshakeFault(addr string, err error) *Error {
	a := args{"Addr": addr}
	var (
		authority x509.UnknownAuthorityError
		name      x509.HostnameError
		cert      x509.CertificateInvalidError
		record    tls.RecordHeaderError
	)
	switch {
	case errors.As(err, &authority):
		return final(TLSUntrusted, a, err)
	case errors.As(err, &name):
		a["Name"] = name.Host
		return final(TLSWrongName, a, err)
	case errors.As(err, &cert) && cert.Reason == x509.Expired:
		return final(TLSExpired, a, err)
	case errors.As(err, &record) && bytes.HasPrefix(record.RecordHeader[:], []byte("HTTP")):
		return final(NotKafkaHTTP, a, err)
	case errors.As(err, &record):
		return final(TLSNotSpoken, a, err)
	case isTimeout(err):
		return fault(Silent, a, err)
	case isHangUp(err):
		return fault(Closed, a, err)
	}
	return fault(TLSFailed, a, err)
}

// unmask finds out who hangs up on us, or says nothing, instead of answering: a listener that speaks TLS when we do
// not, the reverse, or ZooKeeper. It asks on connections of its own; empty: it cannot tell. A Kafka that is only just
// starting is not asked such things: it would log each of them as an error of a client.
func (d *dialer) unmask(addr string) string {
	switch {
	case d.test(addr, d.hangsUpUnasked):
		return "" // whoever forwards the port has nobody to forward to
	case d.tls != nil && d.test(addr, d.speaksPlain):
		return TLSNotSpoken
	case d.tls != nil, !d.test(addr, d.refusesKafka):
		return ""
	case d.test(addr, d.speaksTLS):
		return TLSNeeded
	case d.test(addr, d.isZooKeeper):
		return IsZooKeeper
	}
	return ""
}

// test asks one question on a connection of its own.
func (d *dialer) test(addr string, question func(net.Conn) bool) bool {
	conn, err := d.connect(addr)
	if err != nil {
		return false
	}
	stop := context.AfterFunc(d.ctx, func() { _ = conn.Close() })
	defer stop()
	defer conn.Close() // nothing was written that could be lost
	_ = conn.SetDeadline(time.Now().Add(d.answer))
	return question(conn)
}

// unasked is how long a peer may take to hang up on who says nothing.
const unasked = 200 * time.Millisecond

// hangsUpUnasked reports whether the peer ends a connection on which nothing was said. TLS and ZooKeeper wait for words;
// Docker, which takes connections of a published port before anybody listens inside of the container, does not.
func (d *dialer) hangsUpUnasked(conn net.Conn) bool {
	_ = conn.SetDeadline(time.Now().Add(min(unasked, d.answer)))
	_, err := conn.Read(make([]byte, 1))
	return isHangUp(err)
}

// refusesKafka reports whether the peer still hangs up when it is asked as Kafka is.
func (d *dialer) refusesKafka(conn net.Conn) bool {
	_, err := askVersions(conn, d.answer)
	return isHangUp(err)
}

func (d *dialer) speaksPlain(conn net.Conn) bool {
	_, err := askVersions(conn, d.answer)
	return err == nil
}

// speaksTLS reports whether the peer answers a TLS hello as TLS does, be it with a refusal. Nothing is sent over the
// connection afterwards, so whom it belongs to does not matter.
func (d *dialer) speaksTLS(conn net.Conn) bool {
	err := tls.Client(conn, &tls.Config{InsecureSkipVerify: true}).HandshakeContext(d.ctx) //nolint:gosec // see above
	var alert tls.AlertError
	return err == nil || errors.As(err, &alert) || strings.HasPrefix(err.Error(), "remote error: tls:")
}

// isZooKeeper asks for the server's status by the one command that ZooKeeper answers unless told otherwise.
func (d *dialer) isZooKeeper(conn net.Conn) bool {
	if _, err := conn.Write([]byte("srvr")); err != nil {
		return false
	}
	b, _ := io.ReadAll(io.LimitReader(conn, 512))
	return bytes.Contains(b, []byte("Zookeeper")) || bytes.Contains(b, []byte("ZooKeeper")) ||
		bytes.Contains(b, []byte("whitelist"))
}

func isTimeout(err error) bool {
	var t interface{ Timeout() bool }
	return errors.As(err, &t) && t.Timeout()
}

// isHangUp reports whether the peer ended the connection.
func isHangUp(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, errnoReset) ||
		errors.Is(err, errnoAborted) || errors.Is(err, net.ErrClosed)
}
