//go:build !windows

package agentrpc

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
)

// runtimeFolders are where sockets belong: what XDG_RUNTIME_DIR says, and where that is not set, as under cron or in a
// program started from an editor, the folder that it would have named.
func runtimeFolders() []string {
	uid := strconv.Itoa(os.Getuid())
	name := "streamtray-" + uid
	if dir := os.Getenv("XDG_RUNTIME_DIR"); filepath.IsAbs(dir) {
		return []string{filepath.Join(dir, name)}
	}
	if dir := "/run/user/" + uid; ownedByUs(dir) == nil {
		return []string{filepath.Join(dir, name)}
	}
	return nil
}

// makeFolder makes dir in a folder that has to be there: the system makes those of its users.
func makeFolder(dir string) error {
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}

// ownedByUs refuses a folder that somebody else made first, or that others may write to.
func ownedByUs(dir string) error {
	info, err := os.Lstat(dir)
	if err != nil {
		return err
	}
	owner, ok := info.Sys().(*syscall.Stat_t)
	if !ok || int(owner.Uid) != os.Getuid() || info.Mode() != fs.ModeDir|0o700 {
		return fmt.Errorf("%s: not a folder of this user alone (%v)", dir, info.Mode())
	}
	return nil
}

// real is the folder that dir names, through links.
func real(dir string) string {
	if path, err := filepath.EvalSymlinks(dir); err == nil {
		return path
	}
	return filepath.Clean(dir)
}

// bind listens on the socket of the name, whose leftover may go: the lock is ours.
func bind(dir, name string) (net.Listener, string, error) {
	address := filepath.Join(dir, name+".sock")
	if err := os.Remove(address); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, "", err
	}
	path, done, err := short(address)
	if err != nil {
		return nil, "", err
	}
	defer done()
	var lc net.ListenConfig
	l, err := lc.Listen(context.Background(), "unix", path) // binding a socket does not wait
	if err != nil {
		return nil, "", err
	}
	l.(*net.UnixListener).SetUnlinkOnClose(false) // by the path that is short for a moment only
	if err := os.Chmod(address, 0o600); err != nil {
		return nil, "", errors.Join(err, l.Close())
	}
	return socket{l, address}, address, nil
}

// socket is a listener whose file goes with it.
type socket struct {
	net.Listener
	path string
}

func (s socket) Close() error {
	err := os.Remove(s.path)
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return errors.Join(s.Listener.Close(), err)
}

func connect(ctx context.Context, address string) (net.Conn, error) {
	path, done, err := short(address)
	if err != nil {
		return nil, err
	}
	defer done()
	var d net.Dialer
	return d.DialContext(ctx, "unix", path)
}

// longestPath is how long a socket's path may be everywhere, in bytes.
const longestPath = 100

// short is a path to the socket that the system takes: a folder with a long path is named by its open file instead, which
// done closes.
func short(address string) (path string, done func(), err error) {
	if len(address) <= longestPath {
		return address, func() {}, nil
	}
	dir, err := os.Open(filepath.Dir(address))
	if err != nil {
		return "", nil, err
	}
	return fmt.Sprintf("/proc/self/fd/%d/%s", dir.Fd(), filepath.Base(address)), func() { _ = dir.Close() }, nil
}

// gone reports whether nobody listens there any more.
func gone(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, fs.ErrPermission)
}

func alone(address string) error {
	info, err := os.Lstat(address)
	if err != nil {
		return err
	}
	if info.Mode() != fs.ModeSocket|0o600 {
		return fmt.Errorf("%s: %v", address, info.Mode())
	}
	return ownedByUs(filepath.Dir(address))
}
