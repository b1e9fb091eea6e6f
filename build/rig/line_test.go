//go:build rig && linux

package rig

import (
	"context"
	"fmt"
	"net"
	"sync"
	"time"
)

// line is a slow one to the broker: what goes over it arrives later.
type line struct {
	net.Listener
	each time.Duration // later, in each direction

	mu    sync.Mutex
	conns []net.Conn
}

// slowLine has whatever connects to the broker go over a line on which an answer comes so much later. Connections of before are
// ended, so that all go over it.
func (m *matrix) slowLine(later time.Duration) ordeal {
	var slow *line
	rules := func(how string) {
		for _, rule := range [][]string{
			{"-t", "nat", how, "OUTPUT", "-d", "127.0.0.1", "-p", "tcp", "--dport", "19296", "-j", "REDIRECT", "--to-ports", fmt.Sprint(slow.Addr().(*net.TCPAddr).Port)},
			{how, "INPUT", "-i", "lo", "-p", "tcp", "--dport", "19296", "-j", "REJECT", "--reject-with", "tcp-reset"},
		} {
			_, err := here.output(context.WithoutCancel(m.Context()), append([]string{"iptables", "-w"}, rule...)...)
			m.must(err)
		}
	}
	end := func() {
		if slow != nil {
			rules("-D")
			slow.end()
		}
		slow = nil
	}
	return ordeal{func() {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		m.must(err)
		slow = &line{Listener: l, each: later / 2}
		m.Cleanup(end)
		go slow.serve(m.docker("inspect", "--format", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}", faultyBroker) + ":19296")
		rules("-A")
		m.eventually(soon, "the app goes over the slow line", func() (bool, string) { return slow.busy(), "" })
	}, end}
}

// serve takes connections on to where they are to go.
func (l *line) serve(to string) {
	for {
		from, err := l.Accept()
		if err != nil {
			return
		}
		on, err := net.Dial("tcp", to)
		if err != nil {
			from.Close()
			continue
		}
		l.mu.Lock()
		l.conns = append(l.conns, from, on)
		l.mu.Unlock()
		go l.carry(from, on)
		go l.carry(on, from)
	}
}

// carry takes from one to the other what comes, each piece as long after it came.
func (l *line) carry(from, to net.Conn) {
	type piece struct {
		at   time.Time
		data []byte
	}
	pieces := make(chan piece, 1<<16)
	go func() {
		defer to.Close()
		for p := range pieces {
			time.Sleep(time.Until(p.at.Add(l.each))) // it is how long the line is
			if _, err := to.Write(p.data); err != nil {
				from.Close()
			}
		}
	}()
	defer close(pieces)
	for {
		data := make([]byte, 32<<10)
		n, err := from.Read(data)
		if err != nil {
			return
		}
		pieces <- piece{time.Now(), data[:n]}
	}
}

// busy reports whether anything goes over it.
func (l *line) busy() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.conns) > 0
}

// end ends it with all that goes over it.
func (l *line) end() {
	_ = l.Close()
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, c := range l.conns {
		_ = c.Close()
	}
}
