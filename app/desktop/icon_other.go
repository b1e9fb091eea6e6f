//go:build !windows

package desktop

func sweepIcon([]byte) {} // here icons are not loaded from files
