package ui

import (
	"cmp"
	"image/color"
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"streamtray/app/view"
)

// line is one text in one style. It is cut with an ellipsis where it does not fit, unless it wraps; what was cut is told
// to the mouse that rests on it.
type line struct {
	widget.RichText
	hint
	segment *widget.TextSegment
	whole   string // where the middle is cut: the text
	middle  bool
}

// style of a line.
type style struct {
	size  fyne.ThemeSizeName  // empty: plain text
	color fyne.ThemeColorName // empty: the foreground
	bold  bool
	mono  bool
	wrap  bool
	right bool

	middle bool // its middle is cut, and not its end
}

func (s style) sizeName() fyne.ThemeSizeName {
	if s.mono {
		return sizeMono // whatever the size
	}
	return cmp.Or(s.size, theme.SizeNameText)
}

func (s style) colorName() fyne.ThemeColorName { return cmp.Or(s.color, theme.ColorNameForeground) }

func newLine(text string, s style) *line {
	l := &line{segment: &widget.TextSegment{Style: widget.RichTextStyle{
		SizeName: s.sizeName(), ColorName: s.colorName(), TextStyle: fyne.TextStyle{Bold: s.bold, Monospace: s.mono},
	}}}
	l.put(text)
	if s.right {
		l.segment.Style.Alignment = fyne.TextAlignTrailing
	}
	l.Segments, l.Scroll = []widget.RichTextSegment{l.segment}, fyne.ScrollNone
	l.Truncation = fyne.TextTruncateEllipsis
	if s.wrap {
		l.Truncation, l.Wrapping = fyne.TextTruncateOff, fyne.TextWrapWord
	}
	l.whole, l.middle = text, s.middle
	l.hint.of, l.hint.text = l, l.cutText
	l.ExtendBaseWidget(l)
	return l
}

// put changes what is drawn.
func (l *line) put(text string) {
	st := &l.segment.Style.TextStyle
	st.TabWidth = 0
	l.segment.Text, *st = text, styleOf(text, *st)
}

// set shows another text; the same one costs nothing.
func (l *line) set(text string) {
	if l.whole == text && (l.middle || l.segment.Text == text) {
		return
	}
	l.whole = text
	if l.middle {
		text = middle(text, l.fits)
	}
	l.put(text)
	l.Refresh()
}

// Resize cuts the middle where that is asked for.
func (l *line) Resize(size fyne.Size) {
	l.RichText.Resize(size)
	if text := middle(l.whole, l.fits); l.middle && text != l.segment.Text {
		l.put(text)
		l.Refresh()
	}
}

// fits reports whether a text is seen whole. Fyne cuts it by whole pixels.
func (l *line) fits(text string) bool {
	st, room := l.segment.Style, l.Size().Width
	if room == 0 {
		return true
	}
	wide := fyne.MeasureText(text, theme.Size(st.SizeName), styleOf(text, st.TextStyle)).Width
	return math.Ceil(float64(wide)) <= math.Floor(float64(room-2*theme.InnerPadding()))
}

// cutText is the whole text where it is cut, and else nothing.
func (l *line) cutText() string {
	if l.Wrapping != fyne.TextWrapOff || l.whole == l.segment.Text && l.fits(l.whole) {
		return ""
	}
	return l.whole
}

func (l *line) paint(c fyne.ThemeColorName) {
	if l.segment.Style.ColorName != c {
		l.segment.Style.ColorName = c
		l.Refresh()
	}
}

// bordered puts objects at the sides of another; nil: none there. The focus goes through them as one reads, while Fyne's
// own goes to the middle first.
func bordered(top, bottom, left, right, middle fyne.CanvasObject) fyne.CanvasObject {
	var objects []fyne.CanvasObject
	for _, o := range []fyne.CanvasObject{top, left, middle, right, bottom} {
		if o != nil {
			objects = append(objects, o)
		}
	}
	return container.New(layout.NewBorderLayout(top, bottom, left, right), objects...)
}

// card is a surface with a heading.
func card(title string, content fyne.CanvasObject) fyne.CanvasObject {
	return plainCard(bordered(newLine(title, style{bold: true}), nil, nil, nil, content))
}

func plainCard(content fyne.CanvasObject) fyne.CanvasObject {
	back := &surface{}
	back.ExtendBaseWidget(back)
	return container.NewStack(back, container.New(layout.NewCustomPaddedLayout(6, 8, 8, 8), content))
}

// surface is the back of a card. It is a widget, and no plain rectangle, so that it follows the theme.
type surface struct {
	widget.BaseWidget
	fill fyne.ThemeColorName // empty: a card's
	flat bool                // no border, no round corners
}

// CreateRenderer draws the surface.
func (s *surface) CreateRenderer() fyne.WidgetRenderer {
	r := &surfaceRenderer{s, canvas.NewRectangle(nil)}
	r.back.CornerRadius, r.back.StrokeWidth = 8, 1
	r.Refresh()
	return r
}

type surfaceRenderer struct {
	s    *surface
	back *canvas.Rectangle
}

func (r *surfaceRenderer) Layout(size fyne.Size)        { r.back.Resize(size) }
func (r *surfaceRenderer) MinSize() fyne.Size           { return fyne.Size{} }
func (r *surfaceRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.back} }
func (r *surfaceRenderer) Destroy()                     {}

func (r *surfaceRenderer) Refresh() {
	fill := r.s.fill
	if fill == "" {
		fill = colorCard
	}
	r.back.FillColor, r.back.StrokeColor = r.s.color(fill), r.s.color(colorBorder)
	if r.s.flat {
		r.back.StrokeWidth, r.back.CornerRadius = 0, 0
	}
	r.back.Refresh()
}

