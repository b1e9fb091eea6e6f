package doctor

import (
	"fmt"
	"path/filepath"

	"golang.org/x/sys/windows"

	"streamtray/app/detector"
)

func hostsFile() string {
	system, err := windows.GetSystemDirectory()
	if err != nil {
		system = `C:\Windows\System32`
	}
	return filepath.Join(system, "drivers", "etc", "hosts")
}

func freeSpace(path string) (uint64, error) {
	name, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return 0, err
	}
	var free uint64
	return free, windows.GetDiskFreeSpaceEx(name, &free, nil, nil)
}

// utf8CodePage is Windows' number for UTF-8.
const utf8CodePage = 65001

// systemEncoding is what Python opens files and pipes in, by Python's name for it.
func systemEncoding(func(string) string) string {
	page := detector.SystemCodePage()
	if page == utf8CodePage {
		return "utf-8"
	}
	return fmt.Sprintf("cp%d", page)
}

// setting is the command that sets a variable for good.
func setting(name, value string) string { return fmt.Sprintf("setx %s %q", name, value) }
