package ui

import (
	"regexp"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// text is lines that are shown, from the first up to and with the last.
func (l *Logs) text(first, last int) string {
	var b strings.Builder
	for _, n := range l.log.at(l.found[max(first, 0):min(last+1, len(l.found))]) {
		if n.Time.IsZero() {
			continue // let go meanwhile
		}
		b.WriteString(n.Time.Format("2006-01-02 15:04:05.000") + " " + n.Source + " " + n.Text + "\n")
	}
	return b.String()
}

func (l *Logs) save() {
	if l.Save != nil {
		l.Save("streamtray.log", l.text(0, len(l.found)-1))
	}
}

// Copy puts the chosen lines on the clipboard; without any, all that are shown.
func (l *Logs) Copy() {
	first, last, ok := l.view.chosen()
	if !ok {
		first, last = 0, len(l.found)-1
	}
	l.copy(l.text(first, last))
}

// Find gives the search the keys.
func (l *Logs) Find() { l.window.Canvas().Focus(l.search) }

// field is an entry in which the window's own keys go on to work.
type field struct{ widget.Entry }

func newField() *field {
	f := &field{}
	f.ExtendBaseWidget(f)
	return f
}

// TypedShortcut passes on what an entry has no use for.
func (f *field) TypedShortcut(s fyne.Shortcut) { shortcutIn(f, &f.Entry, s) }

// shortcutIn gives an entry the shortcuts by which one edits, and the window all others.
func shortcutIn(o fyne.CanvasObject, e *widget.Entry, s fyne.Shortcut) {
	custom, ok := s.(*desktop.CustomShortcut)
	if ok && !slices.Contains(editing, custom.KeyName) {
		passOn(o, s)
		return
	}
	e.TypedShortcut(s)
}

// editing are the keys by which, with Ctrl or Alt, one moves and deletes in a text.
var editing = []fyne.KeyName{
	fyne.KeyLeft, fyne.KeyRight, fyne.KeyUp, fyne.KeyDown, fyne.KeyHome, fyne.KeyEnd, fyne.KeyBackspace, fyne.KeyDelete,
	fyne.KeyA, fyne.KeyC, fyne.KeyV, fyne.KeyX, fyne.KeyY, fyne.KeyZ, fyne.KeyInsert,
}

// searchEntry goes to the next hit by Enter, to the one before by Shift+Enter, and empties itself by Esc.
type searchEntry struct {
	widget.Entry
	next  func(step int)
	shift bool
}

func newSearchEntry(next func(int)) *searchEntry {
	e := &searchEntry{next: next}
	e.ExtendBaseWidget(e)
	return e
}

// TypedShortcut passes on what an entry has no use for.
func (e *searchEntry) TypedShortcut(s fyne.Shortcut) { shortcutIn(e, &e.Entry, s) }

// KeyDown notes that shift is held.
func (e *searchEntry) KeyDown(k *fyne.KeyEvent) {
	e.shift = e.shift || isShift(k.Name)
	e.Entry.KeyDown(k)
}

// KeyUp notes that it is not.
func (e *searchEntry) KeyUp(k *fyne.KeyEvent) {
	e.shift = e.shift && !isShift(k.Name)
	e.Entry.KeyUp(k)
}

// TypedKey hears the keys that search.
func (e *searchEntry) TypedKey(k *fyne.KeyEvent) {
	switch k.Name {
	case fyne.KeyReturn, fyne.KeyEnter:
		if e.shift {
			e.next(-1)
		} else {
			e.next(1)
		}
	case fyne.KeyEscape:
		e.SetText("")
	default:
		e.Entry.TypedKey(k)
	}
}

// levelWords are the levels as loggers write them.
var levelWords = map[string]string{"debug": "DEBUG", "info": "INFO", "warning": "WARN", "error": "ERROR", "critical": "FATAL"}

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

// preamble is what loggers write before the message and the columns show already: a time, a level.
var preamble = regexp.MustCompile(`^[\[(]?\d{4}[-/]\d{2}[-/]\d{2}[T ]\d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?(?:Z|[+-]\d{2}:?\d{2})?[\])]?[ \t]*(?:[-|:][ \t]*)?` +
	`|^[\[(]?(?:DEBUG|INFO|WARN(?:ING)?|ERROR|CRITICAL|FATAL)[\])]?[ \t]*(?:[-|:][ \t]*|[ \t]+)`)

// bare is a line without what its columns show already. Never is nothing left of one.
func bare(text string) string {
	rest := text
	for range 2 {
		at := preamble.FindStringIndex(rest)
		if at == nil || at[1] == len(rest) {
			break
		}
		rest = rest[at[1]:]
	}
	return strings.ReplaceAll(rest, "\t", "    ")
}
