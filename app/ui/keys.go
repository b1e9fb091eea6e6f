package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"streamtray/app/i18n"
	"streamtray/app/view"
)

// The keys that do something in the window, together with Ctrl.
const (
	KeyProjects = fyne.KeyP
	KeyOpen     = fyne.KeyO
	KeyFind     = fyne.KeyF
	KeyClose    = fyne.KeyW
	KeyQuit     = fyne.KeyQ
)

// PageKeys open the pages of the rail, with Ctrl.
var PageKeys = [...]fyne.KeyName{fyne.Key1, fyne.Key2, fyne.Key3, fyne.Key4, fyne.Key5}

// keyList shows the shortcuts, in two columns.
func keyList(w *i18n.Words) fyne.CanvasObject {
	type shortcut struct{ keys, does string }
	var all []shortcut
	for i, p := range view.Pages() {
		all = append(all, shortcut{"Ctrl+" + string(PageKeys[i]), p.Title(w)})
	}
	for _, k := range []struct {
		key fyne.KeyName
		id  string
	}{{KeyProjects, "ui.keys.projects"}, {KeyOpen, "ui.keys.open"}, {KeyFind, "ui.keys.find"}, {KeyClose, "ui.keys.close"}, {KeyQuit, "ui.keys.quit"}} {
		all = append(all, shortcut{"Ctrl+" + string(k.key), w.Text(k.id, nil)})
	}
	columns := cells{80, 0, 80, 0}
	box := container.New(stack{-8})
	half := len(all) / 2
	for i, left := range all[:half] {
		right := all[half+i]
		box.Add(container.New(columns,
			newLine(left.keys, style{color: colorMuted}), newLine(left.does, style{}),
			newLine(right.keys, style{color: colorMuted}), newLine(right.does, style{})))
	}
	box.Add(muted(w.Text("ui.keys.about", nil)))
	return card(w.Text("ui.keys", nil), box)
}
