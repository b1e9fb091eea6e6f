package ui

import (
	"math"
	"sync/atomic"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"streamtray/app/i18n"
	"streamtray/app/view"
)

// Logs is the window with all logs in one view: filters, search, follow, pause, copy and save.
type Logs struct {
	Content fyne.CanvasObject

	words   *i18n.Words
	log     *Log
	window  fyne.Window
	copy    func(string)
	sources []string

	source, level *widget.Select
	search        *widget.Entry
	regex, follow *widget.Check
	pause         *widget.Button
	status, note  *line
	view          *logView
	detail        *line
	below         *fyne.Container

	filter  filter
	found   []int64 // numbers of the lines that pass
	seen    int64   // the newest line that was sifted
	paused  bool
	top     int
	picked  int64            // number of the line that is looked at; 0: none
	about   map[int64]string // what is known about lines that were drawn, by their numbers
	drawing atomic.Bool
	drawn   func() // for tests: Run has it drawn
}

// NewLogs shows a log in a window. Sources are those that can be chosen; copy puts text on the clipboard.
func NewLogs(w *i18n.Words, log *Log, window fyne.Window, sources []string, copy func(string)) *Logs {
	l := &Logs{words: w, log: log, window: window, copy: copy, sources: sources, about: map[int64]string{}, drawn: func() {}}
	l.view = newLogView(l.tell, l.moved, l.pick, func() { window.Canvas().Focus(l.view) }, func() float32 { return window.Canvas().Scale() })
	l.status = newLine("", style{size: theme.SizeNameCaptionText, color: colorMuted})
	l.note = newLine("", style{color: colorMuted})
	l.detail = newLine("", style{mono: true, wrap: true})
	back := &surface{fill: colorMono}
	back.ExtendBaseWidget(back)
	lines := container.NewStack(back, container.NewPadded(l.view), container.NewCenter(container.New(wideEnough{420}, l.note)))
	l.below = container.NewVBox(l.status)
	l.Content = bordered(container.New(even{}, l.bar()), nil, nil, nil,
		container.New(layout.NewCustomPaddedLayout(0, 4, 10, 10), bordered(nil, l.below, nil, nil, lines)))
	l.refilter()
	return l
}

// even gives its one object a height of whole units, so that what stands below begins on a whole pixel: small text that
// begins between two loses its tails.
type even struct{}

// Layout gives the object all there is.
func (even) Layout(o []fyne.CanvasObject, size fyne.Size) { o[0].Resize(size) }

// MinSize is the object's, rounded up.
func (even) MinSize(o []fyne.CanvasObject) fyne.Size {
	s := o[0].MinSize()
	return fyne.NewSize(s.Width, float32(math.Ceil(float64(s.Height))))
}

// wideEnough gives its one object a width.
type wideEnough struct{ width float32 }

// Layout gives the object all there is.
func (w wideEnough) Layout(o []fyne.CanvasObject, size fyne.Size) { o[0].Resize(size) }

// MinSize is the width, and the object's height.
func (w wideEnough) MinSize(o []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(w.width, o[0].MinSize().Height)
}

// bar is the row of filters and buttons.
func (l *Logs) bar() fyne.CanvasObject {
	w := l.words
	names := []string{w.Text("ui.logs.all", nil)}
	for _, s := range l.sources {
		names = append(names, l.tell(s))
	}
	changed := func(string) { l.refilter() }
	l.source = widget.NewSelect(names, nil)
	l.source.SetSelectedIndex(0)
	l.level = widget.NewSelect([]string{w.Text("ui.logs.levels", nil), w.Text("ui.logs.level.warning", nil), w.Text("ui.logs.level.error", nil)}, nil)
	l.level.SetSelectedIndex(0)
	l.source.OnChanged, l.level.OnChanged = changed, changed
	l.search = widget.NewEntry()
	l.search.SetPlaceHolder(w.Text("ui.logs.search", nil))
	l.search.OnChanged = changed
	l.regex = widget.NewCheck(w.Text("ui.logs.regex", nil), func(bool) { l.refilter() })
	l.follow = widget.NewCheck(w.Text("ui.logs.follow", nil), func(on bool) {
		if on {
			l.refresh()
		}
	})
	l.follow.Checked = true
	l.pause = widget.NewButtonWithIcon(w.Text("ui.logs.pause", nil), theme.MediaPauseIcon(), l.togglePause)
	act := func(id string, icon fyne.Resource, f func()) *widget.Button {
		return widget.NewButtonWithIcon(w.Text(id, nil), icon, f)
	}
	left := container.NewHBox(l.source, l.level)
	right := container.NewHBox(l.regex, l.follow, l.pause, act("ui.logs.copy", theme.ContentCopyIcon(), func() { l.copy(l.text()) }),
		act("ui.logs.save", theme.DocumentSaveIcon(), l.save), act("ui.logs.clear", theme.ContentClearIcon(), l.clear))
	return container.New(layout.NewCustomPaddedLayout(8, 6, 10, 10), bordered(nil, nil, left, right, l.search))
}

