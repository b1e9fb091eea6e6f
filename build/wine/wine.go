// Package wine proves StreamTray's Windows programs on Linux: it runs them under Wine, in a Windows of its own that is
// made once and kept, and looks at what they do. What Wine cannot show is said in docs/windows.md, row by row.
package wine

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"streamtray/build/desk"
	"streamtray/build/rig"
)

// Needs are what it takes, a display included.
var Needs = append([]rig.Need{
	{Package: "wine", Program: "wine"},
	{Package: "wine64", Files: []string{"/usr/lib/wine/wine64"}},
	{Package: "locales", Files: []string{"/usr/share/i18n/locales/zh_CN"}},
}, desk.Needs...)

// Windows is a Wine prefix: a Windows with a registry and a drive C of its own.
type Windows struct {
	dir string
	env []string
}

// desktop is the name of its desktop, on which all programs with windows are that are given a display.
const desktop = "StreamTray"

// Open gives the Windows of this source tree, making it first if there is none. Close ends its programs.
func Open(ctx context.Context) (*Windows, error) {
	if missing := strings.Join(rig.Missing(ctx, Needs), " "); missing != "" {
		return nil, &rig.Unavailable{What: "not installed: " + missing, How: "apt-get install " + missing}
	}
	version, err := exec.CommandContext(ctx, "wine", "--version").Output()
	if err != nil {
		return nil, fmt.Errorf("wine: %w", err)
	}
	sum := sha256.Sum256(append(version, creating+standIn...))
	dir, err := rig.Kept(ctx, "windows", hex.EncodeToString(sum[:6]), func(dir string) error { return create(ctx, dir) })
	if err != nil {
		return nil, err
	}
	return at(dir), nil
}

// at is the Windows in a folder.
func at(dir string) *Windows {
	env := append(os.Environ(),
		"WINEPREFIX="+dir,
		"WINEDEBUG=-all",
		// Neither .NET nor a browser engine is asked for, and no menus of this desktop are written.
		"WINEDLLOVERRIDES=mscoree=;mshtml=;winemenubuilder.exe=d",
		"DISPLAY=",       // none but for those who ask for one
		"LC_ALL=C.UTF-8", // or names of files are ASCII
	)
	return &Windows{dir: dir, env: env}
}

// InChina is the same Windows in Chinese: its code page is 936.
func (w *Windows) InChina() *Windows {
	env := append(w.env[:len(w.env):len(w.env)], "LOCPATH="+filepath.Join(w.dir, "locales"), "LC_ALL=zh_CN.UTF-8")
	return &Windows{dir: w.dir, env: env}
}

// Command is a program of this Windows, by name or by its path here. Its process is the program itself: to kill it is
// what ending the process in the task manager is.
func (w *Windows) Command(ctx context.Context, program string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "wine", append([]string{program}, args...)...)
	cmd.Env = w.env
	return cmd
}

// Output runs a program to its end and returns what it said. It says it to a file: a pipe would stay open as long as
// what Windows starts beside its first program.
func (w *Windows) Output(cmd *exec.Cmd) (string, error) {
	file, err := os.CreateTemp("", "wine-output")
	if err != nil {
		return "", err
	}
	defer os.Remove(file.Name())
	defer file.Close()
	cmd.Stdout, cmd.Stderr = file, file
	ran := cmd.Run()
	text, err := os.ReadFile(file.Name())
	return string(text), errors.Join(ran, err)
}

// Close ends all programs of this Windows, and waits until they have ended.
func (w *Windows) Close() error {
	var errs []error
	for _, flag := range []string{"-k", "-w"} {
		cmd := exec.Command("/usr/lib/wine/wineserver", flag) //nolint:noctx // it ends what ctx began
		cmd.Env = w.env
		err := cmd.Run()
		var exit *exec.ExitError
		if flag == "-k" && errors.As(err, &exit) && exit.ExitCode() == 1 {
			return nil // nobody runs
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// Path is how a file or folder of this computer is called in Windows: everything is on drive Z.
func Path(path string) string { return "Z:" + strings.ReplaceAll(path, "/", `\`) }
