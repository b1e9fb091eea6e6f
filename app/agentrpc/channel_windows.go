package agentrpc

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/Microsoft/go-winio"
	"golang.org/x/sys/windows"
)

// runtimeFolders is the one folder of a user's programs on this computer; it does not depend on the environment.
func runtimeFolders() []string {
	local, err := windows.KnownFolderPath(windows.FOLDERID_LocalAppData, windows.KF_FLAG_DEFAULT)
	if err != nil {
		return nil
	}
	return []string{filepath.Join(local, "StreamTray", "run")}
}

func makeFolder(dir string) error { return os.MkdirAll(dir, 0o700) }

// ownedByUs wants a folder; below a user's profile nobody else may write.
func ownedByUs(dir string) error {
	info, err := os.Stat(dir)
	if err == nil && !info.IsDir() {
		err = fmt.Errorf("%s: not a folder", dir)
	}
	return err
}

// real is the folder that dir names, through links, junctions and drive letters made by subst, in the letters' case that
// the disk has.
func real(dir string) string {
	name, err := windows.UTF16PtrFromString(dir)
	if err != nil {
		return filepath.Clean(dir)
	}
	h, err := windows.CreateFile(name, 0, windows.FILE_SHARE_READ|windows.FILE_SHARE_WRITE|windows.FILE_SHARE_DELETE, nil,
		windows.OPEN_EXISTING, windows.FILE_FLAG_BACKUP_SEMANTICS, 0)
	if err != nil {
		return filepath.Clean(dir)
	}
	defer func() { _ = windows.CloseHandle(h) }()
	path := make([]uint16, windows.MAX_LONG_PATH)
	n, err := windows.GetFinalPathNameByHandle(h, &path[0], uint32(len(path)), 0)
	if err != nil || int(n) > len(path) {
		return filepath.Clean(dir)
	}
	return windows.UTF16ToString(path[:n])
}

// bind listens on a pipe whose name nobody can guess: pipes have no folders, and whoever makes one of a known name first
// would keep us from it.
func bind(_, name string) (net.Listener, string, error) {
	sid, err := user()
	if err != nil {
		return nil, "", err
	}
	address := `\\.\pipe\streamtray-` + name + "-" + rand.Text()
	l, err := winio.ListenPipe(address, &winio.PipeConfig{
		SecurityDescriptor: onlyFor(sid), // besides, the library refuses clients of other computers
	})
	if err != nil {
		return nil, "", err
	}
	return pipeListener{l}, address, nil
}

// pipeListener is go-winio's, with a Close that ends. That of v0.6.2 takes its own signal back when a client leaves at that
// very moment (makeConnectedServerPipe is told ERROR_NO_DATA, and listenerRoutine waits for the next client): it then
// waits for ever, and a second one would end both.
type pipeListener struct{ net.Listener }

func (l pipeListener) Close() error {
	for {
		closed := make(chan error, 1)
		go func() { closed <- l.Listener.Close() }()
		select {
		case err := <-closed:
			return err
		case <-time.After(100 * time.Millisecond):
		}
	}
}

func connect(ctx context.Context, address string) (net.Conn, error) {
	return winio.DialPipeContext(ctx, address)
}

// gone reports whether nobody of ours listens there any more: of a pipe that another user has made in the meantime the
// access is denied.
func gone(err error) bool { return errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) }

// onlyFor is owned by this user, protected, denies who comes over the network, and gives this user, and nobody else, full
// access.
func onlyFor(sid string) string { return fmt.Sprintf("O:%[1]sD:P(D;;GA;;;NU)(A;;GA;;;%[1]s)", sid) }

// alone asks the pipe for its list of rights: it has to be protected, to deny the network, and to name this user and
// nobody else.
func alone(address string) error {
	sid, err := user()
	if err != nil {
		return err
	}
	sd, err := windows.GetNamedSecurityInfo(address, windows.SE_FILE_OBJECT, windows.DACL_SECURITY_INFORMATION)
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

func user() (string, error) {
	u, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		return "", fmt.Errorf("this user's id: %w", err)
	}
	return u.User.Sid.String(), nil
}

// peerIsUs reports whether the pipe at whose end we are was made by this user: its owner says so, and nobody but an
// administrator can make another one the owner.
func peerIsUs(c net.Conn) bool {
	h, ok := handle(c)
	if !ok {
		return false
	}
	sd, err := windows.GetSecurityInfo(h, windows.SE_KERNEL_OBJECT, windows.OWNER_SECURITY_INFORMATION)
	if err != nil {
		return false
	}
	owner, _, err := sd.Owner()
	if err != nil {
		return false
	}
	us, err := windows.GetCurrentProcessToken().GetTokenUser()
	return err == nil && owner.Equals(us.User.Sid)
}

// peerPID is the process that listens at the other end; 0: not known.
func peerPID(c net.Conn) int {
	h, ok := handle(c)
	if !ok {
		return 0
	}
	var pid uint32
	if windows.GetNamedPipeServerProcessId(h, &pid) != nil {
		return 0
	}
	return int(pid)
}

func handle(c net.Conn) (windows.Handle, bool) {
	f, ok := c.(interface{ Fd() uintptr })
	if !ok {
		return 0, false
	}
	return windows.Handle(f.Fd()), true
}
