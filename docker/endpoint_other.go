//go:build !windows

package docker

import (
	"fmt"
	"os"
	"path/filepath"
)

// defaultHosts are the sockets an engine may listen on: the system's, then those of one user: rootless Docker, Docker
// Desktop (Linux, then macOS), Rancher Desktop, Colima and Podman.
func defaultHosts(getenv func(string) string, home string) []string {
	run := getenv("XDG_RUNTIME_DIR")
	if run == "" {
		run = fmt.Sprintf("/run/user/%d", os.Getuid())
	}
	sockets := []string{
		"/var/run/docker.sock",
		filepath.Join(run, "docker.sock"),
		filepath.Join(home, ".docker/desktop/docker.sock"),
		filepath.Join(home, ".docker/run/docker.sock"),
		filepath.Join(home, ".rd/docker.sock"),
		filepath.Join(home, ".colima/default/docker.sock"),
		filepath.Join(run, "podman/podman.sock"),
		"/run/podman/podman.sock",
	}
	for i, s := range sockets {
		sockets[i] = "unix://" + s
	}
	return sockets
}
