package kafka

import (
	"errors"
	"net"
	"runtime"
	"testing"
	"time"

	"streamtray/internal/pause"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// fakeKafka starts a fake cluster, to which faults can be done, and says how to reach it.
func fakeKafka(t testing.TB, opts ...kfake.Opt) (*kfake.Cluster, *Cluster) {
	t.Helper()
	fake, err := kfake.NewCluster(append([]kfake.Opt{kfake.NumBrokers(1)}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(fake.Close)
	return fake, &Cluster{Bootstrap: fake.ListenAddrs()[:1], Answer: time.Minute}
}

// always answers every request of the key with what answer makes of it.
func always(fake *kfake.Cluster, key kmsg.Key, answer func(kmsg.Request) kmsg.Response) {
	fake.ControlKey(key.Int16(), func(req kmsg.Request) (kmsg.Response, error, bool) {
		fake.KeepControl()
		return answer(req), nil, true
	})
}

// server runs serve for each connection to an address that it returns, until the test ends.
func server(t testing.TB, serve func(net.Conn)) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				serve(conn)
			}()
		}
	}()
	t.Cleanup(func() {
		_ = ln.Close()
		<-done
	})
	return ln.Addr().String()
}

// closedPort is an address on which nothing listens.
func closedPort(t testing.TB) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	return ln.Addr().String()
}

// wantFault checks that err is the fault id and returns it.
func wantFault(t testing.TB, err error, id string) *Error {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) || e.ID != id {
		t.Fatalf("got %v, want %s", err, id)
	}
	text := texts(t, "en")
	for _, m := range placeholder.FindAllStringSubmatch(text[id]+text[id+".hint"], -1) {
		if _, ok := e.Args[m[1]]; !ok {
			t.Errorf("%s: no value for %s in %v", id, m[1], e.Args)
		}
	}
	return e
}

// checks are the names of the checks that were tried, with a cross behind the one that does not hold.
func checks(l Readiness) string {
	s := ""
	for _, r := range l.Checks {
		s += r.Name
		if r.Err != nil {
			s += "✗"
		}
		s += " "
	}
	return s
}

// eventually waits until what is true, and fails with every goroutine's stack when it stays untrue.
func eventually(t testing.TB, what func() bool) {
	t.Helper()
	if !pause.Within(10*time.Second, 5*time.Millisecond, what) {
		buf := make([]byte, 1<<20)
		t.Fatalf("it stays untrue; %d goroutines:\n%s", runtime.NumGoroutine(), buf[:runtime.Stack(buf, true)])
	}
}
