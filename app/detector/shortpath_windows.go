package detector

import (
	"strings"

	"golang.org/x/sys/windows"
)

// startable is how many UTF-16 units, the closing zero included, the paths may have that a program starts with: its
// own and its folder's. No manifest changes that.
const startable = windows.MAX_PATH - 2 // a folder gets a backslash behind it

// shortened is another name of a path that is too long to start with: the one in capitals and digits that disks keep
// for older programs. Where this disk keeps none the path stays, and the start says what is wrong.
func shortened(path string) string {
	wide, err := windows.UTF16FromString(`\\?\` + path)
	if err != nil || len(wide)-len(`\\?\`) <= startable || strings.HasPrefix(path, `\\`) {
		return path
	}
	short := make([]uint16, len(wide))
	n, err := windows.GetShortPathName(&wide[0], &short[0], uint32(len(short)))
	if err != nil || int(n) > len(short) {
		return path
	}
	return strings.TrimPrefix(windows.UTF16ToString(short[:n]), `\\?\`)
}
