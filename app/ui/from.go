package ui

import (
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"streamtray/app/i18n"
	"streamtray/app/project"
	"streamtray/app/view"
)

// The places where reading can begin, in the order in which they are offered.
const (
	fromLatest = iota
	fromNow
	fromOldest
	fromOffset
	fromTime
)

// fromChoice has the user choose where reading begins.
type fromChoice struct {
	content *fyne.Container
	words   *i18n.Words
	choice  *choice
	exactly *field // an offset or a time
	typed   *fyne.Container
	changed func()
}

func newFromChoice(w *i18n.Words, changed func()) *fromChoice {
	f := &fromChoice{words: w, exactly: newField(), changed: changed}
	var names []string
	for _, id := range []string{"latest", "now", "oldest", "offset", "time"} {
		names = append(names, w.Text("ui.from."+id, nil))
	}
	f.choice = newChoice(names)
	f.choice.SetSelectedIndex(fromLatest)
	f.choice.OnChanged = func(string) { f.chosen() }
	f.exactly.OnSubmitted = func(string) { changed() }
	f.typed = container.New(sized{width: 150}, f.exactly)
	f.typed.Hide()
	f.content = container.NewHBox(container.New(sized{width: widest(style{}, names...) + 2*theme.IconInlineSize()}, f.choice), f.typed)
	return f
}

func (f *fromChoice) chosen() {
	switch f.choice.SelectedIndex() {
	case fromOffset:
		f.exactly.SetPlaceHolder("0")
		f.exactly.SetText("0")
	case fromTime:
		f.exactly.SetPlaceHolder(f.words.Text("ui.from.time.example", nil))
		f.exactly.SetText("10m")
	default:
		f.typed.Hide()
		f.content.Refresh()
		f.changed()
		return
	}
	f.typed.Show()
	f.content.Refresh()
	f.changed()
}

// from is what is chosen; false: what is typed makes no sense. forward says that reading goes through the past, of which
// there may be very much.
func (f *fromChoice) from(now time.Time) (what project.Reading, forward, ok bool) {
	switch typed := strings.TrimSpace(f.exactly.Text); f.choice.SelectedIndex() {
	case fromNow:
		return project.Reading{}, false, true
	case fromOldest:
		return project.Reading{Back: project.FromStart}, true, true
	case fromOffset:
		n, err := strconv.ParseInt(typed, 10, 64)
		return project.Reading{At: &n}, true, err == nil && n >= 0
	case fromTime:
		since, ok := view.TimeOf(typed, now)
		return project.Reading{Since: since}, true, ok
	}
	return project.Reading{Back: tailBack}, false, true
}
