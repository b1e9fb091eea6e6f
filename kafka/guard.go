package kafka

import (
	"errors"
	"fmt"
	"net"
	"sync"

	"github.com/twmb/franz-go/pkg/kmsg"
)

// guardedListener hands the broker connections on which only Kafka can be spoken. The broker is a fake made for tests:
// it believes any length and does not survive an unknown request. A browser that strays onto the port must not take
// the tray down with it.
type guardedListener struct {
	net.Listener
	mu   sync.Mutex
	open map[net.Conn]struct{} // nil once closed
}

func (g *guardedListener) Accept() (net.Conn, error) {
	conn, err := g.Listener.Accept()
	if err != nil {
		return nil, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.open == nil {
		_ = conn.Close()
		return nil, net.ErrClosed
	}
	g.open[conn] = struct{}{}
	return &line{Conn: conn, in: frames{limit: fetchLimit, key: knownKey}, stop: func() bool { return g.forget(conn) }}, nil
}

func (g *guardedListener) forget(conn net.Conn) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.open, conn)
	return true
}

// closeAll ends what the broker's own Close leaves open.
func (g *guardedListener) closeAll() error {
	g.mu.Lock()
	open := g.open
	g.open = nil
	g.mu.Unlock()
	for conn := range open {
		_ = conn.Close()
	}
	if err := g.Close(); !errors.Is(err, net.ErrClosed) {
		return err
	}
	return nil
}

// knownKey lets only those requests pass that the broker knows at all.
func knownKey(key int16) error {
	if kmsg.RequestForKey(key) == nil {
		return fmt.Errorf("request with unknown key %d", key)
	}
	return nil
}
