//go:build !windows

package desktop

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// autostartFile is where the desktop looks for what to start at a log-in.
func autostartFile() (string, error) {
	config, err := os.UserConfigDir()
	return filepath.Join(config, "autostart", "streamtray.desktop"), err
}

// autostarts reports whether the program starts at a log-in.
func autostarts() bool {
	file, err := autostartFile()
	if err != nil {
		return false
	}
	_, err = os.Stat(file)
	return err == nil
}

// setAutostart has the program started, hidden, at a log-in, or not.
func setAutostart(on bool, program string) error {
	file, err := autostartFile()
	if err != nil {
		return err
	}
	if !on {
		if err := os.Remove(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	quoted := `"` + strings.NewReplacer(`\`, `\\\\`, `"`, `\\"`, "`", "\\\\`", "$", `\\$`, "%", "%%").Replace(program) + `"`
	return os.WriteFile(file, []byte("[Desktop Entry]\nType=Application\nName=StreamTray\nExec="+quoted+" "+argHidden+"\nX-GNOME-Autostart-enabled=true\n"), 0o644)
}
