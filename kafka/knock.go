package kafka

import (
	"context"
	"net"
)

// knocker goes from door to door: all addresses of all bootstrap hosts, until somebody answers as Kafka does.
type knocker struct {
	d     *dialer
	doors []door
	conn  net.Conn // open to the door last tried; nil when there is none
	at    door
	addr  string // the bootstrap address that answered, as the user wrote it
	first error  // the first door's reason for not opening
}

// door is one address of a bootstrap host.
type door struct {
	addr string // host:port as the user wrote it
	ip   string // address:port
	err  error  // the host has no address
}

// knock looks up where to knock. It opens nothing.
func (c *Cluster) knock(ctx context.Context, limit uint32) (*knocker, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	d, err := c.dialer(ctx, limit)
	if err != nil {
		return nil, err
	}
	return d.knock(c.Bootstrap...), nil
}

func (d *dialer) knock(addrs ...string) *knocker {
	k := &knocker{d: d}
	for _, addr := range addrs {
		ips, err := d.resolve(addr)
		if err != nil {
			k.doors = append(k.doors, door{addr: addr, err: err})
		}
		for _, ip := range ips {
			k.doors = append(k.doors, door{addr: addr, ip: ip})
		}
	}
	return k
}

// accepted goes on to the next door that opens.
func (k *knocker) accepted() error {
	for len(k.doors) > 0 {
		k.at, k.doors = k.doors[0], k.doors[1:]
		err := k.at.err
		if err == nil {
			k.conn, err = k.d.connect(k.at.ip)
		}
		if err == nil {
			return nil
		}
		if k.d.ctx.Err() != nil {
			return k.d.ctx.Err()
		}
		if k.first == nil {
			k.first = dialFault(k.at.addr, err)
		}
	}
	return k.first
}

// answered asks behind the open door, and behind the next ones if need be, for Kafka. When nobody is Kafka, its error
// is that of the first door, unless a later one is sure that waiting is pointless.
func (k *knocker) answered() (versions, error) {
	var reason *Error
	for k.conn != nil {
		v, err := k.apiVersions()
		if err == nil {
			k.addr = k.at.addr
			k.d.remember(k.at.addr, k.at.ip)
			return v, nil
		}
		if k.d.ctx.Err() != nil {
			return nil, k.d.ctx.Err()
		}
		f := talkFault(k.at.addr, err)
		if f.ID == Closed || f.ID == Silent && k.d.tls != nil {
			if who := k.d.unmask(k.at.ip); who != "" {
				f = final(who, args{"Addr": k.at.addr}, err)
			}
		}
		if reason == nil || f.Stop && !reason.Stop {
			reason = f
		}
		_ = k.accepted() // the next door, if there is one, else k.conn stays nil
	}
	return nil, reason
}

// apiVersions asks for the versions that the peer speaks. It uses up the open connection.
func (k *knocker) apiVersions() (versions, error) {
	conn := k.conn
	k.conn = nil
	stop := context.AfterFunc(k.d.ctx, func() { _ = conn.Close() })
	defer stop()
	defer conn.Close() // the answer is in, or never comes
	secure, err := k.d.secure(conn, k.at.addr)
	if err != nil {
		return nil, err
	}
	return askVersions(secure, k.d.answer)
}

func (k *knocker) close() {
	if k.conn != nil {
		_ = k.conn.Close()
	}
}
