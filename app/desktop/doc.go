// Package desktop is StreamTray on a desktop: the icon in the tray and its menu, the windows, one process for a user,
// notifications, and an end that always comes.
//
// Desk holds what its parts share, and each part what it alone changes: opener (from a folder to a project that is kept),
// welcomer (what is asked on the way), control (what is kept starts, stops, is replaced), screen (the one window), remedies
// and resetter (what can be done about a failure), notifier, outside (browser, editor, folders), ending (the way out). A
// window's pages are window's; examiner, guide, setter, planner and person are what single pages ask.
//
// Desk's fields belong to the main goroutine. What may take time (opening a project, asking Kafka, drawing a first
// window on an unknown graphics driver) runs apart and comes back by ui.Later. Nothing waits for the main goroutine.
//
// The only import of Fyne's app, and with it of cgo and OpenGL, is in the files that the build tag headless leaves out, as does a computer
// without a C compiler: the go command sets CGO_ENABLED=0 there by itself.
package desktop
