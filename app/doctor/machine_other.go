//go:build !windows

package doctor

import (
	"cmp"
	"strings"

	"golang.org/x/sys/unix"
)

func hostsFile() string { return "/etc/hosts" }

func freeSpace(path string) (uint64, error) {
	var s unix.Statfs_t
	if err := unix.Statfs(path, &s); err != nil {
		return 0, err
	}
	return uint64(s.Bavail) * uint64(s.Bsize), nil //nolint:gosec,unconvert // types differ between systems; sizes are not negative
}

// systemEncoding is that of the locale. C and POSIX name none: Python takes them for UTF-8.
func systemEncoding(getenv func(string) string) string {
	locale := cmp.Or(getenv("LC_ALL"), getenv("LC_CTYPE"), getenv("LANG"))
	_, charset, _ := strings.Cut(locale, ".")
	charset, _, _ = strings.Cut(charset, "@")
	return strings.ToLower(charset)
}

// setting is the command that sets a variable for the shell that it is typed into.
func setting(name, value string) string { return "export " + name + "=" + value }
