package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// pressable is a widget that is pressed by the mouse, by Space and by Enter, and draws itself otherwise while it has the keys
// or the mouse.
type pressable struct {
	widget.BaseWidget
	focused, hovered bool
	whole            fyne.Widget // what this is a part of
	press            func()
}

var (
	_ fyne.Tappable     = (*pressable)(nil)
	_ fyne.Focusable    = (*pressable)(nil)
	_ desktop.Hoverable = (*pressable)(nil)
)

// pressed makes it a part of a widget, and has it do something.
func (p *pressable) pressed(whole fyne.Widget, do func()) {
	p.whole, p.press = whole, do
	p.ExtendBaseWidget(whole)
}

// Tapped presses it.
func (p *pressable) Tapped(*fyne.PointEvent) { p.press() }

// FocusGained draws that it has the keys.
func (p *pressable) FocusGained() { p.draw(&p.focused, true) }

// FocusLost draws that it has not.
func (p *pressable) FocusLost() { p.draw(&p.focused, false) }

// MouseIn draws that the mouse is on it.
func (p *pressable) MouseIn(*desktop.MouseEvent) { p.draw(&p.hovered, true) }

// MouseMoved does nothing.
func (p *pressable) MouseMoved(*desktop.MouseEvent) {}

// MouseOut draws that the mouse is not.
func (p *pressable) MouseOut() { p.draw(&p.hovered, false) }

func (p *pressable) draw(state *bool, now bool) {
	*state = now
	p.Refresh()
}

// TypedRune does nothing.
func (p *pressable) TypedRune(rune) {}

// TypedKey presses it, or passes the key on.
func (p *pressable) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter:
		p.press()
	default:
		passUp(p.whole, e)
	}
}

// passUp gives a key that an object does nothing with to the window: while something has the focus, Fyne does not.
func passUp(o fyne.CanvasObject, e *fyne.KeyEvent) {
	c := canvasOf(o)
	if c != nil && c.OnTypedKey() != nil {
		c.OnTypedKey()(e)
	}
}