// tell names a source for the reader.
func (l *Logs) tell(source string) string {
	if s, ok := l.words.Find("ui.source."+source, nil); ok {
		return s
	}
	return source
}

// Choose shows one source only; empty: all.
func (l *Logs) Choose(source string) {
	for i, s := range l.sources {
		if s == source {
			l.source.SetSelectedIndex(i + 1)
			return
		}
	}
	l.source.SetSelectedIndex(0)
}

// refilter sifts anew.
func (l *Logs) refilter() {
	if l.follow == nil || l.view == nil {
		return // the bar is being made
	}
	source := ""
	if i := l.source.SelectedIndex(); i > 0 {
		source = l.sources[i-1]
	}
	level := []int{0, levels["warning"], levels["error"]}[max(l.level.SelectedIndex(), 0)]
	f, err := newFilter(source, level, l.search.Text, l.regex.Checked)
	if err != nil {
		l.status.paint(theme.ColorNameError)
		l.status.set(l.words.Text("ui.logs.bad_regex", nil))
		return
	}
	l.status.paint(colorMuted)
	l.filter, l.found, l.seen = f, nil, 0
	l.found, l.seen = l.log.sift(nil, 0, &l.filter)
	l.top = max(len(l.found)-l.view.rows(), 0)
	l.draw()
}

// refresh takes in what is new and draws.
func (l *Logs) refresh() {
	if l.paused {
		l.tellStatus()
		return
	}
	oldest, _ := l.log.kept()
	gone := 0
	for gone < len(l.found) && l.found[gone] < oldest {
		gone++
	}
	l.found, l.seen = l.log.sift(append([]int64(nil), l.found[gone:]...), l.seen, &l.filter)
	l.top = max(l.top-gone, 0)
	if l.follow.Checked {
		l.top = max(len(l.found)-l.view.rows(), 0)
	}
	l.draw()
}

func (l *Logs) draw() {
	l.top = max(min(l.top, len(l.found)-l.view.rows()), 0)
	numbers := l.found[l.top:min(l.top+l.view.rows()+1, len(l.found))]
	picked := -1
	for i, n := range numbers {
		if n == l.picked {
			picked = l.top + i
		}
	}
	l.view.show(l.explained(numbers), l.top, len(l.found), picked)
	l.tellStatus()
}

// explainedKept is for how many lines is remembered what is known about them.
const explainedKept = 2000

// explained gives lines with what is known about them: those that are seen, and no others, are worth the work.
func (l *Logs) explained(numbers []int64) []LogLine {
	lines := l.log.at(numbers)
	if len(l.about) > explainedKept {
		clear(l.about)
	}
	for i, n := range numbers {
		about, known := l.about[n]
		if !known {
			about = view.Explained(lines[i].Source, lines[i].Text, l.words)
			l.about[n] = about
		}
		if lines[i].About == "" {
			lines[i].About = about
		}
	}
	return lines
}

func (l *Logs) tellStatus() {
	w := l.words
	_, kept := l.log.kept()
	if l.paused {
		l.status.set(w.Text("ui.logs.paused", map[string]any{"New": l.log.last() - l.seen}))
		return
	}
	l.status.set(w.Text("ui.logs.count", map[string]any{"Shown": len(l.found), "Kept": kept}))
	switch {
	case len(l.found) > 0:
		l.note.set("")
	case kept > 0:
		l.note.set(w.Text("ui.logs.none_match", nil))
	default:
		l.note.set(w.Text("ui.logs.empty", nil))
	}
}

// moved shows the lines from another one on; at the end, the window follows again.
func (l *Logs) moved(top int, end bool) {
	if top != l.top {
		l.follow.Checked = end
		l.follow.Refresh()
	}
	l.top = top
	l.draw()
}

// pick shows a line whole, below the others.
func (l *Logs) pick(index int) {
	if index < 0 || index >= len(l.found) {
		return
	}
	l.picked = l.found[index]
	picked := l.explained([]int64{l.picked})[0]
	text := picked.Text
	if picked.About != "" {
		text += "\n▲ " + picked.About
	}
	l.detail.set(text)
	l.below.Objects = []fyne.CanvasObject{l.detail, l.status}
	l.follow.SetChecked(false)
	l.Content.Refresh()
	l.draw()
}

func (l *Logs) togglePause() {
	l.paused = !l.paused
	if l.paused {
		l.pause.SetText(l.words.Text("ui.logs.resume", nil))
		l.pause.SetIcon(theme.MediaPlayIcon())
	} else {
		l.pause.SetText(l.words.Text("ui.logs.pause", nil))
		l.pause.SetIcon(theme.MediaPauseIcon())
	}
	l.refresh()
}

func (l *Logs) clear() {
	l.log.Clear()
	l.found, l.picked, l.below.Objects = nil, 0, []fyne.CanvasObject{l.status}
	l.Content.Refresh()
	l.draw()
}
