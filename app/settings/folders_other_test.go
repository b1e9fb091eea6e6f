//go:build !windows

package settings

import (
	"os/user"
	"path/filepath"
	"testing"
)

// Under cron, and in some of WSL's sessions, HOME is not set: every command ended with an error of the system's.
func TestTheFoldersAreFoundWithoutTheEnvironment(t *testing.T) {
	us, err := user.Current()
	if err != nil || !filepath.IsAbs(us.HomeDir) {
		t.Skip("this system does not know the user's folder either")
	}
	for _, home := range []string{"", "relative"} {
		t.Setenv("HOME", home)
		f, err := Find(func(name string) string { return map[string]string{"XDG_CONFIG_HOME": "relative too"}[name] })
		want := Folders{
			Config: filepath.Join(us.HomeDir, ".config", "StreamTray"),
			Data:   filepath.Join(us.HomeDir, ".local", "share", "StreamTray"),
		}
		if err != nil || f != want {
			t.Errorf("HOME %q: got %+v, %v; want %+v", home, f, err, want)
		}
	}
}
