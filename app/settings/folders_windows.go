package settings

import (
	"golang.org/x/sys/windows"

	"streamtray/internal/usererr"
)

// Home is this user's folder. Where the system does not tell it, the error is settings.no_home.
func Home() (string, error) { return known(windows.FOLDERID_Profile) }

// configDir is the folder for choices, which follow a user from computer to computer; dataDir is that for data that
// stays on this one.
func configDir(func(string) string) (string, error) { return known(windows.FOLDERID_RoamingAppData) }

func dataDir(func(string) string) (string, error) { return known(windows.FOLDERID_LocalAppData) }

func known(id *windows.KNOWNFOLDERID) (string, error) {
	dir, err := windows.KnownFolderPath(id, windows.KF_FLAG_DEFAULT)
	if err != nil {
		return "", usererr.New("settings.no_home", nil, err).Terminal()
	}
	return dir, nil
}
