package ui

import (
	"context"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"streamtray/app/project"
	"streamtray/app/view"
	"streamtray/internal/termtext"
)

// planTab is what is declared against what there is, and the chosen topic's options.
type planTab struct {
	topics  *Topics
	content fyne.CanvasObject
	rows    *fyne.Container
	options *fyne.Container
	apply   *pushButton
	look    *pushButton
	grow    *checkBox
	note    *line
}

func newPlanTab(t *Topics) *planTab {
	w := t.words
	p := &planTab{topics: t, rows: container.New(stack{-6}), options: container.New(stack{-8}), note: newLine(w.Text("ui.plan.note", nil), style{color: colorMuted})}
	p.look = newButtonWithIcon(w.Text("ui.plan.look", nil), theme.ViewRefreshIcon(), p.compare)
	p.grow = newCheckBox(w.Text("ui.plan.grow", nil), nil)
	p.apply = newButton(w.Text("ui.plan.apply", nil), func() {
		grow := p.grow.Checked
		p.ask(func(ctx context.Context) ([]TopicPlan, error) { return t.planner.Apply(ctx, grow) })
	})
	p.apply.Importance = widget.HighImportance
	p.apply.Disable()
	buttons := container.NewHBox(p.look, p.apply, p.grow)
	p.content = bordered(
		container.New(layout.NewCustomPaddedLayout(8, 6, 2, 2), bordered(nil, nil, buttons, nil, p.note)), nil, nil, nil,
		container.NewVScroll(container.New(stack{6}, plainCard(p.rows), p.options)))
	p.tell(w.Text("ui.busy", nil), colorMuted)
	return p
}

// compare asks how the declared topics are.
func (p *planTab) compare() {
	p.ask(func(ctx context.Context) ([]TopicPlan, error) { return p.topics.planner.Plan(ctx) })
}

func (p *planTab) tell(text string, c fyne.ThemeColorName) {
	replace(p.rows, newLine(text, style{color: c, wrap: true}))
}

func (p *planTab) ask(f func(context.Context) ([]TopicPlan, error)) {
	p.look.Disable()
	p.apply.Disable()
	ask(p.topics, f, p.show)
}

func (p *planTab) show(all []TopicPlan, err error) {
	w := p.topics.words
	p.look.Enable()
	if err != nil {
		p.tell(p.topics.told(err), theme.ColorNameError)
		return
	}
	if len(all) == 0 {
		p.tell(w.Text("ui.plan.none", nil), colorMuted)
		return
	}
	columns := cells{28, 0, 76, 76, 0}
	objects := []fyne.CanvasObject{header(columns, make([]bool, 5), "", w.Text("ui.plan.topic", nil),
		w.Text("ui.plan.declared", nil), w.Text("ui.plan.actual", nil), w.Text("ui.column.state", nil))}
	for _, t := range all {
		if t.Deed == "create" || t.Deed == "differ" {
			p.apply.Enable()
		}
		objects = append(objects, p.row(columns, t))
	}
	replace(p.rows, objects...)
}

func (p *planTab) row(columns cells, t TopicPlan) fyne.CanvasObject {
	w := p.topics.words
	mark := planMark(t.Deed)
	about := w.Text("ui.plan."+t.Deed, nil)
	if t.Note != "" {
		about = t.Note
	}
	if t.Err != nil {
		about, _ = w.Error(t.Err)
	}
	have := w.Text("ui.plan.absent", nil)
	if t.Have != (Shape{}) {
		have = p.shape(t.Have)
	}
	return container.New(columns, newMark(mark), newLine(termtext.OneLine(t.Name), style{middle: true}), newLine(p.shape(t.Want), style{}),
		newLine(have, style{}), newLine(about, style{color: markColor(mark), wrap: true}))
}

func (p *planTab) shape(s Shape) string {
	if s == (Shape{}) {
		return "-"
	}
	return p.topics.words.Text("ui.plan.partitions", map[string]any{"Partitions": s.Partitions, "Replication": s.Replication})
}

// planMark is the mark of what is so, or was done, about a topic.
func planMark(deed string) view.Mark {
	switch deed {
	case "same", "created", "grown", "kept":
		return view.Good
	case "create":
		return view.Pending
	case "differ":
		return view.Warn
	}
	return view.Bad
}

// showOptions shows the chosen topic's options: its own first.
func (p *planTab) showOptions(d project.Description, err error) {
	w := p.topics.words
	if err != nil {
		replace(p.options)
		return
	}
	columns := cells{0, 0, 120}
	rows := []fyne.CanvasObject{
		newLine(w.Text("ui.options", map[string]any{"Topic": p.topics.chosen}), style{bold: true, middle: true}),
		header(columns, make([]bool, 3), w.Text("ui.options.name", nil), w.Text("ui.options.value", nil), w.Text("ui.options.source", nil)),
	}
	for _, o := range d.Options {
		source, color := w.Text("ui.options.default", nil), colorMuted
		if o.Own {
			source, color = w.Text("ui.options.own", nil), theme.ColorNameForeground
		}
		rows = append(rows, container.New(columns, newLine(o.Name, style{color: color, middle: true}), newLine(termtext.OneLine(o.Value), style{color: color}), newLine(source, style{color: color})))
	}
	replace(p.options, plainCard(container.New(stack{-12}, slices.Clip(rows)...)))
}

// showDeclaration shows what would change in the project's file, and changes it after a yes.
func (t *Topics) showDeclaration() {
	w, topic := t.words, t.chosen
	change, err := t.planner.Declaring(topic, t.seen().Partitions)
	c := canvasOf(t.Content)
	if c == nil {
		return
	}
	status := newLine(w.Text("ui.declare.about", map[string]any{"Topic": topic, "File": change.File}), style{wrap: true})
	diff := newTextSheet(t.copied)
	diff.set(diffLines(change.Diff))
	popup := &modal{}
	write, leave := newAnswer(w.Text("ui.declare.do", nil), nil), newAnswer(w.Text("ui.close", nil), popup.close)
	write.Importance = widget.HighImportance
	write.OnTapped = func() {
		if err := change.Write(); err != nil {
			status.paint(theme.ColorNameError)
			status.set(t.told(err))
			return
		}
		write.Disable()
		status.paint(theme.ColorNameSuccess)
		status.set(w.Text("ui.settings.saved", nil))
	}
	if err != nil {
		status.paint(theme.ColorNameError)
		status.set(t.told(err))
	}
	if err != nil || change.Write == nil {
		write.Disable()
	}
	popup.open(c, w.Text("ui.declare.title", nil), bordered(status, nil, nil, nil, diff.sheet), fyne.NewSize(620, 380),
		leave, write)
	c.Focus(leave)
}

// diffLines are the lines of a comparison, those that come and go in colour.
func diffLines(diff string) []sheetLine {
	var lines []sheetLine
	for _, text := range splitLines(diff) {
		color := theme.ColorNameForeground
		switch {
		case len(text) > 0 && text[0] == '+':
			color = theme.ColorNameSuccess
		case len(text) > 0 && text[0] == '-':
			color = theme.ColorNameError
		case len(text) > 1 && text[:2] == "@@":
			color = colorMuted
		}
		lines = append(lines, sheetLine{text: cell{text, color}, hot: -1})
	}
	return lines
}

func (t *Topics) copied(text string) {
	if t.Copy != nil {
		t.Copy(text)
	}
}
