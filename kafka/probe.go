package kafka

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"time"
)

// correlation is "\r\n\r\n". Kafka only echoes it; to a server of a text protocol it ends the line, so that a web
// server on the port answers its "400 Bad Request" instead of waiting for more.
const correlation = 0x0D0A0D0A

const (
	keyMetadata      = 3
	keySaslHandshake = 17
	keyAPIVersions   = 18
)

// request is a complete request frame, version v of api key, with body.
func request(key, v int16, body []byte) []byte {
	b := make([]byte, 4, 14+len(ClientID)+len(body))
	b = binary.BigEndian.AppendUint16(b, uint16(key))
	b = binary.BigEndian.AppendUint16(b, uint16(v))
	b = binary.BigEndian.AppendUint32(b, correlation)
	b = binary.BigEndian.AppendUint16(b, uint16(len(ClientID)))
	b = append(b, ClientID...)
	b = append(b, body...)
	binary.BigEndian.PutUint32(b, uint32(len(b)-4))
	return b
}

// exchange writes a request and reads its answer's payload, correlation included, within the given time. It
// allocates no more than what arrives, and never more than probeLimit. The error of a peer that answered something
// else is a *stranger.
func exchange(conn net.Conn, req []byte, within time.Duration) ([]byte, error) {
	if err := conn.SetDeadline(time.Now().Add(within)); err != nil {
		return nil, err
	}
	if _, err := conn.Write(req); err != nil {
		return nil, err
	}
	var head [4]byte
	if n, err := io.ReadFull(conn, head[:]); err != nil {
		if n > 0 {
			err = &stranger{said: head[:n], err: err}
		}
		return nil, err
	}
	length := binary.BigEndian.Uint32(head[:])
	if length < 8 || length > probeLimit {
		return nil, &stranger{said: append(head[:], rest(conn)...), err: errFrame{length}}
	}
	var body bytes.Buffer
	if _, err := io.CopyN(&body, conn, int64(length)); err != nil {
		return nil, err
	}
	if got := binary.BigEndian.Uint32(body.Bytes()); got != correlation {
		return nil, &stranger{said: append(head[:], body.Bytes()...), err: errors.New("answer to another request")}
	}
	return body.Bytes(), nil
}

// stranger is a peer that answered, but not as Kafka does.
type stranger struct {
	said []byte // the first bytes of its answer
	err  error
}

func (s *stranger) Error() string {
	return fmt.Sprintf("answered %q: %v", s.said[:min(len(s.said), 32)], s.err)
}
func (s *stranger) Unwrap() error { return s.err }

// rest is what a stranger has to say for itself right now, at most 64 bytes of it.
func rest(conn net.Conn) []byte {
	var more [64]byte
	_ = conn.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
	n, _ := conn.Read(more[:])
	return more[:n]
}

// errController is a peer that speaks Kafka's protocol, but not with clients.
var errController = errors.New("ApiVersions answer: no metadata for clients")

// versions is what a broker says it understands: for each API key the highest version.
type versions map[int16]int16

// parseVersions reads the payload of an ApiVersions answer of version 0: correlation, error, an array of key, lowest
// and highest version.
func parseVersions(b []byte) (versions, error) {
	if len(b) < 10 {
		return nil, fmt.Errorf("ApiVersions answer: %d bytes: %w", len(b), io.ErrUnexpectedEOF)
	}
	if code := int16(binary.BigEndian.Uint16(b[4:])); code != 0 {
		return nil, fmt.Errorf("ApiVersions answer: error code %d", code)
	}
	count := binary.BigEndian.Uint32(b[6:])
	entries := b[10:]
	if uint64(count)*6 != uint64(len(entries)) {
		return nil, fmt.Errorf("ApiVersions answer: %d entries in %d bytes", count, len(entries))
	}
	v := make(versions, count)
	for ; len(entries) > 0; entries = entries[6:] {
		v[int16(binary.BigEndian.Uint16(entries))] = int16(binary.BigEndian.Uint16(entries[4:]))
	}
	if _, ok := v[keyAPIVersions]; !ok {
		return nil, errors.New("ApiVersions answer: does not mention itself")
	}
	if _, ok := v[keyMetadata]; !ok {
		return nil, errController
	}
	return v, nil
}

// askVersions asks the peer what it understands.
func askVersions(conn net.Conn, within time.Duration) (versions, error) {
	body, err := exchange(conn, request(keyAPIVersions, 0, nil), within)
	if err != nil {
		return nil, err
	}
	v, err := parseVersions(body)
	if err != nil {
		return nil, &stranger{said: body, err: err}
	}
	return v, nil
}
