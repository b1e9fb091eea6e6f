package agentrpc

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"strconv"
	"syscall"
	"time"
)

// announced is where the listener of a name is told to processes of this user that look in other folders: a name that is
// no file, the same whatever their environment says. Anybody may take it or ask there, so that each side looks who the
// other is; what is told is a path that only this user can use.
func announced(name string) string { return "@streamtray-" + strconv.Itoa(os.Getuid()) + "-" + name }

// announceWithin bounds the one line that is told.
const announceWithin = time.Second

// announce tells the address of the name's listener until it is closed. ErrTaken: a process of this user has announced
// another one. Nil and no error: another user has the name, and it cannot be told.
func announce(name, address string) (io.Closer, error) {
	var lc net.ListenConfig
	l, err := lc.Listen(context.Background(), "unix", announced(name)) // binding a socket does not wait
	if errors.Is(err, syscall.EADDRINUSE) {
		if _, ours := announcement(context.Background(), name); ours {
			return nil, ErrTaken
		}
		return nil, nil //nolint:nilnil // as it is told above
	}
	if err != nil {
		return nil, nil //nolint:nilerr,nilnil // without it the folders have to do
	}
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			if peerIsUs(conn) {
				_ = conn.SetWriteDeadline(time.Now().Add(announceWithin))
				_, _ = io.WriteString(conn, address+"\n")
			}
			conn.Close()
		}
	}()
	return l, nil
}

// announcement is the address that a process of this user announced for the name; false: none did.
func announcement(ctx context.Context, name string) (address string, ours bool) {
	ctx, cancel := context.WithTimeout(ctx, announceWithin)
	defer cancel()
	var d net.Dialer
	conn, err := d.DialContext(ctx, "unix", announced(name))
	if err != nil {
		return "", false
	}
	defer conn.Close()
	if !peerIsUs(conn) {
		return "", false
	}
	_ = conn.SetReadDeadline(time.Now().Add(announceWithin))
	line, err := bufio.NewReader(io.LimitReader(conn, longestAddress)).ReadString('\n')
	if err != nil {
		return "", true
	}
	return line[:len(line)-1], true
}
