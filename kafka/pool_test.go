package kafka

import (
	"net"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"
)

// counted gives a cluster a way through a proxy that counts who comes, and can close every connection.
func counted(t *testing.T, c *Cluster) (came *atomic.Int64, out func()) {
	t.Helper()
	came = &atomic.Int64{}
	var open atomic.Pointer[[]net.Conn]
	open.Store(&[]net.Conn{})
	to := c.Bootstrap[0]
	addr := server(t, func(conn net.Conn) {
		came.Add(1)
		far, err := net.Dial("tcp", to)
		if err != nil {
			return
		}
		for {
			all := open.Load()
			more := append((*all)[:len(*all):len(*all)], conn, far)
			if open.CompareAndSwap(all, &more) {
				break
			}
		}
		done := make(chan struct{})
		go func() {
			defer close(done)
			_, _ = far.(*net.TCPConn).ReadFrom(conn)
			far.Close()
		}()
		_, _ = conn.(*net.TCPConn).ReadFrom(far)
		conn.Close()
		<-done
	})
	c.Bootstrap = []string{addr}
	return came, func() {
		for _, conn := range *open.Swap(&[]net.Conn{}) {
			conn.Close()
		}
	}
}

// Three steps of the story opened six connections every two seconds, each with a login on a cluster that asks for one.
func TestWhoLooksAgainAndAgainConnectsOnce(t *testing.T) {
	_, c := fakeKafka(t, kfake.SeedTopics(1, "a"))
	came, out := counted(t, c)
	c.Pool = &Pool{For: time.Minute}
	defer c.Pool.Close()
	look := func() {
		t.Helper()
		if err := c.Exist(t.Context(), []Topic{{Name: "a", Partitions: 1}}); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Counts(t.Context(), []string{"a"}); err != nil {
			t.Fatal(err)
		}
		if _, err := c.List(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	look()
	first := came.Load()
	for range 20 {
		look()
	}
	if now := came.Load(); now != first {
		t.Errorf("%d connections for the first look, %d for 20 more", first, now-first)
	}
	wantFault(t, c.Exist(t.Context(), []Topic{{Name: "missing"}}), TopicMissing)
	look()
	if now := came.Load(); now != first {
		t.Errorf("a topic that is not there cost %d connections", now-first)
	}
	out() // the broker was started anew
	look()
	if now := came.Load(); now == first || now > 2*first+1 { // one to ask why
		t.Errorf("%d connections after the broker ended them", now-first)
	}
}

// A call that had its answer asked once more where the next one, on the same connection, broke it at that moment.
func TestACallIsNotDoneAgainForWhatTheNextOneBreaks(t *testing.T) {
	_, c := fakeKafka(t, kfake.SeedTopics(1, "a"))
	c.Pool = &Pool{For: time.Minute}
	defer c.Pool.Close()
	const calls = 500
	done := 0
	var others sync.WaitGroup
	others.Go(func() {
		for range calls {
			_ = c.withSession(t.Context(), func(s *session) error { return s.fault(s.addr, os.ErrDeadlineExceeded) })
		}
	})
	for range calls {
		if err := c.withSession(t.Context(), func(*session) error { done++; return nil }); err != nil {
			t.Fatal(err)
		}
	}
	others.Wait()
	if done != calls {
		t.Errorf("%d calls were done %d times", calls, done)
	}
}

func TestConnectionsThatNobodyUsesEnd(t *testing.T) {
	_, c := fakeKafka(t, kfake.SeedTopics(1, "a"))
	c.Pool = &Pool{For: 20 * time.Millisecond}
	if _, err := c.List(t.Context()); err != nil {
		t.Fatal(err)
	}
	eventually(t, func() bool {
		c.Pool.mu.Lock()
		defer c.Pool.mu.Unlock()
		return len(c.Pool.sessions) == 0
	})
	c.Pool.For = time.Minute
	if _, err := c.List(t.Context()); err != nil {
		t.Fatal(err)
	}
	c.Bootstrap = []string{closedPort(t)} // it is elsewhere now
	if _, err := c.List(t.Context()); err == nil {
		t.Error("what was kept of another address answered")
	}
	c.Pool.Close()
	if n := len(c.Pool.sessions); n != 0 {
		t.Errorf("%d sessions are left", n)
	}
}
