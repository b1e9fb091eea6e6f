package kafka

import (
	"context"
	"errors"
	"net"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"
)

// EmbeddedOptions says where the embedded broker listens and what it keeps.
type EmbeddedOptions struct {
	Port    int    // on 127.0.0.1; 0: any free one
	DataDir string // where topics and records survive a restart; empty: in memory, gone at Close
}

// Embedded is a Kafka broker inside this process, for trying things out without Docker. It is a stand-in: one broker,
// no replication, no security, all records indexed in memory. Nothing that matters should be kept in it. It never
// creates a topic unasked and is reached from this computer only.
type Embedded struct {
	addr    string
	cluster *kfake.Cluster
	doors   *guardedListener
	unlock  func()
	once    sync.Once
}

// StartEmbedded starts a broker that answers when the call returns. Whoever starts it closes it. Errors are PortTaken,
// PortReserved, BadDataDir and DataDirInUse.
func StartEmbedded(o EmbeddedOptions) (*Embedded, error) {
	e := &Embedded{unlock: func() {}}
	opts := []kfake.Opt{
		kfake.NumBrokers(1), kfake.ClusterID("streamtray-embedded"), kfake.DefaultNumPartitions(1),
		kfake.BrokerConfigs(map[string]string{"default.replication.factor": "1"}),
	}
	if o.DataDir != "" {
		unlock, err := lockDir(o.DataDir)
		if err != nil {
			return nil, err
		}
		e.unlock = unlock
		opts = append(opts, kfake.DataDir(filepath.Join(o.DataDir, "broker")))
	}
	if err := e.listen(o.Port); err != nil {
		e.unlock()
		return nil, err
	}
	opts = append(opts, kfake.ListenFn(func(string, string) (net.Listener, error) { return e.doors, nil }))
	var err error
	if e.cluster, err = kfake.NewCluster(opts...); err != nil {
		_ = e.doors.closeAll() // the broker has mostly done so
		e.unlock()
		return nil, final(BadDataDir, args{"Dir": o.DataDir}, err)
	}
	return e, nil
}

func (e *Embedded) listen(port int) error {
	addr := net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
	if taken := whoAccepts(port); taken != "" {
		return final(PortTaken, args{"Addr": taken, "Port": port}, nil)
	}
	ln, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", addr)
	a := args{"Addr": addr, "Port": port}
	switch {
	case errors.Is(err, errnoInUse):
		return final(PortTaken, a, err)
	case errors.Is(err, errnoNotAllowed):
		return final(PortReserved, a, err)
	case err != nil:
		return final(PortTaken, a, err)
	}
	e.addr = ln.Addr().String()
	e.doors = &guardedListener{Listener: ln, open: map[net.Conn]struct{}{}}
	return nil
}

// whoAccepts returns the loopback address on which the port is somebody else's already. Binding to it is not proof
// enough: Windows lets two programs have a port when one of them listens on all addresses, and who asks for
// "localhost" may be sent to ::1 first.
func whoAccepts(port int) string {
	if port == 0 {
		return ""
	}
	for _, ip := range []string{"127.0.0.1", "::1"} {
		addr := net.JoinHostPort(ip, strconv.Itoa(port))
		conn, err := net.DialTimeout("tcp", addr, 200*time.Millisecond)
		if err == nil {
			_ = conn.Close()
			return addr
		}
	}
	return ""
}

// Addr is the broker's only address, 127.0.0.1:port.
func (e *Embedded) Addr() string { return e.addr }

// Cluster is how to reach the broker.
func (e *Embedded) Cluster() *Cluster { return &Cluster{Bootstrap: []string{e.addr}} }

// Close ends all connections, writes what has to be kept and stops. Closing again does nothing.
func (e *Embedded) Close() error {
	var err error
	e.once.Do(func() {
		e.cluster.Close()
		err = e.doors.closeAll()
		e.unlock()
	})
	return err
}
