package kafka

import (
	"context"
	"net"
)

// prober tries all addresses of all bootstrap hosts, until one answers as Kafka does.
type prober struct {
	d       *dialer
	targets []target
	conn    net.Conn // to the target last tried; nil when there is none
	at      target
	addr    string // the bootstrap address that answered, as the user wrote it
	first   error  // why the first target failed
}

// target is one address of a bootstrap host.
type target struct {
	addr string // host:port as the user wrote it
	ip   string // address:port
	err  error  // the host has no address
}

// probe resolves the bootstrap addresses. It connects to none.
func (c *Cluster) probe(ctx context.Context, limit uint32) (*prober, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	d, err := c.dialer(ctx, limit)
	if err != nil {
		return nil, err
	}
	return d.probe(c.Bootstrap...), nil
}

func (d *dialer) probe(addrs ...string) *prober {
	k := &prober{d: d}
	for _, addr := range addrs {
		ips, err := d.resolve(addr)
		if err != nil {
			k.targets = append(k.targets, target{addr: addr, err: err})
		}
		for _, ip := range ips {
			k.targets = append(k.targets, target{addr: addr, ip: ip})
		}
	}
	return k
}

// accepted goes on to the next target that accepts a connection.
func (k *prober) accepted() error {
	for len(k.targets) > 0 {
		k.at, k.targets = k.targets[0], k.targets[1:]
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

// answered asks behind the open target, and behind the next ones if need be, for Kafka. When nobody is Kafka, its error
// is that of the first target, unless a later one is sure that waiting is pointless.
func (k *prober) answered() (versions, error) {
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
		_ = k.accepted() // the next target, if there is one, else k.conn stays nil
	}
	return nil, reason
}

// apiVersions asks for the versions that the peer speaks. It uses up the open connection.
func (k *prober) apiVersions() (versions, error) {
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

func (k *prober) close() {
	if k.conn != nil {
		_ = k.conn.Close()
	}
}
