// Package fyneenv sets what Fyne reads while the program is still being initialised.
//
// Fyne keeps every text that it drew for FYNE_CACHE, a minute by default, without a bound: a log that moves fills
// hundreds of megabytes. It also reads the system's language, and prints an error for C.UTF-8, the language of most
// containers, at every start of the program, the sample app's among them. It reads both in init functions. Packages are
// initialised in the order of their paths, each as soon as what it imports is; this one imports nothing but syscall,
// which is ready before package time is, which Fyne's cache imports. So this runs first, and a test holds that it does.
package fyneenv

import "syscall"

// hidden is what the variable held that is another until Restore; language is its name, empty where nothing was changed.
var language, hidden string

func init() {
	if _, set := syscall.Getenv("FYNE_CACHE"); !set {
		// Below ten seconds, Fyne 2.7 walks through all of every window at each look, sixty times a second.
		_ = syscall.Setenv("FYNE_CACHE", "12s") // without it only memory is lost
	}
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} { // the first that is set decides
		value, _ := syscall.Getenv(name)
		if value == "" {
			continue
		}
		if len(value) > 1 && value[:2] == "C." && syscall.Setenv(name, "C") == nil {
			language, hidden = name, value
		}
		break
	}
}

// Restore gives the language's variable its value back, for what this program starts: C.UTF-8 and C differ in how a
// Python prints. It is for the init function of a package that imports Fyne.
func Restore() {
	if language != "" {
		_ = syscall.Setenv(language, hidden) // it could be set before
	}
}
