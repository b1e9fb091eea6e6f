package ui

import (
	"slices"
	"sync/atomic"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"streamtray/app/i18n"
	"streamtray/app/view"
)

// Logs is the page with all logs in one view: sources, level, search with its hits, selection, detail, copy and save.
type Logs struct {
	Content fyne.CanvasObject
	// OpenFile shows where the logs are kept whole; nil: nobody can. It is to be set before the page is shown.
	OpenFile func()
	// Save has the user keep text in a file, for which a name is suggested; nil: nobody can.
	Save func(name, text string)

	words   *i18n.Words
	log     *Log
	window  fyne.Window
	copy    func(string)
	sources []string

	chips                    []*pushButton   // all, and one for each source
	only                     map[string]bool // the sources that are shown; none: all
	level                    *choice
	search                   *searchEntry
	regex, matches, wrap     *checkBox
	follow                   *checkBox
	status, note, place      *line
	open                     *pushButton
	view                     *sheet
	detail                   *textSheet
	below, details, searched *fyne.Container

	filter  filter           // sources and level
	sought  filter           // the same, and what is searched for
	seeks   bool             // something is
	found   []int64          // numbers of the lines that are shown
	hits    []int64          // of those in which it was found; found itself where only they are shown
	seen    int64            // the newest line that was sifted
	at      int64            // the hit that is looked at; 0: none
	picked  int64            // number of the line that is looked at; 0: none
	about   map[int64]string // what is known about lines that were drawn, by their numbers
	drawing atomic.Bool
	drawn   func() // for tests: Run has it drawn
}

// Columns before a line's text, in digits: time, level, source.
const (
	timeDigits   = 13
	levelDigits  = 6
	sourceDigits = 11
)

// NewLogs shows a log in a window. Sources are those that can be chosen; copy puts text on the clipboard.
func NewLogs(w *i18n.Words, log *Log, window fyne.Window, sources []string, copy func(string)) *Logs {
	l := &Logs{
		words: w, log: log, window: window, copy: copy, sources: sources, about: map[int64]string{}, only: map[string]bool{}, drawn: func() {},
	}
	l.view = newSheet(l.lines, func() float32 { return window.Canvas().Scale() }, timeDigits, levelDigits, sourceDigits)
	l.view.moved, l.view.chose, l.view.copy, l.view.menu = l.moved, l.pick, l.Copy, l.menu
	l.view.sized = func() { l.view.show(len(l.found), l.follow.Checked) }
	l.status = newLine("", style{size: theme.SizeNameCaptionText, color: colorMuted})
	l.place = newLine("", style{size: theme.SizeNameCaptionText, color: colorMuted, right: true})
	l.note = newLine("", style{color: colorMuted})
	l.detail = newTextSheet(copy)
	l.open = newButton(w.Text("ui.logs.open", nil), func() { l.OpenFile() })
	l.open.Importance = widget.LowImportance
	l.open.Hide()
	lines := container.NewStack(container.New(layout.NewCustomPaddedLayout(1, 1, 1, 1), l.view), container.NewCenter(container.New(sized{width: 420}, l.note)))
	shut := newIconButton(theme.CancelIcon(), w.Text("ui.logs.detail.close", nil), l.shut)
	l.details = container.New(sized{height: 104}, bordered(nil, nil, nil, container.New(stack{0}, shut), l.detail.sheet))
	l.details.Hide()
	l.below = container.NewVBox(l.details, bordered(nil, nil, nil, l.open, l.status))
	l.Content = WithTips(bordered(container.New(sized{whole: true}, l.bar()), nil, nil, nil,
		container.New(layout.NewCustomPaddedLayout(0, 2, 10, 10), bordered(nil, l.below, nil, nil, lines))))
	l.refilter()
	return l
}

