//go:build !windows

package settings

import (
	"os"
	"os/user"
	"path/filepath"

	"streamtray/internal/usererr"
)

// Home is this user's folder: what the environment says, and where it says nothing, as under cron, what the system knows
// of the user. Where neither knows, the error is settings.no_home.
func Home() (string, error) {
	if home := os.Getenv("HOME"); filepath.IsAbs(home) {
		return home, nil
	}
	u, err := user.Current()
	if err != nil || !filepath.IsAbs(u.HomeDir) {
		return "", usererr.New("settings.no_home", nil, err).Terminal()
	}
	return u.HomeDir, nil
}

// configDir and dataDir are where the XDG base directory specification puts a user's choices, and data that should
// outlive a cache.
func configDir(getenv func(string) string) (string, error) {
	return based(getenv("XDG_CONFIG_HOME"), ".config")
}

func dataDir(getenv func(string) string) (string, error) {
	return based(getenv("XDG_DATA_HOME"), ".local", "share")
}

// based is dir, or, where that is not set or makes no sense, a folder below the user's.
func based(dir string, below ...string) (string, error) {
	if filepath.IsAbs(dir) {
		return dir, nil
	}
	home, err := Home()
	if err != nil {
		return "", err
	}
	return filepath.Join(append([]string{home}, below...)...), nil
}
