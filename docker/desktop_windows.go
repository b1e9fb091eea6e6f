package docker

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"

	"golang.org/x/sys/windows"
	"golang.org/x/sys/windows/registry"
)

// ofDesktop reports whether a host may be Docker Desktop's own; the classic name may be.
func ofDesktop(host string) bool { return !strings.Contains(host, "/podman-") }

// apart keeps what is begun out of our console, and shows no window for it.
func apart(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{HideWindow: true, CreationFlags: windows.CREATE_NEW_PROCESS_GROUP}
}

// startEngine starts Docker Desktop by its program. Another engine's machine is the user's to start.
func startEngine(_ context.Context, end Endpoint) error {
	program, ok := desktopProgram()
	switch {
	case !ok && runs("podman"), !ofDesktop(end.Host):
		return byHand("podman machine start")
	case !ok && runs("rdctl"):
		return byHand("rdctl start")
	case !ok:
		return finalFault(NotInstalled, nil, errors.New("program Docker Desktop.exe: not found"))
	}
	cmd := exec.Command(program) //nolint:gosec,noctx // where Docker installs it; it outlives us
	cmd.SysProcAttr = &syscall.SysProcAttr{CreationFlags: windows.CREATE_NEW_PROCESS_GROUP | windows.DETACHED_PROCESS}
	if err := cmd.Start(); err != nil {
		return fault(DesktopNotStarted, facts{"Program": program}, err)
	}
	return cmd.Process.Release()
}

func runs(program string) bool {
	_, err := exec.LookPath(program)
	return err == nil
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

// programDirs are the folders that Docker Desktop says it installed itself into, then those that it usually takes: for
// the machine, for one user.
func programDirs() []string {
	dirs := recordedDirs()
	return append(dirs,
		filepath.Join(os.Getenv("ProgramFiles"), "Docker", "Docker"),
		filepath.Join(os.Getenv("LOCALAPPDATA"), "Programs", "DockerDesktop"),
	)
}

// The registry's words about where Docker Desktop lies.
const (
	desktopKey   = `SOFTWARE\Docker Inc.\Docker\1.0`
	uninstallKey = `SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\Docker Desktop`
)

// recordedDirs are the folders that the registry has, the machine's entry before the user's.
func recordedDirs() []string {
	var dirs []string
	for _, root := range []registry.Key{registry.LOCAL_MACHINE, registry.CURRENT_USER} {
		for _, at := range [][2]string{{desktopKey, "AppPath"}, {uninstallKey, "InstallLocation"}} {
			k, err := registry.OpenKey(root, at[0], registry.QUERY_VALUE|registry.WOW64_64KEY)
			if err != nil {
				continue
			}
			dir, _, err := k.GetStringValue(at[1])
			k.Close()
			if err == nil && dir != "" {
				dirs = append(dirs, dir)
			}
		}
	}
	return dirs
}
