package main

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"time"
)

// pollEvery is the pace of the independent look at the broker.
const pollEvery = 5 * time.Millisecond

// milestones are when the broker came to be physically ready, as seen from this host. No line of StreamTray takes part.
type milestones struct {
	answers     time.Time // to ApiVersions, at the published port
	controller  time.Time // metadata names a controller: producers are served from here on
	coordinator time.Time // a consumer group's coordinator answers for the group: every client is served
}

// watchReadiness looks at the address every 5 ms until all holds. It asks as a first consumer would, which makes a fresh
// broker create its offsets topic.
func watchReadiness(ctx context.Context, addr string) (milestones, error) {
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	p := poller{addr: addr}
	defer p.hangUp()
	for {
		p.look(ctx)
		if !p.seen.coordinator.IsZero() {
			return p.seen, nil
		}
		select {
		case <-ctx.Done():
			return p.seen, fmt.Errorf("%s is not ready: %w", addr, errors.Join(ctx.Err(), p.why))
		case <-tick.C:
		}
	}
}

// poller looks for the next milestone on a connection that it keeps as long as it works.
type poller struct {
	addr string
	conn net.Conn
	seen milestones
	why  error // what the last look failed of
}

// answerWithin bounds a dial and an answer: a broker that is still starting accepts and stays silent.
const answerWithin = 500 * time.Millisecond

// look goes through the milestones that are still missing, up to the first that does not hold.
func (p *poller) look(ctx context.Context) {
	if p.conn == nil {
		p.conn, p.why = (&net.Dialer{Timeout: answerWithin}).DialContext(ctx, "tcp", p.addr)
		if p.why != nil {
			p.conn = nil
			return
		}
	}
	for _, m := range []struct {
		at    *time.Time
		holds func() error
	}{
		{&p.seen.answers, p.answers},
		{&p.seen.controller, p.controller},
		{&p.seen.coordinator, p.coordinator},
	} {
		if !m.at.IsZero() {
			continue
		}
		if p.why = m.holds(); p.why != nil {
			return
		}
		*m.at = time.Now()
	}
}

func (p *poller) hangUp() {
	if p.conn != nil {
		_ = p.conn.Close()
		p.conn = nil
	}
}

// The requests, in the versions that every broker since 0.10 understands.
const (
	keyMetadata       = 3
	keyCoordinator    = 10
	keyDescribeGroups = 15
	keyAPIVersions    = 18
)

// group is whom the poller asks about: the one that StreamTray asks about too. A broker that starts again takes up its
// groups one after the other.
const group = "streamtray"

func (p *poller) answers() error {
	a, err := p.ask(keyAPIVersions, 0, nil)
	if err != nil {
		return err
	}
	return a.code()
}

func (p *poller) controller() error {
	a, err := p.ask(keyMetadata, 1, binary.BigEndian.AppendUint32(nil, 0)) // of no topic
	if err != nil {
		return err
	}
	brokers := a.int32()
	for range min(brokers, 100) {
		a.int32() // its number
		a.string()
		a.int32() // its port
		a.string()
	}
	if controller := a.int32(); a.short || brokers < 1 || controller < 0 {
		return fmt.Errorf("metadata: %d brokers, controller %d", brokers, controller)
	}
	return nil
}

// coordinator asks who looks after the group, and then whether it does. There is one broker: it is the same address.
func (p *poller) coordinator() error {
	a, err := p.ask(keyCoordinator, 0, str(nil, group))
	if err != nil {
		return err
	}
	if err := a.code(); err != nil {
		return err
	}
	a, err = p.ask(keyDescribeGroups, 0, str(binary.BigEndian.AppendUint32(nil, 1), group))
	if err != nil {
		return err
	}
	a.int32() // how many groups
	return a.code()
}

// ask sends one request and reads its answer. A connection that fails is given up.
func (p *poller) ask(key, version uint16, body []byte) (*answer, error) {
	payload, err := exchange(p.conn, key, version, body)
	if err != nil {
		p.hangUp()
		return nil, fmt.Errorf("request %d: %w", key, err)
	}
	return &answer{rest: payload}, nil
}

const correlation = 7

func exchange(conn net.Conn, key, version uint16, body []byte) ([]byte, error) {
	req := binary.BigEndian.AppendUint16(make([]byte, 4), key)
	req = binary.BigEndian.AppendUint16(req, version)
	req = binary.BigEndian.AppendUint32(req, correlation)
	req = append(str(req, "bench"), body...)
	binary.BigEndian.PutUint32(req, uint32(len(req)-4))
	if err := conn.SetDeadline(time.Now().Add(answerWithin)); err != nil {
		return nil, err
	}
	if _, err := conn.Write(req); err != nil {
		return nil, err
	}
	var head [8]byte
	if _, err := io.ReadFull(conn, head[:]); err != nil {
		return nil, err
	}
	size := binary.BigEndian.Uint32(head[:])
	if size < 4 || size > 1<<20 || binary.BigEndian.Uint32(head[4:]) != correlation {
		return nil, fmt.Errorf("not an answer of Kafka: % x", head)
	}
	payload := make([]byte, size-4)
	_, err := io.ReadFull(conn, payload)
	return payload, err
}

func str(to []byte, s string) []byte {
	return append(binary.BigEndian.AppendUint16(to, uint16(len(s))), s...)
}

// answer is read from its front. Reading past its end gives zeros and is remembered.
type answer struct {
	rest  []byte
	short bool
}

func (a *answer) take(n int) []byte {
	if n < 0 || n > len(a.rest) {
		a.short = true
		return make([]byte, 4)
	}
	b := a.rest[:n]
	a.rest = a.rest[n:]
	return b
}

func (a *answer) int32() int32 { return int32(binary.BigEndian.Uint32(a.take(4))) }

func (a *answer) int16() int16 { return int16(binary.BigEndian.Uint16(a.take(2))) }

// string skips a text, which may be absent (length -1).
func (a *answer) string() {
	if n := a.int16(); n > 0 {
		a.take(int(n))
	}
}

// code is the error that the answer carries at this place.
func (a *answer) code() error {
	if code := a.int16(); a.short || code != 0 {
		return fmt.Errorf("error code %d", code)
	}
	return nil
}
