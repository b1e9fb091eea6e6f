package ui

import (
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

// Doctor shows what a look at everything found, a row a check. Show gives it what to show.
type Doctor struct {
	Content fyne.CanvasObject

	words    *i18n.Words
	mark     *widget.Icon
	headline *line
	sum      *line
	again    *widget.Button
	copy     *widget.Button
	steps    *steps
	nothing  *line
	shown    view.Checkup
	only     bool // rows that need attention, and no others
}

// NewDoctor is an empty check-up.
func NewDoctor(w *i18n.Words, ask Examiner) *Doctor {
	d := &Doctor{
		words: w, mark: newMark(view.Busy), headline: newLine("", style{size: theme.SizeNameHeadingText, bold: true}),
		sum: newLine("", style{color: colorMuted}), steps: newSteps(w, ask.Do), nothing: muted(w.Text("ui.doctor.nothing", nil)),
	}
	d.again = widget.NewButtonWithIcon(w.Text("ui.doctor.again", nil), theme.ViewRefreshIcon(), ask.Again)
	d.again.Importance = widget.HighImportance
	d.copy = widget.NewButtonWithIcon(w.Text("ui.doctor.copy", nil), theme.ContentCopyIcon(), ask.Copy)
	save := widget.NewButtonWithIcon(w.Text("ui.doctor.bundle", nil), theme.DocumentSaveIcon(), ask.Bundle)
	only := widget.NewCheck(w.Text("ui.doctor.only", nil), func(on bool) {
		d.only = on
		d.Show(d.shown)
	})
	d.nothing.Hide()
	titles := container.New(stack{-14}, d.headline, d.sum)
	acts := container.NewCenter(container.NewHBox(save, d.copy, d.again))
	icon := container.NewCenter(container.NewGridWrap(fyne.NewSize(32, 32), d.mark))
	head := container.NewBorder(nil, nil, icon, acts, titles)
	rows := container.NewVScroll(container.New(stack{0}, plainCard(container.New(stack{0}, d.steps.content, d.nothing))))
	d.Content = container.New(layout.NewCustomPaddedLayout(12, 12, 14, 14), container.NewBorder(container.New(stack{4}, head, only), nil, nil, nil, rows))
	return d
}

// Show shows what is known so far.
func (d *Doctor) Show(c view.Checkup) {
	d.shown = c
	d.mark.SetResource(markIcon(c.Mark))
	d.headline.set(c.Headline)
	d.sum.set(c.Sum)
	enable(d.again, c.Mark != view.Busy)
	enable(d.copy, c.Mark != view.Busy)
	rows := c.Steps
	if d.only {
		rows = slices.DeleteFunc(slices.Clone(rows), func(s view.Step) bool { return s.Mark != view.Bad && s.Mark != view.Warn })
	}
	if len(rows) == 0 {
		d.steps.content.Hide()
	} else {
		d.steps.content.Show()
		d.steps.show(rows)
	}
	if d.only && len(rows) == 0 && c.Mark != view.Busy {
		d.nothing.Show()
	} else {
		d.nothing.Hide()
	}
}

func enable(b *widget.Button, on bool) {
	if on {
		b.Enable()
	} else {
		b.Disable()
	}
}
