//go:build !windows

package docker

import (
	"context"
	"strings"
)

// startEngine tells which command brings up the engine behind a socket: starting a service is the user's to do.
func startEngine(_ context.Context, socket string) error {
	command := "sudo systemctl start docker"
	switch {
	case strings.Contains(socket, "/podman/"):
		command = "systemctl --user start podman.socket"
	case strings.Contains(socket, "/.docker/desktop/"):
		command = "systemctl --user start docker-desktop"
	case strings.HasPrefix(socket, "/run/user/"):
		command = "systemctl --user start docker"
	}
	return finalFault("docker.start_by_hand", facts{"Command": command}, nil)
}