// bar is the rows of filters and buttons.
func (l *Logs) bar() fyne.CanvasObject {
	w := l.words
	chips := container.New(layout.NewCustomPaddedHBoxLayout(2))
	for i, name := range append([]string{""}, l.sources...) {
		chip := newButton(w.Text("ui.logs.all", nil), func() { l.toggle(name) })
		if i > 0 {
			chip.SetText(l.tell(name))
		}
		chip.Importance = widget.LowImportance
		l.chips = append(l.chips, chip)
		chips.Add(chip)
	}
	l.level = newChoice([]string{w.Text("ui.logs.levels", nil), w.Text("ui.logs.level.warning", nil), w.Text("ui.logs.level.error", nil)})
	l.level.SetSelectedIndex(0)
	l.level.OnChanged = func(string) { l.refilter() }
	l.search = newSearchEntry(l.next)
	l.search.SetPlaceHolder(w.Text("ui.logs.search", nil))
	l.search.OnChanged = func(string) { l.refilter() }
	check := func(id string, on bool, changed func(bool)) *checkBox {
		c := newCheckBox(w.Text(id, nil), nil)
		c.Checked, c.OnChanged = on, changed
		return c
	}
	l.regex = check("ui.logs.regex", false, func(bool) { l.refilter() })
	l.matches = check("ui.logs.matches", true, func(bool) { l.refilter() })
	l.wrap = check("ui.logs.wrap", false, func(on bool) {
		l.view.wrap, l.view.left = on, 0
		l.view.show(len(l.found), l.follow.Checked)
	})
	l.follow = check("ui.logs.follow", true, func(on bool) {
		if on {
			l.view.unchoose()
			l.refresh()
		}
		l.tellStatus()
	})
	act := func(id string, icon fyne.Resource, f func()) fyne.CanvasObject {
		return newIconButton(icon, w.Text(id, nil), f)
	}
	tools := container.NewHBox(l.wrap, l.follow, act("ui.logs.copy", theme.ContentCopyIcon(), l.Copy),
		act("ui.logs.save", theme.DocumentSaveIcon(), l.save), act("ui.logs.clear", theme.DeleteIcon(), l.clear))
	l.searched = container.NewHBox(container.New(sized{width: 76}, l.place),
		act("ui.logs.previous", theme.MoveUpIcon(), func() { l.next(-1) }), act("ui.logs.next", theme.MoveDownIcon(), func() { l.next(1) }))
	l.searched.Hide()
	first := bordered(nil, nil, nil, l.level, container.NewHScroll(chips))
	second := bordered(nil, nil, nil, container.NewHBox(l.searched, l.regex, l.matches, tools), l.search)
	return container.New(layout.NewCustomPaddedLayout(6, 4, 10, 10), container.New(stack{4}, first, second))
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
	clear(l.only)
	if slices.Contains(l.sources, source) {
		l.only[source] = true
	}
	l.refilter()
}

// toggle shows a source, or no longer; the first chip shows all.
func (l *Logs) toggle(source string) {
	switch {
	case source == "":
		clear(l.only)
	case l.only[source]:
		delete(l.only, source)
	default:
		l.only[source] = true
	}
	l.refilter()
}

func (l *Logs) paintChips() {
	for i, chip := range l.chips {
		on := i == 0 && len(l.only) == 0 || i > 0 && l.only[l.sources[i-1]]
		want := widget.LowImportance
		if on {
			want = widget.HighImportance
		}
		if chip.Importance != want {
			chip.Importance = want
			chip.Refresh()
		}
	}
}

