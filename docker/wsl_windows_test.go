package docker

import (
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/windows/registry"
)

// desktopIn is a Docker Desktop installed at a folder of the test's.
func desktopIn(t *testing.T, at string) {
	t.Helper()
	dir := filepath.Join(at, "Docker", "Docker")
	must(t, os.MkdirAll(dir, 0o700))
	must(t, os.WriteFile(filepath.Join(dir, "Docker Desktop.exe"), nil, 0o600))
}

// absentPipe is a pipe that nobody ever made.
const absentPipe = "npipe:////./pipe/streamtray-test-nobody"

func TestWhatAnEngineStandsOnIsToldApart(t *testing.T) {
	home := t.TempDir()
	t.Setenv("ProgramFiles", home)
	t.Setenv("LOCALAPPDATA", home)
	t.Setenv("APPDATA", home)
	t.Setenv("PATH", home)
	ask := func() string { return idOf(connect(t, Endpoint{Host: absentPipe}).Answers(t.Context())) }
	if got := ask(); got != "docker.not_installed" {
		t.Errorf("without Docker Desktop: got %s", got)
	}
	desktopIn(t, home)
	want := map[standing]string{absent: "docker.wsl_missing", disabled: "docker.wsl_disabled"}[serviceOf(wslServices)]
	if want == "" {
		want = map[standing]string{absent: "docker.vm_platform_missing"}[serviceOf(vmServices)]
	}
	if want == "" {
		want = "docker.not_running"
	}
	if got := ask(); got != want {
		t.Errorf("with Docker Desktop: got %s, want %s", got, want)
	}
	must(t, os.MkdirAll(filepath.Join(home, "Docker"), 0o700))
	must(t, os.WriteFile(filepath.Join(home, "Docker", "settings-store.json"), []byte(`{"WslEngineEnabled": false}`), 0o600))
	if got := ask(); got != "docker.not_running" {
		t.Errorf("with one that does without WSL: got %s, want docker.not_running", got)
	}
}

func TestAServiceThatIsNotThereIsAbsent(t *testing.T) {
	for name, want := range map[string]standing{"streamtray-no-such-service": absent, "RpcSs": present} {
		if got := serviceOf([]string{name}); got != want {
			t.Errorf("%s: got %d, want %d", name, got, want)
		}
	}
	if got := serviceOf([]string{"streamtray-no-such-service", "RpcSs"}); got != present {
		t.Errorf("of two: got %d, want %d", got, present)
	}
}

func TestDockerDesktopIsFoundWhereItSaysItIs(t *testing.T) {
	k, _, err := registry.CreateKey(registry.CURRENT_USER, uninstallKey, registry.SET_VALUE)
	must(t, err)
	defer k.Close()
	dir := t.TempDir()
	must(t, os.WriteFile(filepath.Join(dir, "Docker Desktop.exe"), nil, 0o600))
	if old, _, err := k.GetStringValue("InstallLocation"); err == nil {
		t.Skipf("Docker Desktop is installed here, at %s", old)
	}
	must(t, k.SetStringValue("InstallLocation", dir))
	defer func() { must(t, registry.DeleteKey(registry.CURRENT_USER, uninstallKey)) }()
	t.Setenv("ProgramFiles", t.TempDir())
	t.Setenv("LOCALAPPDATA", t.TempDir())
	if got, ok := desktopProgram(); !ok || got != filepath.Join(dir, "Docker Desktop.exe") {
		t.Errorf("got %q, %t", got, ok)
	}
}
