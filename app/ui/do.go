package ui

import "fyne.io/fyne/v2"

// Later has f run on the main goroutine, soon, and returns at once. It is the only way from another goroutine to
// anything that is drawn: nobody ever waits for the main goroutine, which on Windows stands still while a menu is open.
func Later(f func()) { fyne.Do(f) }

// canvasOf is the canvas that an object is on; nil: none, or not yet.
func canvasOf(o fyne.CanvasObject) fyne.Canvas { return driver().CanvasForObject(o) }

// driver knows where objects are. It is asked for nothing that waits.
func driver() fyne.Driver { return fyne.CurrentApp().Driver() }

// passOn gives a shortcut to the window: what has the keys is asked first, and has no use for it.
func passOn(o fyne.CanvasObject, s fyne.Shortcut) {
	if c, ok := canvasOf(o).(fyne.Shortcutable); ok {
		c.TypedShortcut(s)
	}
}

// windowScale is how many pixels a unit of the window has; without a window, one.
func windowScale() float32 {
	if all := driver().AllWindows(); len(all) > 0 {
		return all[0].Canvas().Scale()
	}
	return 1
}
