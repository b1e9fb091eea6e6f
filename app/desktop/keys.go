package desktop

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"streamtray/app/ui"
	"streamtray/app/view"
)

// listenToKeys gives the window its keys. While one types in a field, plain keys are the field's.
func (w *window) listenToKeys() {
	d, c := w.desk, w.Canvas()
	on := func(with fyne.KeyModifier, key fyne.KeyName, do func()) {
		c.AddShortcut(&desktop.CustomShortcut{KeyName: key, Modifier: with}, func(fyne.Shortcut) { do() })
	}
	for i, p := range view.Pages() {
		on(fyne.KeyModifierControl, ui.PageKeys[i], func() {
			d.do(p.Act(), "")
			w.shell.FocusPage(c)
		})
	}
	for i, key := range ui.PageKeys[:ui.TopicTabs] {
		on(fyne.KeyModifierAlt, key, func() {
			if p := w.pages[w.shown]; p != nil && p.topics != nil {
				p.topics.Choose(i)
			}
		})
	}
	on(fyne.KeyModifierControl, ui.KeyProjects, w.shell.OpenProjects)
	on(fyne.KeyModifierControl, ui.KeyOpen, func() { d.do(view.ActOpen, "") })
	on(fyne.KeyModifierControl, ui.KeyFind, func() {
		switch p := w.pages[w.shown]; {
		case p != nil && p.logs != nil:
			p.logs.Find()
		case p != nil && p.topics != nil:
			p.topics.Find()
		}
	})
	on(fyne.KeyModifierControl, ui.KeyClose, w.dismiss)
	on(fyne.KeyModifierControl, ui.KeyQuit, func() { d.do(view.ActQuit, "") })
	c.AddShortcut(&fyne.ShortcutCopy{}, func(fyne.Shortcut) {
		if p := w.pages[w.shown]; p != nil && p.logs != nil {
			p.logs.Copy()
		}
	})
	c.SetOnTypedKey(func(e *fyne.KeyEvent) {
		if e.Name == fyne.KeyEscape {
			w.escape()
		}
	})
}

// escape leaves what is on top: a menu or a dialog, else a question that can be asked again.
func (w *window) escape() {
	d := w.desk
	switch top := w.Canvas().Overlays().Top(); {
	case top != nil:
		w.Canvas().Overlays().Remove(top)
	case w.shown == view.PageOverview && d.welcomer.question != nil:
		d.welcomer.Decline()
	}
}
