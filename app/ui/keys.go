package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"streamtray/app/i18n"
)

// The keys that do something in every window, together with Ctrl.
const (
	KeyDashboard = fyne.KeyD
	KeyLogs      = fyne.KeyL
	KeyTopics    = fyne.KeyT
	KeySettings  = fyne.KeyComma
	KeyOpen      = fyne.KeyO
	KeyFind      = fyne.KeyF
	KeyClose     = fyne.KeyW
	KeyQuit      = fyne.KeyQ
	KeyTab1      = fyne.Key1 // of the topics window
	KeyTab2      = fyne.Key2
	KeyTab3      = fyne.Key3
)

// keyList shows the shortcuts, in two columns.
func keyList(w *i18n.Words) fyne.CanvasObject {
	all := []struct {
		key fyne.KeyName
		id  string
	}{
		{KeyDashboard, "ui.title.dashboard"},
		{KeyLogs, "ui.title.logs"},
		{KeyTopics, "ui.title.topics"},
		{KeySettings, "ui.title.settings"},
		{KeyOpen, "ui.keys.open"},
		{KeyFind, "ui.keys.find"},
		{KeyClose, "ui.keys.close"},
		{KeyQuit, "ui.keys.quit"},
	}
	columns := cells{80, 0, 80, 0}
	box := container.New(stack{-8})
	half := len(all) / 2
	for i, left := range all[:half] {
		right := all[half+i]
		box.Add(container.New(columns,
			newLine("Ctrl+"+string(left.key), style{color: colorMuted}), newLine(w.Text(left.id, nil), style{}),
			newLine("Ctrl+"+string(right.key), style{color: colorMuted}), newLine(w.Text(right.id, nil), style{})))
	}
	box.Add(muted(w.Text("ui.keys.about", nil)))
	return card(w.Text("ui.keys", nil), box)
}
