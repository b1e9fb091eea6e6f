//go:build !windows

package docker

import (
	"context"
	"errors"
	"net"
	"os/exec"
	"syscall"
)

// refused is what the system says when nobody listens.
const refused = syscall.ECONNREFUSED

func dialPipe(context.Context, string) (net.Conn, error) {
	return nil, errors.New("named pipes exist on Windows only")
}

// installed reports whether anything on this machine could be the engine that does not answer.
func installed() bool {
	for _, name := range []string{"docker", "dockerd", "podman"} {
		if _, err := exec.LookPath(name); err == nil {
			return true
		}
	}
	return false
}

// clientDirs are where the docker command is although the search path of a desktop session may not say so.
func clientDirs() []string { return []string{"/usr/local/bin", "/usr/bin", "/opt/homebrew/bin"} }
