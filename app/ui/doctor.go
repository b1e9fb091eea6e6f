package ui

import (
	"cmp"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"streamtray/app/i18n"
	"streamtray/app/view"
)

// Examiner is what the check-up asks for. None of it waits.
type Examiner interface {
	Again()                         // look at everything once more
	Copy()                          // put what was found into the clipboard
	Bundle()                        // save what a colleague needs
	Do(act view.Act, remedy string) // what a row offers
}

// Doctor shows what a look at everything found: what needs attention first, a row a check, then folded what passed and what
// was not looked at. Show gives it what to show.
type Doctor struct {
	Content fyne.CanvasObject

	words    *i18n.Words
	mark     *widget.Icon
	headline *line
	sum      *line
	again    *pushButton
	copy     *pushButton
	wrong    *steps
	rows     *fyne.Container
	passed   *fold
	skipped  *fold
}

// NewDoctor is an empty check-up.
func NewDoctor(w *i18n.Words, ask Examiner) *Doctor {
	d := &Doctor{
		words: w, mark: newMark(view.Busy), headline: newLine("", style{size: theme.SizeNameHeadingText, bold: true}),
		sum: newLine("", style{color: colorMuted}), wrong: newSteps(w, ask.Do),
	}
	d.again = newButtonWithIcon(w.Text("ui.doctor.again", nil), theme.ViewRefreshIcon(), ask.Again)
	d.again.Importance = widget.HighImportance
	d.copy = newButtonWithIcon(w.Text("ui.doctor.copy", nil), theme.ContentCopyIcon(), ask.Copy)
	save := newButtonWithIcon(w.Text("ui.doctor.bundle", nil), theme.DocumentSaveIcon(), ask.Bundle)
	titles := container.New(stack{-14}, d.headline, d.sum)
	acts := container.NewCenter(container.NewHBox(save, d.copy, d.again))
	icon := container.NewCenter(container.NewGridWrap(fyne.NewSize(32, 32), d.mark))
	head := bordered(nil, nil, icon, acts, titles)
	d.rows = container.New(stack{8})
	d.passed = newFold(w, "ui.doctor.passed", ask.Do, d.rows.Refresh)
	d.skipped = newFold(w, "ui.doctor.skipped", ask.Do, d.rows.Refresh)
	d.rows.Objects = []fyne.CanvasObject{plainCard(d.wrong.content), d.passed.content, d.skipped.content}
	d.Content = container.New(layout.NewCustomPaddedLayout(12, 12, 14, 14), bordered(head, nil, nil, nil, container.NewVScroll(d.rows)))
	d.Show(view.Checkup{Mark: view.Busy})
	return d
}

// Show shows what is known so far.
func (d *Doctor) Show(c view.Checkup) {
	d.mark.SetResource(markIcon(c.Mark))
	d.headline.set(c.Headline)
	d.sum.set(c.Sum)
	enable(d.again, c.Mark != view.Busy)
	enable(d.copy, c.Mark != view.Busy)
	of := map[bool][]view.Step{}
	var wrong []view.Step
	for _, s := range c.Steps {
		switch s.Mark {
		case view.Bad, view.Warn:
			wrong = append(wrong, s)
		case view.Good, view.Off:
			of[s.Mark == view.Good] = append(of[s.Mark == view.Good], s)
		case view.Pending, view.Busy, view.Idle, view.Said:
		}
	}
	slices.SortStableFunc(wrong, func(a, b view.Step) int { return cmp.Compare(a.Mark, b.Mark) }) // problems before warnings
	d.passed.show(of[true])
	d.skipped.show(of[false])
	if len(wrong) == 0 {
		d.rows.Objects[0].Hide()
	} else {
		d.rows.Objects[0].Show()
		d.wrong.show(wrong)
	}
	d.rows.Refresh()
}

// fold is a line that says how many rows there are, and shows them when it is pressed.
type fold struct {
	content *fyne.Container
	words   *i18n.Words
	id      string
	head    *pushButton
	steps   *steps
	card    fyne.CanvasObject
	changed func()
}

// newFold has a text for how many rows there are; without one it stands on a card already.
func newFold(w *i18n.Words, id string, do func(view.Act, string), changed func()) *fold {
	f := &fold{words: w, id: id, steps: newSteps(w, do), changed: changed}
	f.head = newButtonWithIcon("", theme.MenuExpandIcon(), func() { f.open(!f.card.Visible()) })
	f.head.Alignment, f.head.Importance = widget.ButtonAlignLeading, widget.LowImportance
	f.card = f.steps.content
	if id != "" {
		f.card = plainCard(f.card)
	}
	f.card.Hide()
	f.content = container.New(stack{2}, container.NewHBox(f.head), f.card)
	f.content.Hide()
	return f
}

func (f *fold) open(on bool) {
	if on {
		f.card.Show()
		f.head.SetIcon(theme.MenuDropDownIcon())
	} else {
		f.card.Hide()
		f.head.SetIcon(theme.MenuExpandIcon())
	}
	f.content.Refresh()
	f.changed()
}

// show shows how many rows there are; none: nothing of it.
func (f *fold) show(all []view.Step) {
	if len(all) == 0 {
		f.content.Hide()
		return
	}
	f.tell(f.words.Text(f.id, map[string]any{"Count": len(all)}), all)
}

// tell says a text in front of the rows.
func (f *fold) tell(text string, all []view.Step) {
	if f.head.Text != text {
		f.head.SetText(text)
	}
	f.steps.show(all)
	if !f.content.Visible() {
		f.content.Show()
	}
}

func enable(b fyne.Disableable, on bool) {
	if on {
		b.Enable()
	} else {
		b.Disable()
	}
}
