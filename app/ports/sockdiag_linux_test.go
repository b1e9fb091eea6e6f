package ports

import (
	"net"
	"os"
	"slices"
	"testing"
)

// The kernel tells its sockets as text and, in a twentieth of the time, in binary; both must say the same.
func TestADumpSaysWhatTheTextDoes(t *testing.T) {
	for _, network := range []string{"tcp4", "tcp6"} {
		l, err := net.Listen(network, map[string]string{"tcp4": "127.0.0.1:0", "tcp6": "[::1]:0"}[network])
		if err != nil {
			t.Skip(err)
		}
		defer l.Close()
		c, err := net.Dial(network, l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
	}
	own := openSockets(os.Getpid())
	ours := func(inode uint64) bool { return slices.Contains(own, inode) }
	var text, binary []Socket
	err := eachIn("another", "/proc", ours, func(s Socket) { text = append(text, s) })
	if err != nil {
		t.Fatal(err)
	}
	if err := dump(func(inode uint64, s Socket) {
		if ours(inode) {
			s.inode = inode
			binary = append(binary, s)
		}
	}); err != nil {
		t.Skip(err) // this kernel does not answer
	}
	byInode := func(a, b Socket) int { return int(a.inode) - int(b.inode) }
	slices.SortFunc(text, byInode)
	slices.SortFunc(binary, byInode)
	if len(text) < 4 || !slices.Equal(text, binary) {
		t.Errorf("as text\n%v\nin binary\n%v", text, binary)
	}
}

func TestAMangledDumpIsAnError(t *testing.T) {
	whole := make([]byte, headerLen+entryLen)
	whole[0], whole[4] = byte(len(whole)), tcpDiagGetSock
	if _, err := entries(whole, func(uint64, Socket) {}); err != nil {
		t.Errorf("a whole one: %v", err)
	}
	for size := headerLen; size < len(whole); size++ {
		cut := slices.Clone(whole[:size])
		if _, err := entries(cut, func(uint64, Socket) { t.Error("a cut one is told") }); err == nil {
			t.Errorf("cut after %d bytes: no error", size)
		}
	}
}
