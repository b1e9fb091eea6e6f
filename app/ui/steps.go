package ui

import (
	"math"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"streamtray/app/i18n"
	"streamtray/app/view"
)

// steps shows the story as rows. A row is opened for its proof; one that needs the user is open by itself.
type steps struct {
	content *fyne.Container
	words   *i18n.Words
	do      func(view.Act, string)
	rows    []*stepRow
}

func newSteps(w *i18n.Words, do func(view.Act, string)) *steps {
	return &steps{content: container.New(stack{0}), words: w, do: do}
}

func (s *steps) show(all []view.Step) {
	if len(all) != len(s.rows) || len(s.content.Objects) == 0 {
		s.rebuild(all)
	}
	for i, st := range all {
		s.rows[i].show(st)
	}
}

func (s *steps) rebuild(all []view.Step) {
	if len(all) == 0 {
		s.rows = nil
		replace(s.content, muted(s.words.Text("ui.steps.none", nil)))
		return
	}
	names := make([]string, len(all))
	for i, st := range all {
		names[i] = st.Name
	}
	columns := stepColumns{widest(style{}, names...) + 4}
	s.rows = nil
	var objects []fyne.CanvasObject
	for range all {
		r := newStepRow(columns, s.do)
		s.rows = append(s.rows, r)
		objects = append(objects, r.content)
	}
	replace(s.content, objects...)
}

// Widths of a step's mark and of the arrow at its end.
const (
	stepMark = 26
	stepMore = 32
)

// stepColumns are the columns of a step: its mark, its name, what it says, its time, and an arrow. What it says has all that
// its own time leaves.
type stepColumns struct{ name float32 }

// timeWidth is the column of a time: next to nothing without one, and else in steps, or all would move with every second.
func timeWidth(l *line) float32 {
	if l.whole == "" {
		return 1
	}
	const step = 36
	st := l.segment.Style
	return step * float32(math.Ceil(float64(fyne.MeasureText(l.whole, theme.Size(st.SizeName), st.TextStyle).Width+2*theme.InnerPadding())/step))
}

func (c stepColumns) cells(objects []fyne.CanvasObject) cells {
	return cells{stepMark, c.name, 0, timeWidth(objects[3].(*line)), stepMore} //nolint:forcetypeassert // made by newStepRow
}

// Layout puts the objects in their columns.
func (c stepColumns) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	c.cells(objects).Layout(objects, size)
}

// MinSize is that of the columns.
func (c stepColumns) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return c.cells(objects).MinSize(objects)
}

// stepRow is one step.
type stepRow struct {
	content, head    *fyne.Container
	do               func(view.Act, string)
	mark             *widget.Icon
	name, text, time *line
	more             *pushButton
	detail           *fyne.Container
	shown            view.Step
	open             bool // by the user
	long             bool // it is under way, and says more than fits its line
}

func newStepRow(columns stepColumns, do func(view.Act, string)) *stepRow {
	r := &stepRow{
		do:   do,
		mark: newMark(view.Pending),
		name: newLine("", style{}),
		text: newLine("", style{color: colorMuted}),
		time: newLine("", style{size: theme.SizeNameCaptionText, color: colorMuted, right: true}),
	}
	r.more = newButtonWithIcon("", theme.MenuDropDownIcon(), func() {
		r.open = !r.open
		r.unfold()
	})
	r.more.Importance = widget.LowImportance
	r.more.Hide()
	inset := layout.NewCustomPaddedLayout(0, 6, stepMark+columns.name, 8)
	r.detail = container.New(inset)
	r.detail.Hide()
	r.head = container.New(columns, r.mark, r.name, r.text, r.time, r.more)
	r.content = container.New(stack{-8}, r.head, r.detail)
	return r
}

func (r *stepRow) show(s view.Step) {
	if s.Mark != r.shown.Mark || r.name.segment.Text == "" {
		r.mark.SetResource(markIcon(s.Mark))
	}
	r.name.set(s.Name)
	r.name.paint(nameColor(s.Mark))
	text := s.Text
	long := s.Mark == view.Busy && !r.text.fits(s.Text)
	if text == "" && s.Mark != view.Pending && s.Mark != view.Good || s.Mark == view.Bad || s.Mark == view.Warn || long {
		text = s.Word // the whole reason stands below
	}
	r.text.set(text)
	r.text.paint(textColor(s.Mark))
	before := timeWidth(r.time)
	if r.time.set(s.Time); timeWidth(r.time) != before {
		r.head.Refresh()
	}
	changed := strings.Join(s.Proof, "\n") != strings.Join(r.shown.Proof, "\n") || s.Text != r.shown.Text ||
		s.Hint != r.shown.Hint || s.Fix.Label != r.shown.Fix.Label || long != r.long
	r.shown, r.long = s, long
	if changed {
		replace(r.detail, r.details()...)
	}
	if len(s.Proof) > 0 {
		r.more.Show()
	} else {
		r.more.Hide()
	}
	r.unfold()
}

func nameColor(m view.Mark) fyne.ThemeColorName {
	if m == view.Pending || m == view.Off || m == view.Idle {
		return colorMuted
	}
	return theme.ColorNameForeground
}

func textColor(m view.Mark) fyne.ThemeColorName {
	if m == view.Bad || m == view.Warn {
		return markColor(m)
	}
	return colorMuted
}

// needsUser: the row says more than fits a line, and the user should read it.
func (r *stepRow) needsUser() bool {
	return r.shown.Mark == view.Bad || r.shown.Mark == view.Warn || r.long
}

func (r *stepRow) unfold() {
	show := r.needsUser() && len(r.detail.Objects) > 0 || r.open && len(r.shown.Proof) > 0
	if show != r.detail.Visible() {
		if show {
			r.detail.Show()
			r.more.SetIcon(theme.MenuDropUpIcon())
		} else {
			r.detail.Hide()
			r.more.SetIcon(theme.MenuDropDownIcon())
		}
		r.content.Refresh()
	}
}

// details are the whole reason, what to do about it and the button for it; or the proof, point by point.
func (r *stepRow) details() []fyne.CanvasObject {
	s := r.shown
	box := container.New(stack{-6})
	if r.needsUser() {
		if s.Text != "" {
			box.Add(newLine(s.Text, style{wrap: true}))
		}
		if s.Hint != "" {
			box.Add(muted(s.Hint))
		}
		if s.Fix.Label != "" {
			box.Add(container.New(layout.NewCustomPaddedLayout(8, 0, 6, 0), container.NewHBox(button(s.Fix, false, r.do))))
		}
	}
	for _, p := range s.Proof {
		box.Add(newLine(p, style{size: theme.SizeNameCaptionText, color: colorMuted}))
	}
	if len(box.Objects) == 0 {
		return nil
	}
	return []fyne.CanvasObject{box}
}