// refilter sifts anew.
func (l *Logs) refilter() {
	if l.follow == nil || l.view == nil {
		return // the bar is being made
	}
	l.paintChips()
	level := []int{0, levels["warning"], levels["error"]}[max(l.level.SelectedIndex(), 0)]
	f, err := newFilter(l.only, level, l.search.Text, l.regex.Checked)
	if err != nil {
		l.status.paint(theme.ColorNameError)
		l.status.set(l.words.Text("ui.logs.bad_regex", nil))
		return
	}
	l.status.paint(colorMuted)
	looked := int64(0)
	if first, _, ok := l.view.chosen(); ok && first < len(l.found) {
		looked = l.found[first]
	}
	l.sought, l.seeks, l.at = f, l.search.Text != "", 0
	l.filter = filter{sources: f.sources, level: level}
	l.found, l.hits, l.seen = nil, nil, 0
	l.sift()
	l.view.unchoose()
	if i, ok := slices.BinarySearch(l.found, looked); ok && looked > 0 { // the line that is looked at stays in view
		l.view.anchor, l.view.last = i, i
		l.draw()
		l.view.reveal(i)
		return
	}
	l.view.toEnd()
	l.draw()
}

// sift takes in the lines since the last time.
func (l *Logs) sift() {
	after := l.seen
	if !l.seeks {
		l.found, l.seen = l.log.sift(l.found, after, &l.filter)
		return
	}
	l.hits, l.seen = l.log.sift(l.hits, after, &l.sought)
	if l.matches.Checked {
		l.found = l.hits
		return
	}
	l.found, _ = l.log.sift(l.found, after, &l.filter)
	later, _ := slices.BinarySearch(l.found, l.seen+1) // what came meanwhile is for the next time
	l.found = l.found[:later]
}

// refresh takes in what is new and draws.
func (l *Logs) refresh() {
	oldest, _ := l.log.kept()
	gone, _ := slices.BinarySearch(l.found, oldest)
	lost, _ := slices.BinarySearch(l.hits, oldest)
	l.found, l.hits = slices.Clone(l.found[gone:]), slices.Clone(l.hits[lost:])
	l.sift()
	l.view.top = max(l.view.top-gone, 0)
	if _, _, ok := l.view.chosen(); ok {
		l.view.anchor, l.view.last = max(l.view.anchor-gone, 0), max(l.view.last-gone, 0)
	}
	l.draw()
}

func (l *Logs) draw() {
	l.view.show(len(l.found), l.follow.Checked)
	l.tellStatus()
}

// lines are those that the view draws.
func (l *Logs) lines(from, n int) []sheetLine {
	from = min(max(from, 0), len(l.found))
	numbers := l.found[from:min(from+n, len(l.found))]
	out := make([]sheetLine, len(numbers))
	for i, line := range l.explained(numbers) {
		stamp, source := "", ""
		if !line.Time.IsZero() {
			stamp, source = line.Time.Format("15:04:05.000"), l.tell(line.Source)
		}
		text := bare(line.Text)
		if line.About != "" {
			text = "▲ " + text
		}
		color := levelColor(line)
		out[i] = sheetLine{
			cells: []cell{{stamp, colorMuted}, {levelWords[line.Level], color}, {source, colorInfo}}, text: cell{text, color}, hot: -1,
		}
		if l.seeks {
			out[i].hits = l.sought.spans(text)
			if numbers[i] == l.at {
				out[i].hot = 0
			}
		}
	}
	return out
}

// rulesRead: what is known about lines has been read, which takes longer than a window may stand still.
var rulesRead atomic.Bool

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
		if !known && rulesRead.Load() {
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
	text := w.Text("ui.logs.count", map[string]any{"Shown": view.Count(int64(len(l.found))), "Kept": view.Count(int64(kept))})
	if first, last, ok := l.view.chosen(); ok {
		text += " · " + w.Text("ui.logs.chosen", map[string]any{"Lines": last - first + 1})
	}
	dropped := l.log.discarded()
	if dropped > 0 {
		text += " · " + w.Text("ui.logs.discarded", map[string]any{"Lines": view.Count(dropped)})
	}
	if l.OpenFile != nil && dropped > 0 && !l.open.Visible() {
		l.open.Show()
	}
	l.status.set(text)
	l.tellPlace()
	switch {
	case len(l.found) > 0:
		l.note.set("")
	case kept > 0:
		l.note.set(w.Text("ui.logs.none_match", nil))
	default:
		l.note.set(w.Text("ui.logs.empty", nil))
	}
}

