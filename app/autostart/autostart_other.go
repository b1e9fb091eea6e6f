//go:build !windows

package autostart

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// file is where the desktop looks for what to start at a log-in.
func file(name string) (string, error) {
	config, err := os.UserConfigDir()
	return filepath.Join(config, "autostart", strings.ToLower(name)+".desktop"), err
}

func on(name string) bool {
	path, err := file(name)
	if err != nil {
		return false
	}
	_, err = os.Stat(path)
	return err == nil
}

func set(name, program, argument string) error {
	path, err := file(name)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	quoted := `"` + strings.NewReplacer(`\`, `\\\\`, `"`, `\\"`, "`", "\\\\`", "$", `\\$`, "%", "%%").Replace(program) + `"`
	return os.WriteFile(path, []byte("[Desktop Entry]\nType=Application\nName="+name+"\nExec="+quoted+" "+argument+"\nX-GNOME-Autostart-enabled=true\n"), 0o644)
}

func remove(name string) error {
	path, err := file(name)
	if err != nil {
		return err
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
