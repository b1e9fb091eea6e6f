package desktop

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"streamtray/app/ui"
	"streamtray/app/view"
)

// acts are what keys do in every window, in the order in which the settings list them. While one types in a field, keys
// are the field's.
func (d *Desk) acts() map[fyne.KeyName]func(*window) {
	act := func(a view.Act) func(*window) { return func(*window) { d.do(a, "") } }
	tab := func(i int) func(*window) {
		return func(w *window) {
			if w.topics != nil {
				w.topics.Choose(i)
			}
		}
	}
	return map[fyne.KeyName]func(*window){
		ui.KeyTab1: tab(0), ui.KeyTab2: tab(1), ui.KeyTab3: tab(2),
		ui.KeyDashboard: act(view.ActDashboard),
		ui.KeyLogs:      act(view.ActLogs),
		ui.KeyTopics:    act(view.ActTopics),
		ui.KeySettings:  act(view.ActSettings),
		ui.KeyOpen:      act(view.ActOpen),
		ui.KeyFind: func(w *window) {
			if w.logs != nil {
				w.logs.Find()
			}
		},
		ui.KeyClose: func(w *window) { w.Close() },
		ui.KeyQuit:  act(view.ActQuit),
	}
}

// listenToKeys gives a window its shortcuts.
func (d *Desk) listenToKeys(w *window) {
	for key, do := range d.acts() {
		w.Canvas().AddShortcut(&desktop.CustomShortcut{KeyName: key, Modifier: fyne.KeyModifierControl}, func(fyne.Shortcut) { do(w) })
	}
	w.Canvas().AddShortcut(&fyne.ShortcutCopy{}, func(fyne.Shortcut) {
		if w.logs != nil {
			w.logs.Copy()
		}
	})
}
