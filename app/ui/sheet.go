package ui

import (
	"image/color"
	"math"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// sheet shows lines of monospaced text, of which it draws those that are seen and no others. One moves in it by wheel, keys
// and the bar, and selects lines by mouse and keys; what they are, it asks of its owner whenever it draws.
type sheet struct {
	widget.BaseWidget
	lines sheetLines
	fixed []int                     // widths of the columns before the text, in digits
	wrap  bool                      // a long line goes on below itself; else it is cut
	moved func(end bool)            // the user moved; end: to the newest
	chose func()                    // the user chose lines
	sized func()                    // there is more room, or less
	menu  func() *fyne.Menu         // for the chosen lines; nil: none
	copy  func()                    // Ctrl+C
	scale func() float32            // pixels of a unit
	act   func(line int) (did bool) // a tap on a line; nil or false: it is chosen

	total        int
	top, sub     int // the first line that is seen, and its first row
	left         int // columns scrolled sideways
	anchor, last int // chosen lines, from the one to the other; -1: none
	focused      bool
	shift, onBar bool
	held         float32 // where in the bar it is held
	dragging     bool
	wheel, side  float32 // what is left of a turn that was less than a row or column
}

// sheetLines gives at most n lines from an index on.
type sheetLines func(from, n int) []sheetLine

// sheetLine is one line: what stands in the fixed columns, and the text.
type sheetLine struct {
	cells []cell
	text  cell
	hits  []span // of the text, to be marked
	hot   int    // which of the hits is the one that is looked at; -1: none
	back  fyne.ThemeColorName
}

// cell is text in one colour.
type cell struct {
	text  string
	color fyne.ThemeColorName
}

var (
	_ fyne.Focusable         = (*sheet)(nil)
	_ fyne.Shortcutable      = (*sheet)(nil)
	_ fyne.Draggable         = (*sheet)(nil)
	_ fyne.Scrollable        = (*sheet)(nil)
	_ fyne.SecondaryTappable = (*sheet)(nil)
	_ desktop.Keyable        = (*sheet)(nil)
	_ desktop.Mouseable      = (*sheet)(nil)
)

func newSheet(lines sheetLines, scale func() float32, fixed ...int) *sheet {
	s := &sheet{lines: lines, scale: scale, fixed: fixed, anchor: -1, last: -1, moved: func(bool) {}, chose: func() {}, sized: func() {}, copy: func() {}}
	s.ExtendBaseWidget(s)
	return s
}

// canvasScale is the scale of the canvas that an object is on.
func canvasScale(o fyne.CanvasObject) float32 {
	if c := canvasOf(o); c != nil {
		return c.Scale()
	}
	return 1
}

// Room around the text, and of the bar.
const (
	sheetPad = 8
	barWidth = 14
	barThick = 8
	leastBar = 28
)

// above is the part of a line's height that stands above its base, in Fyne's monospaced font.
const above = 0.797

// textSize is the one near the theme's at which a line is drawn whole. Fyne 2.7 rounds up where its base lies, and then
// its height to the nearest pixel: at most sizes the lowest row is cut, underscores first.
func (s *sheet) textSize() float32 { return wholeSize(s.scale()) }

func wholeSize(scale float32) float32 {
	best, least := float32(0), math.Inf(1)
	for _, size := range []float32{13, 14, 12} {
		height := float64(fyne.MeasureText("Mg", size, fyne.TextStyle{Monospace: true}).Height * scale)
		lost := math.Ceil(height*above) + height*(1-above) - math.Round(height)
		if lost < least-0.2 { // less is not seen
			best, least = size, lost
		}
	}
	return best
}

// lineHeight is a whole number of pixels, so that every line lies the same way among them.
func (s *sheet) lineHeight() float32 {
	height := fyne.MeasureText("Mg", s.textSize(), fyne.TextStyle{Monospace: true}).Height
	scale := s.scale()
	return float32(math.Ceil(float64(height*scale))+1) / scale
}

func (s *sheet) digit() float32 {
	return fyne.MeasureText("0", s.textSize(), fyne.TextStyle{Monospace: true}).Width
}

// rows is how many rows are seen whole.
func (s *sheet) rows() int { return max(int((s.Size().Height-4)/s.lineHeight()), 1) }

// textAt is where the text begins.
func (s *sheet) textAt() float32 {
	n := 0
	for _, w := range s.fixed {
		n += w
	}
	return sheetPad + float32(n)*s.digit()
}

// room is the width that a row of text has.
func (s *sheet) room() float32 { return max(s.Size().Width-s.textAt()-barWidth-2, 10*s.digit()) }

func (s *sheet) meter() meter { return meter{digit: s.digit(), size: s.textSize()} }

// parts are a text's rows.
func (s *sheet) parts(text string) []span {
	if !s.wrap {
		return []span{{0, len(text)}}
	}
	return s.meter().wrap(text, s.room())
}

func (s *sheet) rowsOf(line int) int {
	if !s.wrap {
		return 1
	}
	if l := s.lines(line, 1); len(l) == 1 {
		return len(s.parts(l[0].text.text))
	}
	return 1
}

// show has lines drawn, so many in all. One that follows sees the last of them.
func (s *sheet) show(total int, follow bool) {
	s.total = total
	if follow {
		s.toEnd()
	}
	s.bound()
	s.Refresh()
}

// bound keeps what is seen within the lines.
func (s *sheet) bound() {
	s.top = max(min(s.top, s.total-1), 0)
	if s.wrap {
		s.sub = max(min(s.sub, s.rowsOf(s.top)-1), 0)
	} else {
		s.sub = 0
	}
	if top, sub := s.end(); s.top > top || s.top == top && s.sub > sub {
		s.top, s.sub = top, sub
	}
}

// end is the place from which the last row is seen.
func (s *sheet) end() (top, sub int) {
	left := s.rows()
	if !s.wrap {
		return max(s.total-left, 0), 0
	}
	for line := s.total - 1; line >= 0; line-- {
		n := s.rowsOf(line)
		if n >= left {
			return line, n - left
		}
		left -= n
	}
	return 0, 0
}

func (s *sheet) toEnd() { s.top, s.sub = s.end() }

func (s *sheet) atEnd() bool {
	top, sub := s.end()
	return s.top > top || s.top == top && s.sub >= sub
}

// scroll moves by rows, and tells it.
func (s *sheet) scroll(rows int) {
	if !s.wrap {
		s.top += rows
	} else {
		s.sub += rows
		for s.sub < 0 && s.top > 0 {
			s.top--
			s.sub += s.rowsOf(s.top)
		}
		for s.top < s.total-1 {
			n := s.rowsOf(s.top)
			if s.sub < n {
				break
			}
			s.sub -= n
			s.top++
		}
		s.sub = max(s.sub, 0)
	}
	s.arrive()
}

// arrive keeps to the lines after a move, tells it and draws.
func (s *sheet) arrive() {
	s.bound()
	s.moved(s.atEnd())
	s.Refresh()
}

// reveal moves so that a line is seen.
func (s *sheet) reveal(line int) {
	if line < s.top || line >= s.top+s.rows()-1 {
		s.top, s.sub = max(line-s.rows()/3, 0), 0
	}
	s.arrive()
}

// chosen are the lines that are selected: from the first up to and with the last; false: none.
func (s *sheet) chosen() (first, last int, ok bool) {
	if s.anchor < 0 || s.last < 0 || s.total == 0 {
		return 0, 0, false
	}
	return min(s.anchor, s.last), min(max(s.anchor, s.last), s.total-1), true
}

// choose selects a line, or with more all from the first one that was chosen to it.
func (s *sheet) choose(line int, more bool) {
	line = max(min(line, s.total-1), 0)
	if !more || s.anchor < 0 {
		s.anchor = line
	}
	s.last = line
	s.chose()
	s.Refresh()
}

// unchoose selects nothing.
func (s *sheet) unchoose() { s.anchor, s.last = -1, -1 }

// lineAt is the line at a height.
func (s *sheet) lineAt(y float32) int {
	row := int((y - 2) / s.lineHeight())
	if y < 2 {
		row = -1
	}
	if !s.wrap {
		return s.top + row
	}
	line, row := s.top, row+s.sub
	for row > 0 && line < s.total-1 {
		n := s.rowsOf(line)
		if row < n {
			break
		}
		row -= n
		line++
	}
	if row < 0 && y < 2 {
		line--
	}
	return line
}

// Scrolled moves by what the wheel was turned.
func (s *sheet) Scrolled(e *fyne.ScrollEvent) {
	if e.Scrolled.DX != 0 && !s.wrap {
		s.side -= e.Scrolled.DX / s.digit()
		whole := int(s.side)
		s.side -= float32(whole)
		s.left = max(s.left+whole, 0)
		s.Refresh()
	}
	s.wheel -= e.Scrolled.DY / s.lineHeight() * 2
	whole := int(s.wheel)
	s.wheel -= float32(whole)
	if whole != 0 {
		s.scroll(whole)
	}
}

// MouseDown takes the keys, and notes what is pressed where.
func (s *sheet) MouseDown(e *desktop.MouseEvent) {
	s.shift = e.Modifier&fyne.KeyModifierShift != 0
	bar, shown := s.bar()
	s.onBar = shown && e.Position.X >= s.Size().Width-barWidth
	if !s.onBar {
		return
	}
	if e.Position.Y < bar.Y || e.Position.Y > bar.Y+bar.Height {
		s.barTo(e.Position.Y - bar.Height/2)
		bar, _ = s.bar()
	}
	s.held = e.Position.Y - bar.Y
}

// MouseUp does nothing: a tap chooses.
func (s *sheet) MouseUp(*desktop.MouseEvent) {}

// Tapped chooses a line, and takes the keys.
func (s *sheet) Tapped(e *fyne.PointEvent) {
	s.takeKeys()
	line := s.lineAt(e.Position.Y)
	if s.onBar || line < 0 || line >= s.total {
		s.onBar = false
		return
	}
	if s.act != nil && s.act(line) {
		return
	}
	s.choose(line, s.shift)
}

// TappedSecondary offers what can be done with the chosen lines; a line outside of them is chosen first.
func (s *sheet) TappedSecondary(e *fyne.PointEvent) {
	s.takeKeys()
	line := s.lineAt(e.Position.Y)
	if line < 0 || line >= s.total {
		return
	}
	if first, last, ok := s.chosen(); !ok || line < first || line > last {
		s.choose(line, false)
	}
	c := canvasOf(s)
	if s.menu == nil || c == nil {
		return
	}
	widget.ShowPopUpMenuAtPosition(s.menu(), c, e.AbsolutePosition)
}

func (s *sheet) takeKeys() {
	if c := canvasOf(s); c != nil {
		c.Focus(s)
	}
}

// Dragged moves by the bar, or chooses lines.
func (s *sheet) Dragged(e *fyne.DragEvent) {
	if s.onBar {
		s.barTo(e.Position.Y - s.held)
		return
	}
	if !s.dragging {
		s.dragging = true
		s.takeKeys()
		s.choose(s.lineAt(e.Position.Y-e.Dragged.DY), s.shift)
	}
	switch {
	case e.Position.Y < 0:
		s.scroll(-1)
	case e.Position.Y > s.Size().Height:
		s.scroll(1)
	}
	s.choose(s.lineAt(max(min(e.Position.Y, s.Size().Height-1), 0)), true)
}

// DragEnd lets go.
func (s *sheet) DragEnd() { s.dragging, s.onBar = false, false }

// bar is where the bar stands; false: all is seen.
func (s *sheet) bar() (rect rectangle, shown bool) {
	rows := s.rows()
	if s.total <= rows && (!s.wrap || s.top == 0 && s.sub == 0 && s.atEnd()) {
		return rectangle{}, false
	}
	high := s.Size().Height
	long := max(high*float32(rows)/float32(max(s.total, rows+1)), min(leastBar, high))
	end, _ := s.end()
	part := float32(s.top) / float32(max(end, 1))
	return rectangle{s.Size().Width - barThick - 2, (high - long) * min(part, 1), barThick, long}, true
}

type rectangle struct{ X, Y, Width, Height float32 }

// barTo moves so that the bar begins at a height.
func (s *sheet) barTo(y float32) {
	bar, shown := s.bar()
	if !shown {
		return
	}
	free := s.Size().Height - bar.Height
	part := max(min(y/max(free, 1), 1), 0)
	end, sub := s.end()
	s.top, s.sub = int(part*float32(end)+0.5), 0
	if part >= 1 {
		s.top, s.sub = end, sub
	}
	s.arrive()
}

// FocusGained shows that the keys come here.
func (s *sheet) FocusGained() {
	s.focused = true
	s.Refresh()
}

// FocusLost shows that they do not.
func (s *sheet) FocusLost() {
	s.focused, s.shift = false, false
	s.Refresh()
}

// TypedRune does nothing.
func (s *sheet) TypedRune(rune) {}

// KeyDown notes that shift is held.
func (s *sheet) KeyDown(e *fyne.KeyEvent) {
	s.shift = s.shift || isShift(e.Name)
}

// KeyUp notes that it is not.
func (s *sheet) KeyUp(e *fyne.KeyEvent) {
	s.shift = s.shift && !isShift(e.Name)
}

func isShift(k fyne.KeyName) bool { return k == desktop.KeyShiftLeft || k == desktop.KeyShiftRight }

// TypedKey moves what is chosen, or what is seen.
func (s *sheet) TypedKey(e *fyne.KeyEvent) {
	page := max(s.rows()-1, 1)
	steps := map[fyne.KeyName]int{fyne.KeyUp: -1, fyne.KeyDown: 1, fyne.KeyPageUp: -page, fyne.KeyPageDown: page, fyne.KeyHome: -s.total, fyne.KeyEnd: s.total}
	step, moves := steps[e.Name]
	switch {
	case e.Name == fyne.KeyEnd && !s.shift:
		s.unchoose()
		s.toEnd()
		s.arrive()
	case e.Name == fyne.KeyHome && !s.shift:
		s.top, s.sub = 0, 0
		s.arrive()
	case moves && s.last >= 0:
		s.choose(s.last+step, s.shift)
		if s.last < s.top || s.last >= s.top+s.rows() {
			s.scroll(step)
		}
	case moves:
		s.scroll(step)
	case e.Name == fyne.KeyLeft && !s.wrap:
		s.left = max(s.left-8, 0)
		s.Refresh()
	case e.Name == fyne.KeyRight && !s.wrap:
		s.left += 8
		s.Refresh()
	case (e.Name == fyne.KeyReturn || e.Name == fyne.KeySpace) && s.act != nil && s.last >= 0:
		s.act(s.last)
	case e.Name == fyne.KeyEscape && s.last < 0: // nothing to let go of: it is meant for the question, or the window
		passUp(s, e)
	case e.Name == fyne.KeyEscape:
		s.unchoose()
		s.chose()
		s.Refresh()
	}
}

// TypedShortcut copies, and chooses all.
func (s *sheet) TypedShortcut(c fyne.Shortcut) {
	switch c.(type) {
	case *fyne.ShortcutCopy:
		s.copy()
	case *fyne.ShortcutSelectAll:
		if s.total > 0 {
			s.anchor, s.last = 0, s.total-1
			s.chose()
			s.Refresh()
		}
	default:
		passOn(s, c)
	}
}

// MinSize is small: the window decides.
func (s *sheet) MinSize() fyne.Size { return fyne.NewSize(160, 60) }

// CreateRenderer draws the lines.
func (s *sheet) CreateRenderer() fyne.WidgetRenderer {
	return &sheetRenderer{s: s, back: canvas.NewRectangle(color.Transparent), bar: canvas.NewRectangle(color.Transparent), ring: canvas.NewRectangle(color.Transparent)}
}

// tails moves a line by less than half a pixel. Fyne rounds a text's height with its place: at a whole one, a height of
// 15.1 becomes 15, and the last row of pixels, that of tails and underscores, is lost.
const tails = 0.49

// sheetRenderer has as many texts and marks as are seen at a time.
type sheetRenderer struct {
	s               *sheet
	back, bar, ring *canvas.Rectangle
	marks           []*canvas.Rectangle
	texts           []*canvas.Text
	used, marked    int // of those, in this drawing
	objects         []fyne.CanvasObject
	size            float32
}

// Layout draws anew.
func (r *sheetRenderer) Layout(size fyne.Size) {
	r.back.Resize(size)
	r.ring.Resize(size)
	r.s.bound()
	r.s.sized()
	r.Refresh()
}

// MinSize is the sheet's.
func (r *sheetRenderer) MinSize() fyne.Size { return r.s.MinSize() }

// Destroy does nothing.
func (r *sheetRenderer) Destroy() {}

// Objects are the back, the marks, the texts, the bar and the ring of the focus.
func (r *sheetRenderer) Objects() []fyne.CanvasObject {
	if len(r.objects) == 3+len(r.marks)+len(r.texts) {
		return r.objects
	}
	r.objects = append(r.objects[:0], r.back)
	for _, m := range r.marks {
		r.objects = append(r.objects, m)
	}
	for _, t := range r.texts {
		r.objects = append(r.objects, t)
	}
	r.objects = append(r.objects, r.bar, r.ring)
	return r.objects
}

// Refresh draws what is to be seen now.
func (r *sheetRenderer) Refresh() {
	s := r.s
	r.back.FillColor = theme.ColorForWidget(colorMono, s)
	r.back.Refresh()
	r.used, r.marked, r.size = 0, 0, s.textSize()
	r.rows()
	for _, t := range r.texts[r.used:] {
		r.put(t, "", color.Transparent, t.Position())
	}
	for _, m := range r.marks[r.marked:] {
		m.Hide()
	}
	bar, shown := s.bar()
	r.bar.Hidden = !shown
	r.bar.FillColor, r.bar.CornerRadius = theme.ColorForWidget(theme.ColorNameScrollBar, s), barThick/2
	r.bar.Move(fyne.NewPos(bar.X, bar.Y))
	r.bar.Resize(fyne.NewSize(bar.Width, bar.Height))
	r.bar.Refresh()
	r.ring.Hidden = !s.focused
	r.ring.StrokeColor, r.ring.StrokeWidth, r.ring.CornerRadius = theme.ColorForWidget(theme.ColorNamePrimary, s), 2, 4
	r.ring.Refresh()
}

func (r *sheetRenderer) rows() {
	s, height, digit := r.s, r.s.lineHeight(), r.s.digit()
	first, last, some := s.chosen()
	row, rows, skip := 0, s.rows(), s.sub
	for i, l := range s.lines(s.top, rows) {
		parts := s.parts(l.text.text)
		for n, p := range parts {
			if n < skip {
				continue
			}
			if row == rows {
				return
			}
			y := 2 + float32(row)*height
			if index := s.top + i; some && index >= first && index <= last {
				r.mark(rectangle{0, y, s.Size().Width, height}, theme.ColorNameSelection)
			} else if l.back != "" {
				r.mark(rectangle{0, y, s.Size().Width, height}, l.back)
			}
			if n == 0 {
				x := float32(sheetPad)
				for c, text := range l.cells {
					r.text(s.meter().cut(text.text, float32(s.fixed[c]-1)*digit), text.color, x, y)
					x += float32(s.fixed[c]) * digit
				}
			}
			r.part(l, p, y)
			row++
		}
		skip = 0
	}
}

// part draws a row of a line's text, with its hits.
func (r *sheetRenderer) part(l sheetLine, p span, y float32) {
	s := r.s
	m := s.meter()
	text := l.text.text[p.from:p.to]
	from := p.from
	if !s.wrap {
		skipped := m.fits(text, float32(s.left)*m.digit)
		text, from = text[skipped:], p.from+skipped
		text = m.cut(text, s.room())
	}
	x := s.textAt()
	for n, h := range l.hits {
		a, b := max(h.from, from), min(h.to, from+len(text), p.to)
		if a >= b {
			continue
		}
		fill := colorHit
		if n == l.hot {
			fill = colorHot
		}
		at := m.exact(text[:a-from])
		r.mark(rectangle{x + at, y, m.exact(text[:b-from]) - at, s.lineHeight()}, fill)
	}
	r.text(text, l.text.color, x, y)
}

func (r *sheetRenderer) mark(at rectangle, fill fyne.ThemeColorName) {
	if r.marked == len(r.marks) {
		r.marks = append(r.marks, canvas.NewRectangle(color.Transparent))
	}
	m := r.marks[r.marked]
	r.marked++
	m.FillColor, m.Hidden = theme.ColorForWidget(fill, r.s), false
	m.Move(fyne.NewPos(at.X, at.Y))
	m.Resize(fyne.NewSize(at.Width, at.Height))
	m.Refresh()
}

func (r *sheetRenderer) text(text string, c fyne.ThemeColorName, x, y float32) {
	if r.used == len(r.texts) {
		r.texts = append(r.texts, canvas.NewText("", color.Transparent))
	}
	r.put(r.texts[r.used], text, theme.ColorForWidget(c, r.s), fyne.NewPos(x, y+tails/r.s.scale()))
	r.used++
}

// put changes a text; one that did not change is left alone.
func (r *sheetRenderer) put(t *canvas.Text, text string, c color.Color, at fyne.Position) {
	t.Move(at)
	if t.Text == text && t.Color == c && t.TextSize == r.size {
		return
	}
	t.Text, t.Color, t.TextSize, t.TextStyle = text, c, r.size, styleOf(text, fyne.TextStyle{Monospace: true})
	t.Resize(t.MinSize())
	t.Refresh()
}

// textSheet shows text that can be read, selected and copied, and not be changed.
type textSheet struct {
	*sheet
	text []sheetLine
}

func newTextSheet(copy func(string)) *textSheet {
	t := &textSheet{}
	t.sheet = newSheet(func(from, n int) []sheetLine {
		from = min(max(from, 0), len(t.text))
		return t.text[from:min(from+n, len(t.text))]
	}, func() float32 { return canvasScale(t.sheet) })
	t.sheet.wrap = true
	t.sheet.copy = func() {
		first, last, ok := t.chosen()
		if !ok {
			first, last = 0, len(t.text)-1
		}
		copy(t.plain(first, last))
	}
	return t
}

// NewText shows monospaced text that can be read, selected and copied, and not be changed.
func NewText(text string, copy func(string)) fyne.CanvasObject {
	t := newTextSheet(copy)
	var lines []sheetLine
	for _, l := range splitLines(text) {
		lines = append(lines, sheetLine{text: cell{l, theme.ColorNameForeground}, hot: -1})
	}
	t.set(lines)
	return t.sheet
}

// NewDiff shows a comparison likewise, what comes and goes in colour.
func NewDiff(diff string, copy func(string)) fyne.CanvasObject {
	t := newTextSheet(copy)
	t.set(diffLines(diff))
	return t.sheet
}

// plain is lines as text.
func (t *textSheet) plain(first, last int) string {
	var all []byte
	for i := first; i <= last && i < len(t.text); i++ {
		all = append(append(all, t.text[i].text.text...), '\n')
	}
	return string(all)
}

// set shows other lines from the top.
func (t *textSheet) set(lines []sheetLine) {
	t.text = slices.Clip(lines)
	t.top, t.sub, t.left = 0, 0, 0
	t.unchoose()
	t.show(len(lines), false)
}

// newSheetHead is the heads of a sheet's columns, the last over the text.
func newSheetHead(s *sheet, heads ...string) fyne.CanvasObject {
	c := &fyne.Container{Layout: sheetHead{s}}
	for _, h := range heads {
		c.Add(newLine(h, style{size: theme.SizeNameCaptionText, color: colorMuted}))
	}
	return c
}

// sheetHead puts heads over a sheet's columns.
type sheetHead struct{ s *sheet }

// Layout follows the sheet's columns.
func (h sheetHead) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	x := float32(sheetPad) - theme.InnerPadding()
	for i, o := range objects {
		w := size.Width - x
		if i < len(h.s.fixed) {
			w = float32(h.s.fixed[i]) * h.s.digit()
		}
		o.Resize(fyne.NewSize(w, o.MinSize().Height))
		o.Move(fyne.NewPos(x, (size.Height-o.MinSize().Height)/2))
		x += w
	}
}

// MinSize is a line's height.
func (h sheetHead) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(0, float32(math.Ceil(float64(objects[0].MinSize().Height-8))))
}
