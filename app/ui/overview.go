package ui

import (
	"reflect"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"streamtray/app/i18n"
	"streamtray/app/view"
	"streamtray/assets"
)

// Overview shows a project at a glance: the story as rows, the streaming switch, the app, the topics with their traffic,
// the containers. Show gives it what to show; what the user does goes to do.
type Overview struct {
	Content fyne.CanvasObject

	words *i18n.Words
	do    func(view.Act, string)
	shown view.Board

	steps   *steps
	toggle  *toggle
	app     *fyne.Container
	topics  *topicTable
	boxes   *fyne.Container
	boxCard fyne.CanvasObject
}

// NewOverview is an empty overview.
func NewOverview(w *i18n.Words, do func(view.Act, string)) *Overview {
	d := &Overview{
		words: w, do: do,
		steps:  newSteps(w, do),
		toggle: newToggle(w, do),
		app:    container.NewVBox(),
		topics: newTopicTable(w),
		boxes:  container.NewVBox(),
	}
	d.Content = d.layout()
	d.show(view.Board{})
	return d
}

func stateIcon(state string) fyne.Resource {
	return fyne.NewStaticResource(state+".png", assets.Icon(state))
}

// sideWidth is the width of the column with the switch and the app.
const sideWidth = 316

func (d *Overview) layout() fyne.CanvasObject {
	w := d.words
	side := container.New(stack{8}, card(w.Text("ui.card.streaming", nil), d.toggle.content), card(w.Text("ui.card.app", nil), d.app))
	story := card(w.Text("ui.card.steps", nil), d.steps.content)
	d.boxCard = card(w.Text("ui.card.containers", nil), d.boxes)
	d.boxCard.Hide()
	upper := container.New(beside{sideWidth}, story, side)
	body := container.New(stack{8},
		upper,
		card(w.Text("ui.card.topics", nil), d.topics.content),
		d.boxCard,
	)
	return container.NewVScroll(container.New(layout.NewCustomPaddedLayout(12, 12, 12, 12), body))
}

// beside puts its second object at the right, with a fixed width, and the first beside it; both are as high as the higher.
type beside struct{ width float32 }

// Layout places the two.
func (b beside) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	const gap = 8
	objects[0].Resize(fyne.NewSize(size.Width-b.width-gap, size.Height))
	objects[1].Resize(fyne.NewSize(b.width, objects[1].MinSize().Height))
	objects[1].Move(fyne.NewPos(size.Width-b.width, 0))
}

// MinSize has room for both.
func (b beside) MinSize(objects []fyne.CanvasObject) fyne.Size {
	l, r := objects[0].MinSize(), objects[1].MinSize()
	return fyne.NewSize(l.Width+b.width+8, max(l.Height, r.Height))
}

// Show shows a board. What is as before is left alone.
func (d *Overview) Show(b view.Board) {
	if reflect.DeepEqual(b, d.shown) {
		return
	}
	d.show(b)
}

func (d *Overview) show(b view.Board) {
	before := d.shown
	d.shown = b
	d.steps.show(b.Steps)
	d.toggle.show(b.Switch)
	d.topics.show(b.Topics)
	if !reflect.DeepEqual(b.App, before.App) || len(d.app.Objects) == 0 {
		replace(d.app, d.appLines(b.App)...)
	}
	if b.Contained {
		d.boxCard.Show()
	} else {
		d.boxCard.Hide()
	}
	if !reflect.DeepEqual(b.Containers, before.Containers) || len(d.boxes.Objects) == 0 {
		replace(d.boxes, d.containerLines(b.Containers)...)
	}
}

func (d *Overview) appLines(facts []view.Fact) []fyne.CanvasObject {
	if len(facts) == 0 {
		return []fyne.CanvasObject{muted(d.words.Text("ui.app.none", nil))}
	}
	return []fyne.CanvasObject{factLines(facts, false)}
}

// factLines are labels and values in two columns; a value that is too long is cut, or wraps.
func factLines(facts []view.Fact, wrap bool) fyne.CanvasObject {
	labels := make([]string, len(facts))
	for i, f := range facts {
		labels[i] = f.Label
	}
	columns := cells{widest(style{}, labels...), 0}
	box := container.New(stack{-8})
	for _, f := range facts {
		box.Add(container.New(columns, newLine(f.Label, style{color: colorMuted}), newLine(f.Value, style{wrap: wrap})))
	}
	return box
}

func (d *Overview) containerLines(all []view.ContainerLine) []fyne.CanvasObject {
	w := d.words
	if len(all) == 0 {
		return []fyne.CanvasObject{muted(w.Text("ui.containers.none", nil))}
	}
	names := []string{w.Text("ui.column.service", nil)}
	for _, c := range all {
		names = append(names, c.Service)
	}
	columns := cells{28, min(widest(style{}, names...), 200), 130, 0, 130, 80, 90, 90}
	right := style{right: true}
	box := container.New(stack{-6}, header(columns, []bool{false, false, false, false, false, true, true, true},
		"", names[0], w.Text("ui.column.state", nil), w.Text("ui.column.image", nil), w.Text("ui.column.ports", nil),
		w.Text("ui.column.cpu", nil), w.Text("ui.column.memory", nil), w.Text("ui.column.restarts", nil)))
	for _, c := range all {
		box.Add(container.New(columns, newMark(c.Mark), newLine(c.Service, style{}), newLine(c.State, style{color: markColor(c.Mark)}),
			newLine(c.Image, style{color: colorMuted, middle: true}), newLine(c.Ports, style{}), newLine(c.CPU, right), newLine(c.Memory, right), newLine(c.Restarts, right)))
	}
	return []fyne.CanvasObject{box}
}

// toggle is the streaming switch, and what is wished, launched with and so.
type toggle struct {
	content fyne.CanvasObject
	words   *i18n.Words
	check   *widget.Check
	facts   *fyne.Container
	hint    *line
	shown   view.Switch
	setting bool // the check is being set, not ticked
}

func newToggle(w *i18n.Words, do func(view.Act, string)) *toggle {
	t := &toggle{words: w, facts: container.NewStack(), hint: newLine("", style{color: theme.ColorNameWarning, wrap: true})}
	t.check = widget.NewCheck("", func(on bool) {
		switch {
		case t.setting:
		case on:
			do(view.ActStreamingOn, "")
		default:
			do(view.ActStreamingOff, "")
		}
	})
	t.hint.Hide()
	t.content = container.New(stack{-4}, t.check, t.facts, t.hint)
	t.show(view.Switch{})
	return t
}

func (t *toggle) show(s view.Switch) {
	if s == t.shown && len(t.facts.Objects) > 0 {
		return
	}
	t.shown = s
	t.setting = true
	t.check.SetText(s.Env)
	t.check.SetChecked(s.On)
	t.setting = false
	if s.Usable {
		t.check.Enable()
	} else {
		t.check.Disable()
	}
	replace(t.facts, factLines([]view.Fact{
		{Label: t.words.Text("ui.switch.wanted", nil), Value: s.Wanted},
		{Label: t.words.Text("ui.switch.launched", nil), Value: s.Launched},
		{Label: t.words.Text("ui.switch.effective", nil), Value: s.Effective},
	}, true))
	t.hint.set(s.Hint)
	if s.Hint == "" {
		t.hint.Hide()
	} else {
		t.hint.Show()
	}
}
