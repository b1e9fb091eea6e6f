package desktop

import "fyne.io/fyne/v2"

// Options say how the desktop starts.
type Options struct {
	Dir     string // a project's folder, or one below it; empty or none: the project opened last
	Hidden  bool   // only the tray; nothing is started either
	Demo    bool   // show the demo, which needs nothing and keeps nothing
	Sample  string // this program's verb for the built-in sample app, which the demo runs
	Getenv  func(string) string
	Environ []string
	Home    string
	Self    string // this program
	Version string
	// StopApart starts a process that stops all containers of the project in dir and outlives this one. nil: none can.
	StopApart func(dir string) error
	Exit      func(code int) // ends the process at once: for an end that hangs

	workArea  func() (width, height int) // of the screen, in pixels; nil, or 0: not known
	minimised func(fyne.Window) bool     // nil: not known
	resized   func(draw func())          // a window has another size, which draw draws once more; nil: there is no need
}

// argHidden is the program's argument for nothing but the tray.
const argHidden = "--hidden"
