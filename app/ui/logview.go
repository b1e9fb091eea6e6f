package ui

import (
	"image/color"
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// logView draws the lines that are seen and no others. Wheel, keys and a tap move in it; what it should show then, it
// asks of its owner.
type logView struct {
	widget.BaseWidget
	total  int       // lines there are
	top    int       // index of the first that is drawn
	picked int       // index of the one that is looked at; -1: none
	lines  []LogLine // those that are drawn
	tell   func(string) string
	moved  func(top int, end bool) // the user wants to see from there; end: the newest
	pick   func(index int)
	focus  func()         // gives the view the keys
	scale  func() float32 // pixels of a unit
	wheel  float32        // what is left of a turn that was less than a line
}

// Columns of a line, in widths of a digit.
const (
	timeDigits   = 13
	sourceDigits = 11
)

func newLogView(tell func(source string) string, moved func(int, bool), pick func(int), focus func(), scale func() float32) *logView {
	v := &logView{picked: -1, tell: tell, moved: moved, pick: pick, focus: focus, scale: scale}
	v.ExtendBaseWidget(v)
	return v
}

// rows is how many lines are seen whole.
func (v *logView) rows() int { return max(int(v.Size().Height/v.lineHeight()), 1) }

// above is the part of a line's height that stands above its base, in Fyne's monospaced font.
const above = 0.797

// textSize is the one near the theme's at which a line is drawn whole. Fyne 2.7 rounds up where its base lies, and then
// its height to the nearest pixel: at most sizes the lowest row is cut, underscores first.
func (v *logView) textSize() float32 {
	best, least := float32(0), math.Inf(1)
	for _, size := range []float32{13, 14, 12} {
		height := float64(fyne.MeasureText("Mg", size, fyne.TextStyle{Monospace: true}).Height * v.scale())
		lost := math.Ceil(height*above) + height*(1-above) - math.Round(height)
		if lost < least-0.2 { // less is not seen
			best, least = size, lost
		}
	}
	return best
}

// lineHeight is a whole number of pixels, so that every line lies the same way among them.
func (v *logView) lineHeight() float32 {
	height := fyne.MeasureText("Mg", v.textSize(), fyne.TextStyle{Monospace: true}).Height
	scale := v.scale()
	return float32(math.Ceil(float64(height*scale))+1) / scale
}

// show draws lines, the first of which has index top of total.
func (v *logView) show(lines []LogLine, top, total, picked int) {
	v.lines, v.top, v.total, v.picked = lines, top, total, picked
	v.Refresh()
}

// Scrolled moves by what the wheel was turned.
func (v *logView) Scrolled(e *fyne.ScrollEvent) {
	v.wheel -= e.Scrolled.DY / v.lineHeight() * 2
	whole := int(v.wheel)
	v.wheel -= float32(whole)
	v.to(v.top + whole)
}

// Tapped chooses a line, and takes the keys.
func (v *logView) Tapped(e *fyne.PointEvent) {
	v.focus()
	if i := v.top + int(e.Position.Y/v.lineHeight()); i < v.total {
		v.pick(i)
	}
}

// FocusGained does nothing: the lines look the same.
func (v *logView) FocusGained() {}

// FocusLost does nothing.
func (v *logView) FocusLost() {}

// TypedRune does nothing.
func (v *logView) TypedRune(rune) {}

// TypedKey moves.
func (v *logView) TypedKey(e *fyne.KeyEvent) {
	steps := map[fyne.KeyName]int{fyne.KeyUp: -1, fyne.KeyDown: 1, fyne.KeyPageUp: 1 - v.rows(), fyne.KeyPageDown: v.rows() - 1, fyne.KeyHome: -v.total, fyne.KeyEnd: v.total}
	if step, ok := steps[e.Name]; ok {
		v.to(v.top + step)
	}
}

// to asks for what is seen from a line on.
func (v *logView) to(top int) {
	end := v.total - v.rows()
	v.moved(max(min(top, end), 0), top >= end)
}

// MinSize is small: the window decides.
func (v *logView) MinSize() fyne.Size { return fyne.NewSize(300, 120) }

// CreateRenderer draws the lines.
func (v *logView) CreateRenderer() fyne.WidgetRenderer {
	return &logRenderer{view: v, back: canvas.NewRectangle(color.Transparent), bar: canvas.NewRectangle(color.Transparent), pick: canvas.NewRectangle(color.Transparent)}
}

// tails moves a line by less than half a pixel. Fyne rounds a text's height with its place: at a whole one, a height of
// 15.1 becomes 15, and the last row of pixels, that of tails and underscores, is lost.
const tails = 0.49

// logRenderer has three texts a line: time, source, text.
type logRenderer struct {
	view            *logView
	back, pick, bar *canvas.Rectangle
	texts           []*canvas.Text
}

// Layout makes as many texts as are seen.
func (r *logRenderer) Layout(size fyne.Size) {
	r.back.Resize(size)
	want := 3 * (int(size.Height/r.view.lineHeight()) + 1)
	for len(r.texts) < want {
		t := canvas.NewText("", color.Transparent)
		t.TextStyle.Monospace = true
		r.texts = append(r.texts, t)
	}
	r.texts = r.texts[:want]
	r.view.moved(r.view.top, false)
	r.Refresh()
}

// MinSize is the view's.
func (r *logRenderer) MinSize() fyne.Size { return r.view.MinSize() }

// Destroy does nothing.
func (r *logRenderer) Destroy() {}

// Objects are the back, what is picked, the texts and the bar.
func (r *logRenderer) Objects() []fyne.CanvasObject {
	all := []fyne.CanvasObject{r.back, r.pick}
	for _, t := range r.texts {
		all = append(all, t)
	}
	return append(all, r.bar)
}

// Refresh draws what is to be seen now.
func (r *logRenderer) Refresh() {
	v := r.view
	r.back.FillColor = theme.ColorForWidget(colorMono, v)
	r.back.Refresh()
	digit := fyne.MeasureText("0", v.textSize(), fyne.TextStyle{Monospace: true}).Width
	height := v.lineHeight()
	fits := max(int((v.Size().Width-16)/digit)-timeDigits-sourceDigits, 10)
	for i := range len(r.texts) / 3 {
		var l LogLine
		if i < len(v.lines) {
			l = v.lines[i]
		}
		r.line(r.texts[3*i:3*i+3], l, fyne.NewPos(8, float32(i)*height+tails/v.scale()), digit, fits)
	}
	r.marks(height)
}

// line puts one line into its three texts; those that did not change are left alone.
func (r *logRenderer) line(texts []*canvas.Text, l LogLine, at fyne.Position, digit float32, fits int) {
	v := r.view
	stamp, source := "", ""
	if !l.Time.IsZero() {
		stamp, source = l.Time.Format("15:04:05.000"), v.tell(l.Source)
	}
	main := levelColor(l)
	r.put(texts[0], stamp, theme.ColorForWidget(colorMuted, v), at)
	r.put(texts[1], cut(source, sourceDigits-1), theme.ColorForWidget(colorInfo, v), at.AddXY(timeDigits*digit, 0))
	text := cut(l.Text, fits)
	if l.About != "" {
		text = cut("▲ "+l.Text, fits)
	}
	r.put(texts[2], text, theme.ColorForWidget(main, v), at.AddXY((timeDigits+sourceDigits)*digit, 0))
}

func (r *logRenderer) put(t *canvas.Text, text string, c color.Color, at fyne.Position) {
	size := r.view.textSize()
	t.Move(at)
	if t.Text == text && t.Color == c && t.TextSize == size {
		return
	}
	t.Text, t.Color, t.TextSize = text, c, size
	t.Resize(t.MinSize())
	t.Refresh()
}

func levelColor(l LogLine) fyne.ThemeColorName {
	switch {
	case levels[l.Level] >= levels["error"]:
		return theme.ColorNameError
	case l.About != "", l.Level == "warning":
		return theme.ColorNameWarning
	case l.Level == "debug":
		return colorMuted
	}
	return theme.ColorNameForeground
}

// marks draws what is picked, and the bar that says where one is.
func (r *logRenderer) marks(height float32) {
	v := r.view
	r.pick.FillColor = theme.ColorForWidget(theme.ColorNameSelection, v)
	r.pick.Hidden = v.picked < v.top || v.picked >= v.top+len(v.lines)
	r.pick.Move(fyne.NewPos(0, float32(v.picked-v.top)*height))
	r.pick.Resize(fyne.NewSize(v.Size().Width, height))
	r.pick.Refresh()

	seen := float32(v.rows()) / float32(max(v.total, 1))
	r.bar.Hidden = seen >= 1
	r.bar.FillColor, r.bar.CornerRadius = theme.ColorForWidget(theme.ColorNameScrollBar, v), 3
	long := max(v.Size().Height*seen, 24)
	free := v.Size().Height - long
	part := float32(v.top) / float32(max(v.total-v.rows(), 1))
	r.bar.Resize(fyne.NewSize(6, long))
	r.bar.Move(fyne.NewPos(v.Size().Width-8, free*min(part, 1)))
	r.bar.Refresh()
}

// cut shortens s to at most n columns; wide characters take two.
func cut(s string, n int) string {
	used := 0
	for i, c := range s {
		used++
		if wide(c) {
			used++
		}
		if used > n {
			return s[:i] + "…"
		}
	}
	return s
}

// wide reports whether a character takes two columns, as far as a log needs to know.
func wide(c rune) bool {
	return c >= 0x1100 && (c <= 0x115f || c >= 0x2e80 && c <= 0xa4cf || c >= 0xac00 && c <= 0xd7a3 || c >= 0xf900 && c <= 0xfaff ||
		c >= 0xfe30 && c <= 0xfe6f || c >= 0xff00 && c <= 0xff60 || c >= 0xffe0 && c <= 0xffe6 || c >= 0x1f300)
}
