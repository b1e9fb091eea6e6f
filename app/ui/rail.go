package ui

import (
	"image/color"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"streamtray/app/i18n"
	"streamtray/app/view"
)

// rail lists the pages, the one that is shown marked.
type rail struct {
	content fyne.CanvasObject
	tabs    map[view.Page]*railTab
}

// pulse is the drawing for the diagnosis, for which Fyne has none.
const pulse = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" width="24" height="24"><path fill="#000000" d="M2 11h4.400l2.300-6.300h1.700l4 11.600 2.200-5.300H22v2h-4.100l-2.800 6.700h-1.700L9.500 8.400 7.800 13H2z"/></svg>`

func railIcon(p view.Page) fyne.Resource {
	switch p {
	case view.PageOverview:
		return theme.HomeIcon()
	case view.PageLogs:
		return theme.ListIcon()
	case view.PageTopics:
		return theme.StorageIcon()
	case view.PageDiagnose:
		return theme.NewThemedResource(fyne.NewStaticResource("pulse.svg", []byte(pulse)))
	case view.PageSettings:
	}
	return theme.SettingsIcon()
}

func newRail(w *i18n.Words, do func(view.Act, string)) *rail {
	r := &rail{tabs: map[view.Page]*railTab{}}
	box := container.New(stack{2})
	for _, p := range view.Pages() {
		t := &railTab{icon: railIcon(p), text: p.Title(w)}
		t.pressed(t, func() { do(p.Act(), "") })
		r.tabs[p] = t
		box.Add(t)
	}
	r.content = container.NewStack(newSurface(), container.New(layout.NewCustomPaddedLayout(6, 6, 6, 6), box))
	return r
}

func (r *rail) choose(p view.Page) {
	for page, t := range r.tabs {
		if chosen := page == p; chosen != t.chosen {
			t.chosen = chosen
			t.Refresh()
		}
	}
}

func (r *rail) count(p view.Page, n int) {
	if t := r.tabs[p]; t.count != n {
		t.count = n
		t.Refresh()
	}
}

// narrow leaves out the names.
func (r *rail) narrow(on bool) {
	for _, t := range r.tabs {
		if t.narrow != on {
			t.narrow = on
			t.Refresh()
		}
	}
}

// railTab opens a page.
type railTab struct {
	pressable
	icon   fyne.Resource
	text   string
	count  int // what asks for attention there
	chosen bool
	narrow bool
}

// CreateRenderer draws the tab.
func (t *railTab) CreateRenderer() fyne.WidgetRenderer {
	r := &railTabRenderer{
		t: t, back: canvas.NewRectangle(nil), bar: canvas.NewRectangle(nil), dot: canvas.NewRectangle(nil), icon: widget.NewIcon(t.icon),
		text: canvas.NewText(t.text, nil), count: canvas.NewText("", nil),
	}
	r.count.Alignment = fyne.TextAlignCenter
	r.Refresh()
	return r
}

type railTabRenderer struct {
	t              *railTab
	back, bar, dot *canvas.Rectangle
	icon           *widget.Icon
	text, count    *canvas.Text
}

const (
	railTabHeight = 36
	railIconSize  = 18
	railDotHigh   = 16
)

// Layout places icon, name and number.
func (r *railTabRenderer) Layout(size fyne.Size) {
	r.back.Resize(size)
	r.bar.Resize(fyne.NewSize(3, size.Height-14))
	r.bar.Move(fyne.NewPos(0, 7))
	middle := func(h float32) float32 { return (size.Height - h) / 2 }
	r.icon.Resize(fyne.NewSquareSize(railIconSize))
	r.icon.Move(fyne.NewPos(11, middle(railIconSize)))
	text := r.text.MinSize()
	r.text.Resize(text)
	r.text.Move(fyne.NewPos(38, middle(text.Height)))
	n := r.count.MinSize()
	dot := fyne.NewSize(max(n.Width+9, railDotHigh), railDotHigh)
	at := fyne.NewPos(size.Width-dot.Width-8, middle(railDotHigh))
	if r.t.narrow { // at the icon's corner
		at = fyne.NewPos(size.Width-dot.Width-1, 1)
	}
	r.dot.Resize(dot)
	r.dot.Move(at)
	r.count.Resize(dot)
	r.count.Move(at)
}

// MinSize is the height of a tab; the rail knows the width.
func (r *railTabRenderer) MinSize() fyne.Size {
	return fyne.NewSize(railNarrow-12, railTabHeight)
}

// Objects are the parts, the lowest first.
func (r *railTabRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.back, r.bar, r.icon, r.text, r.dot, r.count}
}

// Destroy has nothing to do.
func (r *railTabRenderer) Destroy() {}

// Refresh draws the tab as it is now.
func (r *railTabRenderer) Refresh() {
	t := r.t
	colour := func(n fyne.ThemeColorName) color.Color { return theme.ColorForWidget(n, t) }
	r.back.CornerRadius, r.bar.CornerRadius, r.dot.CornerRadius = 6, 1.5, railDotHigh/2
	r.back.FillColor, r.back.StrokeWidth = colour(colorCard), 0
	switch {
	case t.chosen:
		r.back.FillColor = colour(theme.ColorNameSelection)
	case t.hovered:
		r.back.FillColor = colour(theme.ColorNameHover)
	}
	if t.focused {
		r.back.StrokeColor, r.back.StrokeWidth = colour(theme.ColorNamePrimary), 2
	}
	r.bar.FillColor = colour(theme.ColorNamePrimary)
	r.bar.Hidden = !t.chosen
	r.text.Text, r.text.Color, r.text.TextSize = t.text, colour(theme.ColorNameForeground), theme.Size(theme.SizeNameText)
	r.text.TextStyle.Bold = t.chosen
	r.text.Hidden = t.narrow
	r.count.Text, r.count.Color, r.count.TextSize = strconv.Itoa(t.count), colour(theme.ColorNameForegroundOnError), theme.Size(theme.SizeNameCaptionText)-1
	r.dot.FillColor = colour(theme.ColorNameError)
	r.dot.Hidden, r.count.Hidden = t.count == 0, t.count == 0
	r.Layout(t.Size())
	canvas.Refresh(t)
}
