package docker

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
	"golang.org/x/sys/windows/registry"
)

// What the system's service manager calls the ground that Docker Desktop stands on.
var (
	wslServices = []string{"WSLService", "LxssManager"} // of the store's WSL, of the system's older one
	vmServices  = []string{"vmcompute"}                 // of the feature "Virtual Machine Platform"
)

// missingPrerequisite names what Docker Desktop with WSL stands on and is not there: WSL, or virtual machines at all. Both
// are told by the service manager's error numbers. Nil: all is there, or Docker Desktop does without.
func missingPrerequisite(args facts, err error) *Error {
	if _, ok := desktopProgram(); !ok || hyperV() {
		return nil
	}
	switch serviceOf(wslServices) {
	case absent:
		return finalFault(WSLMissing, args, err)
	case disabled:
		return finalFault(WSLDisabled, args, err)
	case present, unknown:
	}
	if serviceOf(vmServices) == absent {
		return finalFault(VMPlatformMissing, args, err)
	}
	return nil
}

// hyperV reports whether Docker Desktop was told to do without WSL.
func hyperV() bool {
	var s struct{ WslEngineEnabled *bool }                                  // either spelling of versions: the decoder minds no case
	for _, file := range []string{"settings-store.json", "settings.json"} { // the first from 4.35 on
		if readJSON(filepath.Join(os.Getenv("APPDATA"), "Docker", file), &s) == nil && s.WslEngineEnabled != nil {
			return !*s.WslEngineEnabled
		}
	}
	return false
}

// standing is what the service manager knows of a service.
type standing int

const (
	unknown standing = iota
	absent
	disabled
	present
)

// serviceOf is the best standing of several services that can do the same.
func serviceOf(names []string) standing {
	manager, err := windows.OpenSCManager(nil, nil, windows.SC_MANAGER_CONNECT)
	if err != nil {
		return unknown
	}
	defer func() { _ = windows.CloseServiceHandle(manager) }()
	best := unknown
	for _, name := range names {
		best = max(best, service(manager, name))
	}
	return best
}

func service(manager windows.Handle, name string) standing {
	n, err := windows.UTF16PtrFromString(name)
	if err != nil {
		return unknown
	}
	s, err := windows.OpenService(manager, n, windows.SERVICE_QUERY_CONFIG)
	if errors.Is(err, windows.ERROR_SERVICE_DOES_NOT_EXIST) {
		return absent
	}
	if err != nil {
		return present // it may not be looked at, so it is there
	}
	defer func() { _ = windows.CloseServiceHandle(s) }()
	buf := make([]byte, 8<<10) // the most that the call ever needs
	var need uint32
	config := (*windows.QUERY_SERVICE_CONFIG)(unsafe.Pointer(&buf[0]))
	if windows.QueryServiceConfig(s, config, uint32(len(buf)), &need) == nil && config.StartType == windows.SERVICE_DISABLED {
		return disabled
	}
	return present
}

// desktopDistribution is the name of Docker Desktop's distribution; names are in no language.
const desktopDistribution = "docker-desktop"

// askWithin bounds the question which distributions run.
const askWithin = 3 * time.Second

// machineRuns asks WSL for the names of the distributions that run. It is asked only where Docker Desktop's is
// registered: where WSL is missing, its program offers to install it.
func machineRuns(e Endpoint) bool {
	if !strings.HasPrefix(e.Host, "npipe:") || !registered(desktopDistribution) || serviceOf(wslServices) != present {
		return true
	}
	system, err := windows.GetSystemDirectory()
	if err != nil {
		return true
	}
	ctx, cancel := context.WithTimeout(context.Background(), askWithin) // the caller's time may be up: it asks why
	defer cancel()
	cmd := exec.CommandContext(ctx, filepath.Join(system, "wsl.exe"), "--list", "--running", "--quiet")
	apart(cmd)
	out, err := cmd.Output()
	var ended *exec.ExitError
	if err != nil && !errors.As(err, &ended) || ctx.Err() != nil { // with none running it ends badly, too
		return true
	}
	return lists(out, desktopDistribution)
}

// registered reports whether the user has a distribution of WSL of that name.
func registered(name string) bool {
	const lxss = `Software\Microsoft\Windows\CurrentVersion\Lxss`
	all, err := registry.OpenKey(registry.CURRENT_USER, lxss, registry.ENUMERATE_SUB_KEYS)
	if err != nil {
		return false
	}
	defer all.Close()
	ids, _ := all.ReadSubKeyNames(-1)
	for _, id := range ids {
		k, err := registry.OpenKey(registry.CURRENT_USER, lxss+`\`+id, registry.QUERY_VALUE)
		if err != nil {
			continue
		}
		is, _, _ := k.GetStringValue("DistributionName")
		k.Close()
		if is == name {
			return true
		}
	}
	return false
}

// processRuns reports whether a process of one of these programs runs, whoever started it.
func processRuns(names []string) bool {
	snapshot, err := windows.CreateToolhelp32Snapshot(windows.TH32CS_SNAPPROCESS, 0)
	if err != nil {
		return false
	}
	defer func() { _ = windows.CloseHandle(snapshot) }()
	entry := windows.ProcessEntry32{Size: uint32(unsafe.Sizeof(windows.ProcessEntry32{}))}
	for err := windows.Process32First(snapshot, &entry); err == nil; err = windows.Process32Next(snapshot, &entry) {
		program := windows.UTF16ToString(entry.ExeFile[:])
		if slices.ContainsFunc(names, func(name string) bool { return strings.EqualFold(name, program) }) {
			return true
		}
	}
	return false
}
