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
	DataDir string // where topics and records survive a restart, except on Windows; empty: in memory, gone at Close
	Keep    int64  // bytes of records kept for each partition, the oldest going first; 0: 64 MiB
}

const (
	defaultKeep = 64 << 20
	segment     = 4 << 20         // records go by the segment
	trimEvery   = 5 * time.Second // so that at most this much time's records are beyond Keep
)

// Embedded is a Kafka broker inside this process, for trying things out without Docker. It is a stand-in: one broker,
// no replication, no security, little kept. Nothing that matters should be kept in it. It never
// creates a topic unasked and is reached from this computer only.
type Embedded struct {
	addr     string
	cluster  *kfake.Cluster
	listener *guardedListener
	unlock   func()
	stop     chan struct{} // ends the trimming
	trims    sync.WaitGroup
	once     sync.Once
}

// StartEmbedded starts a broker that answers when the call returns. Whoever starts it closes it. Errors are PortTaken,
// PortReserved, BadDataDir and DataDirInUse.
func StartEmbedded(o EmbeddedOptions) (*Embedded, error) {
	e := &Embedded{unlock: func() {}, stop: make(chan struct{})}
	opts := []kfake.Opt{
		kfake.NumBrokers(1), kfake.ClusterID("streamtray-embedded"), kfake.DefaultNumPartitions(1),
		kfake.BrokerConfigs(map[string]string{
			"default.replication.factor": "1",
			"log.retention.bytes":        strconv.FormatInt(orKeep(o.Keep), 10),
			"log.segment.bytes":          strconv.Itoa(segment),
		}),
	}
	if o.DataDir != "" {
		unlock, err := lockDir(o.DataDir)
		if err != nil {
			return nil, err
		}
		e.unlock = unlock
		if KeepsOnDisk {
			opts = append(opts, kfake.DataDir(filepath.Join(o.DataDir, "broker")))
		}
	}
	if err := e.listen(o.Port); err != nil {
		e.unlock()
		return nil, err
	}
	opts = append(opts, kfake.ListenFn(func(string, string) (net.Listener, error) { return e.listener, nil }))
	var err error
	if e.cluster, err = kfake.NewCluster(opts...); err != nil {
		_ = e.listener.closeAll() // the broker has mostly done so
		e.unlock()
		return nil, final(BadDataDir, args{"Dir": o.DataDir}, err)
	}
	e.trims.Go(e.trim)
	return e, nil
}

func orKeep(bytes int64) int64 {
	if bytes > 0 {
		return bytes
	}
	return defaultKeep
}

// trim deletes old records now and then. By itself the broker does so once an hour, and only for topics that ask.
func (e *Embedded) trim() {
	tick := time.NewTicker(trimEvery)
	defer tick.Stop()
	for {
		select {
		case <-e.stop:
			return
		case <-tick.C:
			e.cluster.ApplyRetention()
		}
	}
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
	e.listener = &guardedListener{Listener: ln, open: map[net.Conn]struct{}{}}
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
		conn, err := net.DialTimeout("tcp", addr, 200*time.Millisecond) //nolint:noctx // it bounds itself
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
		close(e.stop)
		e.trims.Wait()
		e.cluster.Close()
		err = e.listener.closeAll()
		e.unlock()
	})
	return err
}
