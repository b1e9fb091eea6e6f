// Package ui is what StreamTray shows in its window: a frame with a rail, and in it the overview, the logs, the topics, the
// diagnosis, the settings, the welcome and its questions.
//
// Widgets only show values, mostly package view's, and pass on what the user does. They ask through small interfaces
// that stand beside them, know no project and start nothing. What may take time runs apart from the main goroutine and
// comes back by Later, the one place with fyne.Do. The package needs neither cgo nor a screen.
package ui
