package settings

import "golang.org/x/sys/windows"

// dataDir is the folder for data that stays on this computer, which a roaming profile does not carry about.
func dataDir(func(string) string) (string, error) {
	return windows.KnownFolderPath(windows.FOLDERID_LocalAppData, windows.KF_FLAG_DEFAULT)
}
