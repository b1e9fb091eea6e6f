package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"
)

// modal is a question over a page. It closes by its button and by Esc, wherever the keys are.
type modal struct {
	popup  *widget.PopUp
	canvas fyne.Canvas
	before func(*fyne.KeyEvent)
}

// open shows content under a title, with buttons below it, at most as large as the canvas.
func (m *modal) open(c fyne.Canvas, title string, content fyne.CanvasObject, size fyne.Size, buttons ...fyne.CanvasObject) {
	row := container.NewHBox(layout.NewSpacer())
	for _, b := range buttons {
		row.Add(b)
	}
	m.canvas, m.before = c, c.OnTypedKey()
	m.popup = widget.NewModalPopUp(container.New(layout.NewCustomPaddedLayout(8, 8, 10, 10),
		bordered(newLine(title, style{bold: true}), row, nil, nil, content)), c)
	room := c.Size()
	m.popup.Resize(fyne.NewSize(min(size.Width, room.Width-40), min(size.Height, room.Height-40)))
	c.SetOnTypedKey(func(k *fyne.KeyEvent) {
		if k.Name == fyne.KeyEscape {
			m.close()
			return
		}
		if m.before != nil {
			m.before(k)
		}
	})
	m.popup.Show()
}

// close takes the question away.
func (m *modal) close() {
	if m.popup == nil {
		return
	}
	m.popup.Hide()
	m.popup = nil
	m.canvas.SetOnTypedKey(m.before)
}

// modalEntry is an entry in a modal: Esc closes that.
type modalEntry struct {
	widget.Entry
	in *modal
}

func newModalEntry(in *modal, lines int) *modalEntry {
	e := &modalEntry{in: in}
	e.MultiLine = lines > 1
	e.Wrapping = fyne.TextWrapOff
	e.ExtendBaseWidget(e)
	if lines > 1 {
		e.Wrapping = fyne.TextWrapBreak
		e.SetMinRowsVisible(lines)
	}
	return e
}

// TypedKey hears Esc.
func (e *modalEntry) TypedKey(k *fyne.KeyEvent) {
	if k.Name == fyne.KeyEscape {
		e.in.close()
		return
	}
	e.Entry.TypedKey(k)
}
