package docker

import (
	"context"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// StartDesktop sets going what would bring the engine up and returns once that is under way; Answers tells when the
// engine is there. Where this program cannot do it, since the engine is another machine's or needs an administrator,
// the error tells how it is done by hand. What it starts is not of our family: it stays when we go.
func (g *Engine) StartDesktop(ctx context.Context) error {
	end := g.dialer.end
	if !end.Local() {
		return finalFault(StartRemote, facts{"Host": end.Host}, nil)
	}
	if slices.ContainsFunc(append([]string{end.Host}, end.Else...), ofDesktop) {
		if orderDesktop(ctx) {
			return nil
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return startEngine(ctx, end)
}

// desktopPatience bounds `docker desktop start`, which with --detach only passes the order on.
const desktopPatience = 20 * time.Second

// orderDesktop has Docker Desktop started by its own command, which versions from 4.37 have; false: there is none.
func orderDesktop(ctx context.Context) bool {
	docker, err := lookUp("docker")
	return err == nil && succeeds(ctx, docker, "desktop", "start", "--detach")
}

// succeeds runs a program that is expected to end soon, and reports whether it ended well.
func succeeds(ctx context.Context, program string, args ...string) bool {
	ctx, cancel := within(ctx, desktopPatience)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, args...) //nolint:gosec // the user's own docker, or the system's
	apart(cmd)
	return cmd.Run() == nil
}

// saidByDesktop is the fault that Docker Desktop's proxy tells of in its engine's place, in English on every computer; nil:
// it is not from there.
func saidByDesktop(args facts, err error) *Error {
	switch said := err.Error(); {
	case strings.Contains(said, "Docker Desktop is manually paused"):
		return fault(DesktopPaused, args, err)
	case strings.Contains(said, "Docker Desktop is unable to start"):
		return fault(DesktopFailed, args, err)
	}
	return nil
}

// The programs of Docker Desktop, by whether they run: what installs and updates it, and what brings its engine up.
var (
	desktopInstallers = []string{"Docker Desktop Installer.exe"}
	desktopPrograms   = []string{"Docker Desktop.exe", "com.docker.backend.exe"}
)

// byHand tells the command that brings up an engine: starting it is the user's to do.
func byHand(command string) error {
	return finalFault(StartByHand, facts{"Command": command}, nil)
}
