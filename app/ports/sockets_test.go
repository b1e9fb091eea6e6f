package ports

import (
	"net"
	"net/netip"
	"os"
	"slices"
	"testing"
)

func TestTheSocketsOfAProcessAreTold(t *testing.T) {
	if !Attributed() {
		t.Skip("this system does not tell whose a socket is")
	}
	l, _ := listen(t, "tcp4", "127.0.0.1:0")
	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	all, err := Sockets([]int{os.Getpid()})
	if err != nil {
		t.Fatal(err)
	}
	at, from := netip.MustParseAddrPort(l.Addr().String()), netip.MustParseAddrPort(conn.LocalAddr().String())
	if !slices.ContainsFunc(all, func(s Socket) bool { return s.Local == at && s.State == Listening }) {
		t.Errorf("the listener %v is not among %v", at, all)
	}
	i := slices.IndexFunc(all, func(s Socket) bool { return s.Local == from && s.Remote == at && s.State == Established })
	if i < 0 || all[i].PID != os.Getpid() || all[i].Stalled {
		t.Fatalf("the connection from %v to %v is not among %v", from, at, all)
	}
	if ok, known := Still(all[i]); known && !ok {
		t.Error("the connection is there, and told as gone")
	}
	peers, err := Peers(func(a netip.AddrPort) bool { return a == at })
	if err != nil || len(peers) != 0 {
		t.Errorf("the peers of %v, beside this process: %v, %v", at, peers, err)
	}
	conn.Close()
	if ok, _ := Still(all[i]); ok {
		t.Error("the connection is closed, and told as there")
	}
	if others, err := Sockets([]int{1 << 22}); err != nil || len(others) != 0 {
		t.Errorf("of a process that there is not: %v, %v", others, err)
	}
}

// BenchmarkStill is the look at an app that is connected already.
func BenchmarkStill(b *testing.B) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		b.Fatal(err)
	}
	defer c.Close()
	all, err := Sockets([]int{os.Getpid()})
	i := slices.IndexFunc(all, func(s Socket) bool { return s.State == Established })
	if err != nil || i < 0 {
		b.Fatal(all, err)
	}
	for b.Loop() {
		if ok, known := Still(all[i]); known && !ok {
			b.Fatal("gone")
		}
	}
}

// BenchmarkSockets is one look at a process with 200 sockets, both ends of 100 connections.
func BenchmarkSockets(b *testing.B) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	for range 100 {
		c, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			b.Fatal(err)
		}
		defer c.Close()
	}
	for b.Loop() {
		if _, err := Sockets(Descendants(os.Getpid())); err != nil {
			b.Fatal(err)
		}
	}
}
