package ui

import (
	"cmp"
	"reflect"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"streamtray/app/i18n"
	"streamtray/app/view"
	"streamtray/assets"
)

// Overview shows a project at a glance: how it comes up, its parts with what they take, the topics with their traffic. Show
// gives it what to show; what the user does goes to do.
type Overview struct {
	Content fyne.CanvasObject

	words     *i18n.Words
	shown     view.Board
	body      *fyne.Container
	startup   *fold
	resources *resourceTable
	topics    *topicTable
	traffic   *trafficCard
}

// NewOverview is an empty overview.
func NewOverview(w *i18n.Words, do func(view.Act, string)) *Overview {
	d := &Overview{words: w, body: container.New(filled{stack{8}, trafficMost}), resources: newResourceTable(w, do), topics: newTopicTable(w), traffic: newTrafficCard(w)}
	d.startup = newFold(w, "", do, d.body.Refresh)
	canary := newButton(w.Text("tray.canary", nil), func() { do(view.ActCanary, "") })
	canary.Importance = widget.LowImportance
	topics := plainCard(bordered(bordered(nil, nil, nil, canary, newLine(w.Text("ui.card.topics", nil), style{bold: true})), nil, nil, nil, d.topics.content))
	d.body.Objects = []fyne.CanvasObject{plainCard(d.startup.content), card(w.Text("ui.card.resources", nil), d.resources.content), topics, d.traffic.content}
	d.Content = container.NewVScroll(container.New(layout.NewCustomPaddedLayout(12, 12, 12, 12), d.body))
	d.show(view.Board{})
	return d
}

func stateIcon(state string) fyne.Resource {
	return fyne.NewStaticResource(state+".png", assets.Icon(state))
}

// Show shows a board. What is as before is left alone.
func (d *Overview) Show(b view.Board) {
	if !reflect.DeepEqual(b, d.shown) {
		d.show(b)
	}
}

func (d *Overview) show(b view.Board) {
	before := d.shown
	d.shown = b
	d.startup.tell(cmp.Or(b.Startup, d.words.Text("ui.card.steps", nil)), b.Steps)
	if b.Open != before.Open || len(before.Steps) == 0 {
		d.startup.open(b.Open || len(b.Steps) == 0) // what the user folds meanwhile stays so
	}
	if d.resources.show(b.Resources) {
		d.body.Refresh()
	}
	if len(b.Resources) == 0 {
		d.body.Objects[1].Hide()
	} else {
		d.body.Objects[1].Show()
	}
	d.topics.show(b.Topics)
	if len(b.Topics) == 0 {
		d.traffic.content.Hide()
	} else {
		d.traffic.content.Show()
	}
	d.traffic.show(b.Traffic)
}

// resourceTable shows the parts of a project, a row each.
type resourceTable struct {
	content *fyne.Container
	words   *i18n.Words
	do      func(view.Act, string)
	shown   []view.Resource
	rows    []*resourceRow
}

type resourceRow struct {
	mark                                        *widget.Icon
	state, where, cpu, memory, uptime, restarts *line
	menu                                        *pushButton
	items                                       []view.Item
}

// Widths of the table's columns.
const (
	resourceName  = 96
	resourceCPU   = 60
	resourceMem   = 66
	resourceUp    = 84
	resourceAgain = 64
)

func newResourceTable(w *i18n.Words, do func(view.Act, string)) *resourceTable {
	return &resourceTable{content: container.New(stack{-6}), words: w, do: do}
}

// show shows the parts, and reports whether there are others than before.
func (t *resourceTable) show(all []view.Resource) bool {
	named := func(a, b view.Resource) bool { return a.Name == b.Name && len(a.Menu) == len(b.Menu) }
	other := !slices.EqualFunc(all, t.shown, named)
	before := t.shown
	t.shown = all
	if other {
		before = nil
		t.rebuild()
	}
	for i, r := range all {
		if before == nil || !reflect.DeepEqual(r, before[i]) {
			t.rows[i].show(r)
		}
	}
	return other
}

func (t *resourceTable) rebuild() {
	w := t.words
	columns := cells{28, resourceName, -5, -4, resourceCPU, resourceMem, resourceUp, resourceAgain, 34}
	right := style{right: true}
	objects := []fyne.CanvasObject{header(columns, []bool{false, false, false, false, true, true, true, true, false}, "", w.Text("ui.column.resource", nil),
		w.Text("ui.column.state", nil), w.Text("ui.column.address", nil), w.Text("ui.column.cpu", nil), w.Text("ui.column.memory", nil),
		w.Text("ui.column.uptime", nil), w.Text("ui.column.restarts", nil), "")}
	t.rows = nil
	for _, r := range t.shown {
		row := &resourceRow{
			mark: newMark(r.Mark), state: newLine("", style{}), where: newLine("", style{color: colorMuted, middle: true}), cpu: newLine("", right),
			memory: newLine("", right), uptime: newLine("", right), restarts: newLine("", right),
		}
		row.menu = newButtonWithIcon("", theme.MoreVerticalIcon(), nil)
		row.menu.OnTapped = func() { popUp(row.menu, row.items, t.do) }
		row.menu.Importance = widget.LowImportance
		if len(r.Menu) == 0 {
			row.menu.Hide()
		}
		t.rows = append(t.rows, row)
		objects = append(objects, container.New(columns, row.mark, newLine(r.Name, style{}), row.state, row.where, row.cpu, row.memory, row.uptime, row.restarts,
			container.New(iconSize, row.menu)))
	}
	replace(t.content, objects...)
}

func (row *resourceRow) show(r view.Resource) {
	row.mark.SetResource(markIcon(r.Mark))
	row.state.set(r.State)
	row.state.paint(markColor(r.Mark))
	row.where.set(r.Where)
	for l, text := range map[*line]string{row.cpu: r.CPU, row.memory: r.Memory, row.uptime: r.Uptime, row.restarts: r.Restarts} {
		l.set(text)
		c := theme.ColorNameForeground
		if text == view.Unknown {
			c = colorMuted
		}
		l.paint(c)
	}
	row.items = r.Menu
}
