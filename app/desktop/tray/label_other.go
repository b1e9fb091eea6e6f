//go:build !windows

package tray

import "strings"

// menuLabel keeps the desktop from taking an underscore for a mark of a shortcut.
func menuLabel(s string) string { return strings.ReplaceAll(s, "_", "__") }
