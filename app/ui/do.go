package ui

import "fyne.io/fyne/v2"

// Later has f run on the main goroutine, soon, and returns at once. It is the only way from another goroutine to
// anything that is drawn: nobody ever waits for the main goroutine, which on Windows stands still while a menu is open.
func Later(f func()) { fyne.Do(f) }
