package ui

import (
	"context"
	"iter"
	"sync"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"streamtray/app/i18n"
)

// Planner is Kafka as the topics window asks it. Every call may take time and is made apart from the main goroutine.
type Planner interface {
	// Plan compares the declared topics with the actual ones; Apply creates what is missing and, if grow, adds partitions.
	Plan(ctx context.Context) ([]TopicPlan, error)
	Apply(ctx context.Context, grow bool) ([]TopicPlan, error)
}

// Reader reads and sends records. It never commits an offset and never creates a topic.
type Reader interface {
	// Tail gives a topic's records from a place on, and then those that come, until ctx ends.
	Tail(ctx context.Context, topic string, from From) iter.Seq2[Record, error]
	// Send sends a record and returns it with its place.
	Send(ctx context.Context, r Record) (Record, error)
	Groups(ctx context.Context) ([]Group, error)
}

// TopicPlan is a declared topic against the actual one, or what was done about it.
type TopicPlan struct {
	Name       string
	Want, Have Shape  // Have is zero for a topic that does not exist
	Deed       string // same, create, differ, created, grown, kept or failed
	Err        error  // why it failed, or cannot be
	Note       string // more about it, in the reader's language; may be empty
}

// Shape is how a topic is made.
type Shape struct{ Partitions, Replication int }

// Record is one message.
type Record struct {
	Topic     string
	Partition int32
	Offset    int64
	Time      time.Time
	Key       string
	Value     string
	Headers   []string // "name: value"
}

// From says where reading a topic begins: so many records back on each partition; or, where Since or At say so, at a time
// or at an offset. A Back below zero is the oldest record that is kept.
type From struct {
	Back  int
	At    *int64
	Since time.Time
}

// Group is a consumer group.
type Group struct {
	Name, State string
	Members     int
	Lag         int64
}

// Topics is the window about topics: declared against actual, records, consumer groups.
type Topics struct {
	Content fyne.CanvasObject

	words   *i18n.Words
	planner Planner
	reader  Reader          // nil: records and groups are left out
	ctx     context.Context //nolint:containedctx // the window's life: what is asked ends with it
	work    *sync.WaitGroup
	tabs    *container.AppTabs
	plan    *planTab
	records *recordsTab
	groups  *groupsTab
}

// NewTopics is the window for the topics named; what it asks ends with ctx.
func NewTopics(ctx context.Context, w *i18n.Words, p Planner, r Reader, names []string) *Topics {
	t := &Topics{words: w, planner: p, reader: r, ctx: ctx, work: &sync.WaitGroup{}}
	t.plan = newPlanTab(t)
	t.Content = container.New(layout.NewCustomPaddedLayout(4, 4, 8, 8), t.plan.content)
	if r == nil {
		return t
	}
	t.records, t.groups = newRecordsTab(t, names), newGroupsTab(t)
	t.tabs = container.NewAppTabs(
		container.NewTabItem(w.Text("ui.tab.plan", nil), t.plan.content),
		container.NewTabItem(w.Text("ui.tab.records", nil), t.records.content),
		container.NewTabItem(w.Text("ui.tab.groups", nil), t.groups.content),
	)
	t.tabs.OnSelected = func(i *container.TabItem) {
		if i.Content == t.groups.content {
			t.groups.look()
		}
	}
	t.Content = container.New(layout.NewCustomPaddedLayout(4, 4, 8, 8), t.tabs)
	return t
}

// Choose shows one of the tabs, counted from 0: declared against actual, records, consumer groups.
func (t *Topics) Choose(tab int) {
	if t.tabs != nil && tab < len(t.tabs.Items) {
		t.tabs.SelectIndex(tab)
	}
}

// Look compares the topics now, as if the user had asked.
func (t *Topics) Look() {
	t.plan.ask(func(ctx context.Context) ([]TopicPlan, error) { return t.planner.Plan(ctx) })
}

// Wait returns when everything that was asked has ended; ctx has ended before.
func (t *Topics) Wait() { t.work.Wait() }

// askWithin bounds one question to the cluster.
const askWithin = 20 * time.Second

// ask runs f apart from the main goroutine, with a bound, and then shows on it.
func ask[T any](t *Topics, f func(context.Context) (T, error), show func(T, error)) {
	t.work.Go(func() {
		ctx, cancel := context.WithTimeout(t.ctx, askWithin)
		defer cancel()
		v, err := f(ctx)
		if t.ctx.Err() == nil {
			Later(func() { show(v, err) })
		}
	})
}

// planTab is declared against actual.
type planTab struct {
	topics  *Topics
	content fyne.CanvasObject
	rows    *fyne.Container
	apply   *widget.Button
	look    *widget.Button
	grow    *widget.Check
	note    *line
}

func newPlanTab(t *Topics) *planTab {
	w := t.words
	p := &planTab{topics: t, rows: container.New(stack{0}), note: newLine(w.Text("ui.plan.note", nil), style{color: colorMuted})}
	p.look = widget.NewButtonWithIcon(w.Text("ui.plan.look", nil), theme.ViewRefreshIcon(), t.Look)
	p.grow = widget.NewCheck(w.Text("ui.plan.grow", nil), nil)
	p.apply = widget.NewButton(w.Text("ui.plan.apply", nil), func() {
		grow := p.grow.Checked
		p.ask(func(ctx context.Context) ([]TopicPlan, error) { return t.planner.Apply(ctx, grow) })
	})
	p.apply.Importance = widget.HighImportance
	p.apply.Disable()
	buttons := container.NewHBox(p.look, p.apply, p.grow)
	p.content = bordered(
		container.New(layout.NewCustomPaddedLayout(8, 6, 2, 2), bordered(nil, nil, buttons, nil, p.note)), nil, nil, nil,
		container.NewVScroll(plainCard(p.rows)))
	p.tell(w.Text("ui.busy", nil), colorMuted)
	return p
}

func (p *planTab) tell(text string, c fyne.ThemeColorName) {
	l := newLine(text, style{color: c, wrap: true})
	replace(p.rows, l)
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
		text, hint := w.Error(err)
		p.tell(text+"\n"+hint, theme.ColorNameError)
		return
	}
	columns := cells{28, 0, 100, 100, 0}
	objects := []fyne.CanvasObject{header(columns, make([]bool, 5), "", w.Text("ui.column.topic", nil),
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
	return container.New(columns, newMark(mark), newLine(t.Name, style{}), newLine(p.shape(t.Want), style{}),
		newLine(have, style{}), newLine(about, style{color: markColor(mark), wrap: true}))
}

func (p *planTab) shape(s Shape) string {
	return p.topics.words.Text("ui.plan.partitions", map[string]any{"Partitions": s.Partitions, "Replication": s.Replication})
}

// groupsTab lists the consumer groups.
type groupsTab struct {
	topics  *Topics
	content fyne.CanvasObject
	rows    *fyne.Container
}

func newGroupsTab(t *Topics) *groupsTab {
	g := &groupsTab{topics: t, rows: container.New(stack{0}, muted(t.words.Text("ui.busy", nil)))}
	again := widget.NewButtonWithIcon(t.words.Text("ui.groups.look", nil), theme.ViewRefreshIcon(), g.look)
	g.content = bordered(container.New(layout.NewCustomPaddedLayout(8, 6, 2, 2), container.NewHBox(again)), nil, nil, nil,
		container.NewVScroll(plainCard(g.rows)))
	return g
}

func (g *groupsTab) look() {
	ask(g.topics, func(ctx context.Context) ([]Group, error) { return g.topics.reader.Groups(ctx) }, g.show)
}
