// Package fyneenv sets what Fyne reads while the program is still being initialised.
//
// Fyne keeps every text that it drew for FYNE_CACHE, a minute by default, without a bound: a log that moves fills
// hundreds of megabytes. It reads the variable in an init function. Packages are initialised in the order of their
// paths, each as soon as what it imports is; this one imports nothing but syscall, which is ready before package time
// is, which Fyne's cache imports. So this runs first, and a test holds that it does.
package fyneenv

import "syscall"

func init() {
	if _, set := syscall.Getenv("FYNE_CACHE"); !set {
		// Below ten seconds, Fyne 2.7 walks through all of every window at each look, sixty times a second.
		_ = syscall.Setenv("FYNE_CACHE", "12s") // without it only memory is lost
	}
}
