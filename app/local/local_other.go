//go:build !windows

package local

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"syscall"
)

// held is a listener whose name is held by a locked file: the kernel drops the lock with the process, however it
// ends, so that a socket left behind never looks like a live one.
type held struct {
	net.Listener
	lock *os.File
}

// Close frees the name.
func (h *held) Close() error {
	return errors.Join(h.Listener.Close(), h.lock.Close())
}

func listen(name string) (net.Listener, error) {
	dir, err := folder()
	if err != nil {
		return nil, err
	}
	lock, err := os.OpenFile(filepath.Join(dir, name+".lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		lock.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, ErrTaken
		}
		return nil, fmt.Errorf("%s: %w", lock.Name(), err)
	}
	l, err := bind(filepath.Join(dir, name+".sock"))
	if err != nil {
		lock.Close()
		return nil, err
	}
	return &held{Listener: l, lock: lock}, nil
}

// bind listens on the socket, whose leftover may go: the lock is ours.
func bind(path string) (net.Listener, error) {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	var lc net.ListenConfig
	l, err := lc.Listen(context.Background(), "unix", path) // binding a socket does not wait
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(path, 0o600); err != nil {
		l.Close()
		return nil, err
	}
	return l, nil
}

func dial(ctx context.Context, name string) (net.Conn, error) {
	dir, err := folder()
	if err != nil {
		return nil, err
	}
	var d net.Dialer
	c, err := d.DialContext(ctx, "unix", filepath.Join(dir, name+".sock"))
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ECONNREFUSED) {
		return nil, ErrNobody
	}
	return c, err
}

func alone(name string) error {
	dir, err := folder()
	if err != nil {
		return err
	}
	path := filepath.Join(dir, name+".sock")
	info, err := os.Lstat(path)
	if err != nil {
		return err
	}
	if info.Mode() != fs.ModeSocket|0o600 {
		return fmt.Errorf("%s: %v", path, info.Mode())
	}
	return nil
}

// folder is this user's own folder for sockets. It is not below the home folder, whose path may be longer than the
// 100-odd bytes that a socket's path may have. A folder that somebody else made first, or that others may write to, is
// refused.
func folder() (string, error) {
	dir := os.Getenv("XDG_RUNTIME_DIR")
	if dir == "" {
		dir = os.TempDir()
	}
	dir = filepath.Join(dir, fmt.Sprintf("streamtray-%d", os.Getuid()))
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", err
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return "", err
	}
	owner, ok := info.Sys().(*syscall.Stat_t)
	if !ok || int(owner.Uid) != os.Getuid() || info.Mode() != fs.ModeDir|0o700 {
		return "", fmt.Errorf("%s: not a folder of this user alone (%v)", dir, info.Mode())
	}
	return dir, nil
}