func (s *surface) color(n fyne.ThemeColorName) color.Color { return theme.ColorForWidget(n, s) }

// cells lays its objects out side by side: a positive width is taken as it is, 0 is one share of what is left, and a negative
// number so many. Rows with the same cells line up.
type cells []float32

// shares are how many of what is left a column has.
func (c cells) shares(i int) float32 {
	if c[i] > 0 {
		return 0
	}
	return max(-c[i], 1)
}

// Layout puts the objects in their columns, in the middle of the height, by whole units: between two pixels, text loses its tails.
func (c cells) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	rest, shares := size.Width, float32(0)
	for i, w := range c {
		shares += c.shares(i)
		rest -= max(w, 0)
	}
	x := float32(0)
	for i, o := range objects {
		w := c[i]
		if w <= 0 {
			w = max(rest*c.shares(i)/shares, 0)
		}
		if o.Size().Width != w { // what wraps knows its height once it has a width
			o.Resize(fyne.NewSize(w, o.MinSize().Height))
		}
		h := o.MinSize().Height
		o.Resize(fyne.NewSize(w, h))
		o.Move(fyne.NewPos(x, max(float32(math.Floor(float64(size.Height-h)/2)), 0)))
		x += w
	}
}

// MinSize is the fixed columns, and something for each of the others.
func (c cells) MinSize(objects []fyne.CanvasObject) fyne.Size {
	const least = 80
	var s fyne.Size
	for i, o := range objects {
		if o.Visible() {
			s.Height = max(s.Height, o.MinSize().Height)
		}
		if s.Width += max(c[i], 0); c[i] <= 0 {
			s.Width += least
		}
	}
	return s
}

// stack puts its objects one below the other, each as high as it needs to be at the width there is: a text that wraps
// knows its height only once it has a width.
type stack struct{ gap float32 }

// Layout gives each object the whole width, and then the height that it asks for.
func (k stack) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	y := float32(0)
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		if o.Size().Width != size.Width {
			o.Resize(fyne.NewSize(size.Width, o.MinSize().Height))
		}
		h := o.MinSize().Height
		o.Resize(fyne.NewSize(size.Width, h))
		o.Move(fyne.NewPos(0, y))
		y += h + k.gap
	}
}

// MinSize is the widest and all the heights.
func (k stack) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var s fyne.Size
	gap := float32(0)
	for _, o := range objects {
		if o.Visible() {
			m := o.MinSize()
			s.Width, s.Height, gap = max(s.Width, m.Width), s.Height+gap+m.Height, k.gap
		}
	}
	return s
}

// filled is a stack whose last object takes the room that is left, up to a height.
type filled struct {
	stack
	most float32
}

// Layout is the stack's, and then the last one's.
func (f filled) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	f.stack.Layout(objects, size)
	last := objects[len(objects)-1]
	last.Resize(fyne.NewSize(size.Width, max(last.MinSize().Height, min(size.Height-last.Position().Y, f.most))))
}

// readable gives its one object no more than a width, in the middle: a line that is longer is hard to read.
type readable struct{ most float32 }

// Layout puts the object in the middle.
func (c readable) Layout(o []fyne.CanvasObject, size fyne.Size) {
	wide := min(size.Width, c.most)
	o[0].Resize(fyne.NewSize(wide, size.Height))
	o[0].Move(fyne.NewPos(float32(math.Floor(float64(size.Width-wide)/2)), 0))
}

// MinSize is the object's.
func (readable) MinSize(o []fyne.CanvasObject) fyne.Size { return o[0].MinSize() }

// sized gives its one object a size; 0: the object's own.
type sized struct {
	width, height float32
	whole         bool // the object's height is rounded up: small text that begins between two pixels loses its tails
}

// Layout gives the object all there is.
func (sized) Layout(o []fyne.CanvasObject, size fyne.Size) { o[0].Resize(size) }

// MinSize is the size that is given, and else the object's.
func (s sized) MinSize(o []fyne.CanvasObject) fyne.Size {
	own := o[0].MinSize()
	if s.whole {
		own.Height = float32(math.Ceil(float64(own.Height)))
	}
	return fyne.NewSize(cmp.Or(s.width, own.Width), cmp.Or(s.height, own.Height))
}

// widest is how wide a column must be for the widest of its texts.
func widest(s style, texts ...string) float32 {
	var w float32
	for _, t := range texts {
		w = max(w, fyne.MeasureText(t, theme.Size(s.sizeName()), styleOf(t, fyne.TextStyle{Bold: s.bold, Monospace: s.mono})).Width)
	}
	return w + 2*theme.InnerPadding() + 2 // a hair more than measured, for the rounding of pixels
}

// header is the heads of a table's columns.
func header(c cells, rights []bool, texts ...string) fyne.CanvasObject {
	objects := make([]fyne.CanvasObject, len(texts))
	for i, t := range texts {
		objects[i] = newLine(t, style{size: theme.SizeNameCaptionText, color: colorMuted, right: rights[i]})
	}
	return container.New(c, objects...)
}

// button does an act. The first of several is the one that is meant.
func button(i view.Item, first bool, do func(view.Act, string)) *pushButton {
	b := newButton(i.Label, func() { do(i.Act, i.Arg) })
	if first {
		b.Importance = widget.HighImportance
	}
	return b
}

// muted is a note that takes as many lines as it needs.
func muted(text string) *line { return newLine(text, style{color: colorMuted, wrap: true}) }

// replace puts other objects into a container.
func replace(c *fyne.Container, objects ...fyne.CanvasObject) {
	c.Objects = objects
	c.Refresh()
}
