package tray

import "strings"

// menuLabel keeps Windows from taking an ampersand for a mark of a shortcut.
func menuLabel(s string) string { return strings.ReplaceAll(s, "&", "&&") }
