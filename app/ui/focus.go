package ui

import (
	"image/color"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// pushButton is a button that Enter presses as Space does, with a ring around it while it has the keys. Fyne's own is drawn
// in another colour then, which looks as if it could not be pressed. What it does nothing with goes to the window.
type pushButton struct {
	widget.Button
	focusRing
}

func newButton(text string, do func()) *pushButton { return newButtonWithIcon(text, nil, do) }

func newButtonWithIcon(text string, icon fyne.Resource, do func()) *pushButton {
	b := &pushButton{}
	b.Text, b.Icon, b.OnTapped = text, icon, do
	b.ExtendBaseWidget(b)
	return b
}

// CreateRenderer draws the button and its ring.
func (b *pushButton) CreateRenderer() fyne.WidgetRenderer {
	return b.around(b, b.Button.CreateRenderer(), true)
}

// FocusGained draws the ring.
func (b *pushButton) FocusGained() { b.has(b, true, b.Button.FocusGained) }

// FocusLost takes the ring away.
func (b *pushButton) FocusLost() { b.has(b, false, b.Button.FocusLost) }

// TypedKey presses the button, or passes the key on.
func (b *pushButton) TypedKey(k *fyne.KeyEvent) {
	switch k.Name {
	case fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter:
		b.Tapped(nil)
	default:
		passUp(b, k)
	}
}

// choice is one of several texts, by a list that Enter opens too, with the ring of a button.
type choice struct {
	widget.Select
	focusRing
}

func newChoice(texts []string) *choice {
	c := &choice{}
	c.Options = texts
	c.ExtendBaseWidget(c)
	return c
}

// CreateRenderer draws the choice and its ring.
func (c *choice) CreateRenderer() fyne.WidgetRenderer {
	return c.around(c, c.Select.CreateRenderer(), true)
}

// FocusGained draws the ring.
func (c *choice) FocusGained() { c.has(c, true, c.Select.FocusGained) }

// FocusLost takes the ring away.
func (c *choice) FocusLost() { c.has(c, false, c.Select.FocusLost) }

// TypedKey opens the list, or passes the key on.
func (c *choice) TypedKey(k *fyne.KeyEvent) {
	switch k.Name {
	case fyne.KeyReturn, fyne.KeyEnter:
		c.Select.TypedKey(&fyne.KeyEvent{Name: fyne.KeySpace})
	case fyne.KeyEscape:
		passUp(c, k)
	default:
		c.Select.TypedKey(k)
	}
}

// checkBox is a box with a text that Enter ticks too, with the ring of a button.
type checkBox struct {
	widget.Check
	focusRing
}

func newCheckBox(text string, changed func(bool)) *checkBox {
	c := &checkBox{}
	c.Text, c.OnChanged = text, changed
	c.ExtendBaseWidget(c)
	return c
}

// CreateRenderer draws the box and its ring.
func (c *checkBox) CreateRenderer() fyne.WidgetRenderer {
	return c.around(c, c.Check.CreateRenderer(), false)
}

// FocusGained draws the ring.
func (c *checkBox) FocusGained() { c.has(c, true, c.Check.FocusGained) }

// FocusLost takes the ring away.
func (c *checkBox) FocusLost() { c.has(c, false, c.Check.FocusLost) }

// TypedKey ticks the box, or passes the key on. Space comes as a rune.
func (c *checkBox) TypedKey(k *fyne.KeyEvent) {
	switch k.Name {
	case fyne.KeyReturn, fyne.KeyEnter:
		c.TypedRune(' ')
	case fyne.KeySpace:
	default:
		passUp(c, k)
	}
}

// focusRing is two lines around a widget that has the keys, of which one is seen on any surface.
type focusRing struct {
	focused bool
}

// has is told when the keys come and go. What has them is scrolled to, as Fyne does not.
func (f *focusRing) has(of fyne.CanvasObject, keys bool, told func()) {
	f.focused = keys
	told() // draws anew
	if c := canvasOf(of); keys && c != nil {
		reveal(c.Content(), of)
	}
}

// reveal scrolls whatever an object is in until it is seen, and reports whether the object is below root.
func reveal(root, o fyne.CanvasObject) bool {
	if root == o {
		return true
	}
	switch root := root.(type) {
	case *fyne.Container:
		return slices.ContainsFunc(root.Objects, func(child fyne.CanvasObject) bool { return child.Visible() && reveal(child, o) })
	case *container.Scroll:
		if !reveal(root.Content, o) {
			return false
		}
		top := driver().AbsolutePositionForObject(o).Y - driver().AbsolutePositionForObject(root).Y
		const around = 8
		switch below := top + o.Size().Height - root.Size().Height; {
		case top < 0:
			root.ScrollToOffset(root.Offset.AddXY(0, top-around))
		case below > 0:
			root.ScrollToOffset(root.Offset.AddXY(0, below+around))
		}
		return true
	}
	return false
}

// around adds the ring to what draws a widget: around all of its size, or only as much as it needs.
func (f *focusRing) around(of fyne.Widget, inner fyne.WidgetRenderer, whole bool) fyne.WidgetRenderer {
	r := &ringRenderer{WidgetRenderer: inner, of: of, ring: f, whole: whole, lines: [2]*canvas.Rectangle{
		canvas.NewRectangle(color.Transparent), canvas.NewRectangle(color.Transparent),
	}}
	r.paint()
	return r
}

type ringRenderer struct {
	fyne.WidgetRenderer
	of    fyne.Widget
	ring  *focusRing
	whole bool
	lines [2]*canvas.Rectangle
}

// ringWidth is how wide each of the two lines is, from the edge inwards.
var ringWidth = [2]float32{2, 1}

// Layout places what the ring is around, and the ring.
func (r *ringRenderer) Layout(size fyne.Size) {
	r.WidgetRenderer.Layout(size)
	if !r.whole {
		size.Width = min(size.Width, r.MinSize().Width)
	}
	inset := float32(0)
	for i, l := range r.lines {
		l.Move(fyne.NewSquareOffsetPos(inset))
		l.Resize(size.SubtractWidthHeight(2*inset, 2*inset))
		inset += ringWidth[i]
	}
}

// Objects are those of what it is around, below the ring.
func (r *ringRenderer) Objects() []fyne.CanvasObject {
	return append(slices.Clone(r.WidgetRenderer.Objects()), r.lines[0], r.lines[1])
}

// Refresh draws both as they are now.
func (r *ringRenderer) Refresh() {
	r.paint()
	r.WidgetRenderer.Refresh()
}

func (r *ringRenderer) paint() {
	inset := float32(0)
	for i, n := range [2]fyne.ThemeColorName{theme.ColorNameForeground, colorCard} {
		l := r.lines[i]
		l.Hidden = !r.ring.focused
		l.StrokeColor, l.StrokeWidth = theme.ColorForWidget(n, r.of), ringWidth[i]
		l.CornerRadius = theme.SizeForWidget(theme.SizeNameInputRadius, r.of) - inset
		inset += ringWidth[i]
	}
}
