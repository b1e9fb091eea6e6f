package local

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"strings"

	"github.com/Microsoft/go-winio"
	"golang.org/x/sys/windows"
)

// A named pipe dies with its process, and its first instance is exclusive: that is all that listening needs.
func listen(name string) (net.Listener, error) {
	sid, err := user()
	if err != nil {
		return nil, err
	}
	l, err := winio.ListenPipe(pipe(sid, name), &winio.PipeConfig{
		SecurityDescriptor: onlyFor(sid), // besides, the library refuses clients of other computers
	})
	if errors.Is(err, windows.ERROR_ACCESS_DENIED) || errors.Is(err, windows.ERROR_PIPE_BUSY) {
		return nil, ErrTaken
	}
	return l, err
}

func dial(ctx context.Context, name string) (net.Conn, error) {
	sid, err := user()
	if err != nil {
		return nil, err
	}
	c, err := winio.DialPipeContext(ctx, pipe(sid, name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNobody
	}
	return c, err
}

// onlyFor is protected, denies who comes over the network, and gives this user, and nobody else, full access.
func onlyFor(sid string) string { return fmt.Sprintf("D:P(D;;GA;;;NU)(A;;GA;;;%s)", sid) }

// alone asks the pipe for its list of rights: it has to be protected, to deny the network, and to name this user and
// nobody else.
func alone(name string) error {
	sid, err := user()
	if err != nil {
		return err
	}
	sd, err := windows.GetNamedSecurityInfo(pipe(sid, name), windows.SE_FILE_OBJECT, windows.DACL_SECURITY_INFORMATION)
	if err != nil {
		return fmt.Errorf("pipe's rights: %w", err)
	}
	list := sd.String()
	control, _, err := sd.Control()
	if err != nil || control&windows.SE_DACL_PROTECTED == 0 || strings.Count(list, "(") != 2 ||
		!strings.Contains(list, "(D;;") || !strings.Contains(list, ";;;NU)") || !strings.Contains(list, ";;;"+sid+")") {
		return fmt.Errorf("pipe's rights: %s, not for %s alone", list, sid)
	}
	return nil
}

func pipe(sid, name string) string { return `\\.\pipe\streamtray-` + sid + "-" + name }

func user() (string, error) {
	u, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		return "", fmt.Errorf("this user's id: %w", err)
	}
	return u.User.Sid.String(), nil
}
