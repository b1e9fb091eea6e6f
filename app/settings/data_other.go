//go:build !windows

package settings

import (
	"os"
	"path/filepath"
)

// dataDir is where the XDG base directory specification puts data that should outlive a cache.
func dataDir(getenv func(string) string) (string, error) {
	if dir := getenv("XDG_DATA_HOME"); dir != "" {
		return dir, nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", err
	}
	return filepath.Join(home, ".local", "share"), nil
}
