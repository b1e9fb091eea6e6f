//go:build !windows

package docker

import (
	"context"
	"os/exec"
	"slices"
	"strings"
	"syscall"
)

// socketOf is the path in a host.
func socketOf(host string) string { return strings.TrimPrefix(host, "unix://") }

// ofDesktop reports whether a host is Docker Desktop's own.
func ofDesktop(host string) bool { return strings.Contains(socketOf(host), "/.docker/desktop/") }

// apart keeps what is begun out of our terminal, whose Ctrl-C is for us alone.
func apart(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// desktopUnit is Docker Desktop as the user's own service on Linux.
const desktopUnit = "docker-desktop.service"

// startEngine starts Docker Desktop where it is a service of the user's. Every other engine's service is the
// administrator's, or not ours to choose: then it tells the command.
func startEngine(ctx context.Context, end Endpoint) error {
	if slices.ContainsFunc(append([]string{end.Host}, end.Else...), ofDesktop) {
		systemctl, err := exec.LookPath("systemctl")
		if err == nil && succeeds(ctx, systemctl, "--user", "cat", desktopUnit) {
			if succeeds(ctx, systemctl, "--user", "start", "--no-block", desktopUnit) {
				return nil
			}
			return fault(DesktopNotStarted, facts{"Program": desktopUnit}, ctx.Err())
		}
	}
	socket := socketOf(end.Host)
	switch {
	case strings.Contains(socket, "/podman/"):
		return byHand("systemctl --user start podman.socket")
	case ofDesktop(end.Host):
		return byHand("systemctl --user start docker-desktop")
	case strings.HasPrefix(socket, "/run/user/"):
		return byHand("systemctl --user start docker")
	}
	return byHand("sudo systemctl start docker")
}