// tellPlace tells which of the hits is looked at.
func (l *Logs) tellPlace() {
	if l.seeks != l.searched.Visible() {
		l.searched.Hidden = !l.seeks
		l.Content.Refresh()
	}
	n := 0
	if i, ok := slices.BinarySearch(l.hits, l.at); ok && l.at > 0 {
		n = i + 1
	}
	l.place.set(view.Count(int64(n)) + "/" + view.Count(int64(len(l.hits))))
}

// next looks at another hit: the next below, or with -1 above. At an end it goes on at the other one.
func (l *Logs) next(step int) {
	if len(l.hits) == 0 {
		return
	}
	i, ok := slices.BinarySearch(l.hits, l.at)
	switch {
	case l.at == 0 && step > 0:
		i = 0
		if l.view.top < len(l.found) {
			i, _ = slices.BinarySearch(l.hits, l.found[l.view.top])
		}
	case ok || step < 0:
		i += step
	}
	i = (i + len(l.hits)) % len(l.hits)
	l.at = l.hits[i]
	l.follow.SetChecked(false)
	if at, ok := slices.BinarySearch(l.found, l.at); ok {
		l.view.anchor, l.view.last = at, at
		l.view.reveal(at)
		l.pick()
	}
}

// moved follows again once the user went to the end, and else no longer.
func (l *Logs) moved(end bool) {
	if l.follow.Checked != end {
		l.follow.Checked = end
		l.follow.Refresh()
		l.tellStatus()
	}
}

// pick shows the line that was chosen last whole, below the others.
func (l *Logs) pick() {
	_, _, ok := l.view.chosen()
	if !ok || l.view.last >= len(l.found) {
		l.tellStatus()
		return
	}
	l.picked = l.found[l.view.last]
	picked := l.explained([]int64{l.picked})[0]
	lines := []sheetLine{{text: cell{picked.Text, levelColor(picked)}, hot: -1}}
	if picked.About != "" {
		lines = append(lines, sheetLine{text: cell{"▲ " + picked.About, theme.ColorNameWarning}, hot: -1})
	}
	l.detail.set(lines)
	l.follow.SetChecked(false)
	if !l.details.Visible() {
		l.details.Show()
		l.Content.Refresh()
		if l.view.last >= l.view.top+l.view.rows() {
			l.view.reveal(l.view.last)
		}
	}
	l.tellStatus()
}

// shut closes the detail.
func (l *Logs) shut() {
	l.picked = 0
	l.view.unchoose()
	l.details.Hide()
	l.Content.Refresh()
	l.draw()
}

// context shows the chosen line among all those around it.
func (l *Logs) context() {
	first, _, ok := l.view.chosen()
	if !ok || first >= len(l.found) {
		return
	}
	l.follow.SetChecked(false)
	clear(l.only)
	l.level.SetSelectedIndex(0)
	l.matches.SetChecked(false)
}

func (l *Logs) menu() *fyne.Menu {
	w := l.words
	copied := w.Text("ui.logs.copy.line", nil)
	if first, last, _ := l.view.chosen(); last > first {
		copied = w.Text("ui.logs.copy.lines", map[string]any{"Lines": last - first + 1})
	}
	around := fyne.NewMenuItem(w.Text("ui.logs.context", nil), l.context)
	around.Disabled = len(l.only) == 0 && l.level.SelectedIndex() <= 0 && (!l.seeks || !l.matches.Checked)
	return fyne.NewMenu("", fyne.NewMenuItem(copied, l.Copy), around,
		fyne.NewMenuItem(w.Text("ui.logs.copy.all", nil), func() { l.copy(l.text(0, len(l.found)-1)) }))
}

func (l *Logs) clear() {
	l.log.Clear()
	l.found, l.hits, l.at = nil, nil, 0
	l.shut()
}
