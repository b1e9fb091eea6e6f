// Package local is the channel between processes of one user: it tells whether somebody keeps a project already, and
// carries wishes to them and events back. Nothing of it is reachable from another machine or by another user.
package local

import (
	"context"
	"errors"
	"net"
)

// ErrTaken says that another process listens under the name already.
var ErrTaken = errors.New("another process listens already")

// ErrNobody says that nobody listens under the name.
var ErrNobody = errors.New("nobody listens")

// Listen listens under a name that is this user's alone. While the listener is open, a second Listen gives ErrTaken; a
// process that dies, however it dies, frees the name.
func Listen(name string) (net.Listener, error) { return listen(name) }

// Dial connects to who listens under the name, or gives ErrNobody at once.
func Dial(ctx context.Context, name string) (net.Conn, error) { return dial(ctx, name) }
