// Package wine proves StreamTray's Windows programs on Linux: it runs them under Wine, in a Windows of its own that is
// made once and kept, and looks at what they do. What Wine cannot show is said in docs/windows.md, row by row.
package wine

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"streamtray/build/desk"
	"streamtray/build/rig"
)

// debian is where Wine comes from: the release before has Wine 8, which lacks what Go's programs and pipes stand on. What
// draws, and what knows Chinese, comes with it.
var debian = rig.Release{
	Name: "trixie",
	Packages: []string{
		"wine64", "locales", "libgl1-mesa-dri", "libgl1", "libglx-mesa0", "libxcomposite1", "libxcursor1", "libxext6",
		"libxfixes3", "libxi6", "libxinerama1", "libxrandr2", "libxrender1",
	},
	SetUp: []string{"libwine"}, // it makes a library of Windows from another package's
}

// Get makes sure that Wine is there, and a display to show its windows on; say hears one line for each part that took
// work. What cannot be had is *rig.Unavailable.
func Get(ctx context.Context, say func(part, text string)) error {
	if err := rig.Ready(ctx, say, desk.Needs); err != nil {
		return err
	}
	_, err := debian.Get(ctx, say)
	return err
}

// Windows is a Wine prefix: a Windows with a registry and a drive C of its own.
type Windows struct {
	usr string // where Wine is, see rig.Inside
	dir string
	env []string
}

// desktop is the name of its desktop, on which all programs with windows are that are given a display: the one that Wine
// gives a taskbar. It is as large as the display.
const (
	desktop     = "shell"
	desktopSize = "1200x860"
)

// Open gives the Windows of this source tree, making it first if there is none. Close ends its programs.
func Open(ctx context.Context) (*Windows, error) {
	if err := rig.Require(ctx, desk.Needs); err != nil {
		return nil, err
	}
	usr, err := debian.Get(ctx, func(string, string) {})
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256([]byte(usr + creating))
	dir, err := rig.Cached(ctx, "windows", hex.EncodeToString(sum[:6]), func(dir string) error { return create(ctx, usr, dir) })
	if err != nil {
		return nil, err
	}
	return at(usr, dir), nil
}

// at is the Windows in a folder.
func at(usr, dir string) *Windows {
	env := append(os.Environ(),
		"WINEPREFIX="+dir,
		"WINEDEBUG=-all",
		// Neither .NET nor a browser engine is asked for, and no menus of this desktop are written.
		"WINEDLLOVERRIDES=mscoree=;mshtml=;winemenubuilder.exe=d",
		"DISPLAY=",       // none but for those who ask for one
		"LC_ALL=C.UTF-8", // or names of files are ASCII
	)
	return &Windows{usr: usr, dir: dir, env: env}
}

// InChina is the same Windows in Chinese: its code page is 936.
func (w *Windows) InChina() *Windows {
	env := append(w.env[:len(w.env):len(w.env)], "LOCPATH="+filepath.Join(w.dir, "locales"), "LC_ALL=zh_CN.UTF-8")
	return &Windows{usr: w.usr, dir: w.dir, env: env}
}

// Command is a program of this Windows, by name or by its path here. Its process is the program itself: to kill it is
// what ending the process in the task manager is.
func (w *Windows) Command(ctx context.Context, program string, args ...string) *exec.Cmd {
	cmd := rig.Inside(ctx, w.usr, "/usr/lib/wine/wine64", append([]string{program}, args...)...)
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
		cmd := rig.Inside(context.Background(), w.usr, "/usr/lib/wine/wineserver", flag) // it ends what a ctx began
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
