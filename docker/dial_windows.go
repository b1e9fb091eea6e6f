package docker

import (
	"context"
	"net"
	"os/exec"
	"path/filepath"

	"github.com/Microsoft/go-winio"
	"golang.org/x/sys/windows"
)

// refused is what the system says when nobody listens; syscall.ECONNREFUSED is a number of Go's own on Windows.
const refused = windows.WSAECONNREFUSED

func dialPipe(ctx context.Context, path string) (net.Conn, error) {
	return winio.DialPipeContext(ctx, path)
}

// installed reports whether anything on this machine could be the engine that does not answer.
func installed() bool {
	if _, ok := desktopProgram(); ok {
		return true
	}
	for _, name := range []string{"docker", "dockerd", "podman", "rdctl"} {
		if _, err := exec.LookPath(name); err == nil {
			return true
		}
	}
	return false
}

// clientDirs are where the docker command is although the search path, older than the installation, does not say so.
func clientDirs() []string {
	var dirs []string
	for _, d := range programDirs() {
		dirs = append(dirs, filepath.Join(d, "resources", "bin"))
	}
	return dirs
}
