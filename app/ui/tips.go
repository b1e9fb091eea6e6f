package ui

import (
	"image/color"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// WithTips puts a layer over a page in which texts are told to the mouse that rests: what was cut, and what a button
// without words does. Whatever holds several pages may have one over all of them.
func WithTips(page fyne.CanvasObject) fyne.CanvasObject {
	t := &tipLayer{}
	t.ExtendBaseWidget(t)
	t.Hide()
	return container.NewStack(page, t)
}

// hint has the mouse told a text where it rests on an object.
type hint struct {
	of   fyne.CanvasObject
	text func() string // empty: nothing
	in   bool
	at   fyne.Position
}

// restsAfter is how long the mouse must rest.
const restsAfter = 500 * time.Millisecond

// MouseIn waits until the mouse rests.
func (h *hint) MouseIn(e *desktop.MouseEvent) {
	h.in, h.at = true, e.AbsolutePosition
	if h.text == nil || h.text() == "" {
		return
	}
	time.AfterFunc(restsAfter, func() {
		Later(func() {
			if h.in && h.text() != "" {
				showTip(h.of, h.text(), h.at)
			}
		})
	})
}

// MouseMoved notes where the mouse is.
func (h *hint) MouseMoved(e *desktop.MouseEvent) { h.at = e.AbsolutePosition }

// MouseOut takes the text away.
func (h *hint) MouseOut() {
	if h.in = false; h.of != nil {
		hideTip(h.of)
	}
}

func showTip(of fyne.CanvasObject, text string, at fyne.Position) {
	if c := canvasOf(of); c != nil {
		if t := findTips(c.Content()); t != nil {
			t.tell(text, at.Subtract(driver().AbsolutePositionForObject(t)))
		}
	}
}

func hideTip(of fyne.CanvasObject) {
	if c := canvasOf(of); c != nil {
		if t := findTips(c.Content()); t != nil {
			t.Hide()
		}
	}
}

// findTips is the outermost layer in what is shown.
func findTips(root fyne.CanvasObject) *tipLayer {
	next := []fyne.CanvasObject{root}
	for len(next) > 0 {
		o := next[0]
		next = next[1:]
		switch o := o.(type) {
		case *tipLayer:
			return o
		case *fyne.Container:
			for _, c := range o.Objects {
				if _, tips := c.(*tipLayer); tips || c.Visible() {
					next = append(next, c)
				}
			}
		}
	}
	return nil
}

// tipLayer is where a text is told.
type tipLayer struct {
	widget.BaseWidget
	text string
	at   fyne.Position
}

func (t *tipLayer) tell(text string, at fyne.Position) {
	t.text, t.at = text, at
	t.Show()
	t.Refresh()
}

// CreateRenderer draws the text on a small surface.
func (t *tipLayer) CreateRenderer() fyne.WidgetRenderer {
	return &tipRenderer{t: t, back: canvas.NewRectangle(color.Transparent)}
}

type tipRenderer struct {
	t     *tipLayer
	back  *canvas.Rectangle
	lines []*canvas.Text
}

// Layout puts the text below the mouse, inside of what there is.
func (r *tipRenderer) Layout(size fyne.Size) {
	const pad = 7
	w, h := float32(0), float32(0)
	for _, l := range r.lines {
		w, h = max(w, l.MinSize().Width), h+l.MinSize().Height
	}
	box := fyne.NewSize(w+2*pad, h+2*pad)
	x := max(min(r.t.at.X, size.Width-box.Width-4), 4)
	y := r.t.at.Y + 18
	if y+box.Height > size.Height {
		y = max(r.t.at.Y-box.Height-6, 0)
	}
	r.back.Move(fyne.NewPos(x, y))
	r.back.Resize(box)
	for _, l := range r.lines {
		l.Move(fyne.NewPos(x+pad, y+pad))
		l.Resize(l.MinSize())
		y += l.MinSize().Height
	}
}

// MinSize is nothing: the layer takes what its page has.
func (r *tipRenderer) MinSize() fyne.Size { return fyne.Size{} }

// Destroy does nothing.
func (r *tipRenderer) Destroy() {}

// Objects are the surface and the text.
func (r *tipRenderer) Objects() []fyne.CanvasObject {
	all := []fyne.CanvasObject{r.back}
	for _, l := range r.lines {
		all = append(all, l)
	}
	return all
}

// mostTipLines are told of a long text.
const mostTipLines = 12

// Refresh breaks the text into lines.
func (r *tipRenderer) Refresh() {
	t := r.t
	if t.text == "" { // a font is not read to measure nothing
		return
	}
	r.back.FillColor, r.back.StrokeColor = theme.ColorForWidget(theme.ColorNameOverlayBackground, t), theme.ColorForWidget(colorBorder, t)
	r.back.StrokeWidth, r.back.CornerRadius = 1, 6
	size := theme.Size(theme.SizeNameCaptionText)
	m := meter{digit: fyne.MeasureText("0", size, fyne.TextStyle{Monospace: true}).Width, size: size}
	r.lines = nil
	for _, whole := range strings.Split(t.text, "\n") {
		for _, p := range m.wrap(whole, min(t.Size().Width-24, 640)) {
			if len(r.lines) == mostTipLines {
				break
			}
			l := canvas.NewText(whole[p.from:p.to], theme.ColorForWidget(theme.ColorNameForeground, t))
			l.TextSize, l.TextStyle = size, styleOf(l.Text, l.TextStyle)
			r.lines = append(r.lines, l)
		}
	}
	r.Layout(t.Size())
	canvas.Refresh(t)
}

// iconButton is a button without words that tells what it does to the mouse that rests on it.
type iconButton struct {
	pushButton
	hint hint
}

func newIconButton(icon fyne.Resource, tip string, do func()) *iconButton {
	b := &iconButton{}
	b.Icon, b.OnTapped, b.Importance = icon, do, widget.LowImportance
	b.hint = hint{of: b, text: func() string { return tip }}
	b.ExtendBaseWidget(b)
	return b
}

// MouseIn marks the button, and waits until the mouse rests.
func (b *iconButton) MouseIn(e *desktop.MouseEvent) {
	b.pushButton.MouseIn(e)
	b.hint.MouseIn(e)
}

// MouseMoved notes where the mouse is.
func (b *iconButton) MouseMoved(e *desktop.MouseEvent) {
	b.pushButton.MouseMoved(e)
	b.hint.MouseMoved(e)
}

// MouseOut takes both back.
func (b *iconButton) MouseOut() {
	b.pushButton.MouseOut()
	b.hint.MouseOut()
}
