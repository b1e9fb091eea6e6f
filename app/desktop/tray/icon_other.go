//go:build !windows

package tray

func sweepIcon([]byte) {} // here icons are not loaded from files
