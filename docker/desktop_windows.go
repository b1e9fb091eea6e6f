package docker

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"golang.org/x/sys/windows"
)

// desktopPatience bounds `docker desktop start`, which with --detach only passes the order on.
const desktopPatience = 20 * time.Second

// startEngine starts Docker Desktop: by its own command, which versions from 4.37 have, else by its program. What it
// starts is not of our family: it stays when we go.
func startEngine(ctx context.Context, _ string) error {
	if docker, err := lookUp("docker"); err == nil {
		limited, cancel := within(ctx, desktopPatience)
		defer cancel()
		cmd := exec.CommandContext(limited, docker, "desktop", "start", "--detach") //nolint:gosec // the user's docker
		cmd.SysProcAttr = &syscall.SysProcAttr{HideWindow: true, CreationFlags: windows.CREATE_NEW_PROCESS_GROUP}
		if cmd.Run() == nil {
			return nil
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	program, ok := desktopProgram()
	if !ok {
		return finalFault("docker.not_installed", nil, errors.New("program Docker Desktop.exe: not found"))
	}
	cmd := exec.Command(program) //nolint:gosec // where Docker installs it
	cmd.SysProcAttr = &syscall.SysProcAttr{CreationFlags: windows.CREATE_NEW_PROCESS_GROUP | windows.DETACHED_PROCESS}
	if err := cmd.Start(); err != nil {
		return fault("docker.desktop_not_started", facts{"Program": program}, err)
	}
	return cmd.Process.Release()
}

// desktopProgram is where Docker Desktop is installed.
func desktopProgram() (string, bool) {
	for _, dir := range programDirs() {
		program := filepath.Join(dir, "Docker Desktop.exe")
		if info, err := os.Stat(program); err == nil && !info.IsDir() && filepath.IsAbs(program) {
			return program, true
		}
	}
	return "", false
}
