//go:build !windows

package i18n

import (
	"cmp"
	"os"
)

// System is the language the system speaks to this user, as its locale names it. POSIX looks at LC_ALL, then
// LC_MESSAGES, then LANG.
func System() string {
	return cmp.Or(os.Getenv("LC_ALL"), os.Getenv("LC_MESSAGES"), os.Getenv("LANG"), "en")
}
