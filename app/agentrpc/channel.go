// Package agentrpc is the channel between the processes of one user: one of them keeps a project, the others join it,
// see its events and say what they want. Nothing of it is reachable from another computer or by another user.
//
// Whoever keeps something holds a locked file in a folder of the user's own, and the file says where it listens. A
// process that dies, however it dies, lets go of the lock, so that what it left behind never looks alive.
package agentrpc

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"iter"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"streamtray/internal/filelock"
	"streamtray/internal/usererr"
)

// ErrTaken says that another process listens on the channel already.
var ErrTaken = errors.New("another process listens already")

// ErrNobody says that nobody listens on the channel.
var ErrNobody = errors.New("nobody listens")

// Channel is what one process listens on and others dial.
type Channel struct {
	Name string // unique among the user's channels; a part of a file's name
	Data string // the user's data folder, below which the channel lives where the system has no folder for such
	// One: there is one listener for the user, whatever folders their environment names.
	One bool
}

// Desktop is the channel of a user's desktop. Desktops with settings of their own, as tests have, stay apart: home is
// the folder of these, empty for the user's usual ones.
func Desktop(home, data string) Channel {
	if home == "" {
		return Channel{Name: "desktop", Data: data}
	}
	return Channel{Name: "desktop-" + hashed(home), Data: data}
}

// Of is the channel of whoever keeps the project in dir: the same by whatever path the folder is named.
func Of(dir, data string) Channel { return Channel{Name: hashed(real(dir)), Data: data, One: true} }

func hashed(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:8])
}

// Listen listens on the channel. While the listener is open, a second Listen gives ErrTaken.
//
// The name is locked in every folder where somebody with another environment might look; the listener itself lies in
// the first of them that serves. Where none does, the error is agentrpc.no_folder.
func (c Channel) Listen() (net.Listener, error) {
	h := &held{}
	var failed error
	if c.Data != "" {
		failed = os.MkdirAll(c.Data, 0o700)
	}
	for _, dir := range c.folders() {
		err := h.lock(dir, c.Name)
		if errors.Is(err, filelock.ErrHeld) {
			h.Close()
			return nil, ErrTaken
		}
		failed = errors.Join(failed, err)
	}
	if h.Listener == nil {
		h.Close()
		return nil, usererr.New("agentrpc.no_folder", map[string]any{"Dir": c.fallback()}, failed).Terminal()
	}
	if c.One {
		var err error
		if h.announced, err = announce(c.Name, h.address); err != nil {
			h.Close()
			return nil, err
		}
	}
	if err := h.publish(); err != nil {
		h.Close()
		return nil, usererr.New("agentrpc.no_folder", map[string]any{"Dir": c.fallback()}, err).Terminal()
	}
	return h, nil
}

// held is a listener with the locks on its name.
type held struct {
	net.Listener
	address string
	locks   []*filelock.Lock
	folders []fs.FileInfo // where the locks are

	announced io.Closer // nil: the address is told in folders alone
}

// lock holds the name in dir, and listens there unless it does so elsewhere already. A folder that cannot be used, or that
// is not the user's alone, is an error and nothing is left in it.
func (h *held) lock(dir, name string) error {
	if err := own(dir); err != nil {
		return err
	}
	folder, err := os.Stat(dir)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(h.folders, func(f fs.FileInfo) bool { return os.SameFile(f, folder) }) {
		return nil // we hold it, by another name or by the same
	}
	l, err := filelock.Try(filepath.Join(dir, name+".lock"))
	if err != nil {
		return err
	}
	if h.Listener == nil {
		if h.Listener, h.address, err = bind(dir, name); err != nil {
			return errors.Join(err, l.Close())
		}
	}
	h.locks, h.folders = append(h.locks, l), append(h.folders, folder)
	return nil
}

// publish says in every locked file where the listener is.
func (h *held) publish() error {
	for _, l := range h.locks {
		_, err := l.WriteAt([]byte(h.address+"\n"), 0)
		if err := errors.Join(err, l.Truncate(int64(len(h.address)+1))); err != nil {
			return err
		}
	}
	return nil
}

// Close frees the name.
func (h *held) Close() error {
	var err error
	if h.Listener != nil {
		err = h.Listener.Close()
	}
	if h.announced != nil {
		err = errors.Join(err, h.announced.Close())
	}
	for _, l := range h.locks {
		err = errors.Join(err, l.Close())
	}
	return err
}

// Dial connects to who listens on the channel, or gives ErrNobody at once. It makes no folder and no file, and talks to
// nobody but a process of this user.
func (c Channel) Dial(ctx context.Context) (net.Conn, error) {
	for address := range c.addresses(ctx) {
		conn, err := connect(ctx, address)
		switch {
		case err == nil:
			if peerIsUs(conn) {
				return conn, nil
			}
			conn.Close()
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case !gone(err):
			return nil, usererr.New("agentrpc.broken", nil, err)
		}
	}
	return nil, ErrNobody
}

// addresses are where the listener may be, as the folders tell it and then as it is announced.
func (c Channel) addresses(ctx context.Context) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, dir := range c.folders() {
			if address, err := c.published(dir); err == nil && !yield(address) { // else nobody of ours listens by that folder
				return
			}
		}
		if !c.One {
			return
		}
		if address, ours := announcement(ctx, c.Name); ours && address != "" {
			yield(address)
		}
	}
}

// longestAddress bounds what a lock file says, in bytes: a path may be as long.
const longestAddress = 4096

// published is where the lock file in dir says that the listener is.
func (c Channel) published(dir string) (string, error) {
	if err := ownedByUs(dir); err != nil {
		return "", err
	}
	f, err := os.Open(filepath.Join(dir, c.Name+".lock"))
	if err != nil {
		return "", err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, longestAddress))
	if err != nil {
		return "", err
	}
	address, whole := strings.CutSuffix(string(b), "\n")
	if !whole || address == "" {
		return "", fs.ErrNotExist // it is about to be written
	}
	return address, nil
}

// Alone looks whether the system keeps the listener on the channel for this user alone; an error says what else it
// allows.
func (c Channel) Alone() error {
	for _, dir := range c.folders() {
		if address, err := c.published(dir); err == nil {
			return alone(address)
		}
	}
	return ErrNobody
}

// folders are where the channel may live, the best first.
func (c Channel) folders() []string {
	dirs := runtimeFolders()
	if c.Data != "" {
		dirs = append(dirs, c.fallback())
	}
	return dirs
}

// fallback is the folder that is there whatever the system has: below the user's data folder.
func (c Channel) fallback() string { return filepath.Join(c.Data, "run") }

// own makes dir, a folder of this user alone, if it is not there.
func own(dir string) error {
	if err := makeFolder(dir); err != nil {
		return err
	}
	return ownedByUs(dir)
}
