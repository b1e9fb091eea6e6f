// Package local is the channel between processes of one user: it tells whether somebody keeps a project already, and
// carries wishes to them and events back. Nothing of it is reachable from another machine or by another user.
package local

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net"
)

// ErrTaken says that another process listens under the name already.
var ErrTaken = errors.New("another process listens already")

// ErrNobody says that nobody listens under the name.
var ErrNobody = errors.New("nobody listens")

// Desktop is the name under which a user's desktop listens. Desktops with settings of their own, as tests have, stay
// apart: home is the folder of these, empty for the user's usual ones.
func Desktop(home string) string {
	if home == "" {
		return "desktop"
	}
	sum := sha256.Sum256([]byte(home))
	return "desktop-" + hex.EncodeToString(sum[:4])
}

// Listen listens under a name that is this user's alone. While the listener is open, a second Listen gives ErrTaken; a
// process that dies, however it dies, frees the name.
func Listen(name string) (net.Listener, error) { return listen(name) }

// Dial connects to who listens under the name, or gives ErrNobody at once.
func Dial(ctx context.Context, name string) (net.Conn, error) { return dial(ctx, name) }

// Alone looks whether the system keeps the listener under the name for this user alone; an error says what else it
// allows.
func Alone(name string) error { return alone(name) }
