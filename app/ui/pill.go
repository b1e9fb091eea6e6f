package ui

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
)

// pill is a switch with a name.
type pill struct {
	pressable
	text   string
	on     bool
	usable bool
	turned func(on bool)
}

func newPill(text string, turned func(on bool)) *pill {
	p := &pill{text: text, turned: turned}
	p.pressed(p, p.turn)
	return p
}

// set shows how it is; turned is not called.
func (p *pill) set(on, usable bool) {
	if p.on != on || p.usable != usable {
		p.on, p.usable = on, usable
		p.Refresh()
	}
}

func (p *pill) turn() {
	if p.usable {
		p.on = !p.on
		p.Refresh()
		p.turned(p.on)
	}
}

// CreateRenderer draws the switch.
func (p *pill) CreateRenderer() fyne.WidgetRenderer {
	r := &pillRenderer{p, canvas.NewRectangle(nil), canvas.NewText(p.text, nil), canvas.NewRectangle(nil), canvas.NewCircle(nil)}
	r.Refresh()
	return r
}

type pillRenderer struct {
	p     *pill
	back  *canvas.Rectangle
	text  *canvas.Text
	track *canvas.Rectangle
	knob  *canvas.Circle
}

const (
	trackWidth  = 32
	trackHeight = 18
	knobSize    = 12
	pillPad     = 8
)

// Layout places name, track and knob.
func (r *pillRenderer) Layout(size fyne.Size) {
	r.back.Resize(size)
	text := r.text.MinSize()
	r.text.Resize(text)
	r.text.Move(fyne.NewPos(pillPad, (size.Height-text.Height)/2))
	x, y := size.Width-pillPad-trackWidth, (size.Height-trackHeight)/2
	r.track.Resize(fyne.NewSize(trackWidth, trackHeight))
	r.track.Move(fyne.NewPos(x, y))
	const rim = (trackHeight - knobSize) / 2
	if r.p.on {
		x += trackWidth - knobSize - 2*rim
	}
	r.knob.Resize(fyne.NewSquareSize(knobSize))
	r.knob.Move(fyne.NewPos(x+rim, y+rim))
}

// MinSize is name and track.
func (r *pillRenderer) MinSize() fyne.Size {
	return fyne.NewSize(r.text.MinSize().Width+trackWidth+3*pillPad, theme.Size(theme.SizeNameText)+2*theme.InnerPadding()+6)
}

// Objects are the parts, the lowest first.
func (r *pillRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.back, r.text, r.track, r.knob}
}

// Destroy has nothing to do.
func (r *pillRenderer) Destroy() {}

// Refresh draws the switch as it is now.
func (r *pillRenderer) Refresh() {
	p := r.p
	colour := func(n fyne.ThemeColorName) color.Color { return theme.ColorForWidget(n, p) }
	r.back.CornerRadius, r.track.CornerRadius = 6, trackHeight/2
	r.back.FillColor, r.back.StrokeWidth = color.Transparent, 0
	if p.hovered && p.usable {
		r.back.FillColor = colour(theme.ColorNameHover)
	}
	if p.focused {
		r.back.StrokeColor, r.back.StrokeWidth = colour(theme.ColorNamePrimary), 2
	}
	r.text.Color, r.text.TextSize = colour(theme.ColorNameForeground), theme.Size(theme.SizeNameText)
	r.track.StrokeWidth = 1
	switch {
	case !p.usable:
		r.text.Color = colour(theme.ColorNameDisabled)
		r.track.FillColor, r.track.StrokeColor, r.knob.FillColor = color.Transparent, colour(theme.ColorNameDisabled), colour(theme.ColorNameDisabled)
	case p.on:
		r.track.FillColor, r.track.StrokeColor, r.knob.FillColor = colour(theme.ColorNamePrimary), colour(theme.ColorNamePrimary), colour(theme.ColorNameForegroundOnPrimary)
	default:
		r.track.FillColor, r.track.StrokeColor, r.knob.FillColor = color.Transparent, colour(theme.ColorNameInputBorder), colour(theme.ColorNameInputBorder)
	}
	r.Layout(p.Size())
	canvas.Refresh(p)
}
