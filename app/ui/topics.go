package ui

import (
	"context"
	"iter"
	"strings"
	"sync"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"streamtray/app/i18n"
	"streamtray/app/project"
	"streamtray/app/view"
	"streamtray/internal/termtext"
)

// Planner is Kafka as the topics page asks it about what is declared. Every call may take time and is made apart from the
// main goroutine.
type Planner interface {
	// Plan compares the declared topics with the actual ones; Apply creates what is missing and, if grow, adds partitions.
	Plan(ctx context.Context) ([]TopicPlan, error)
	Apply(ctx context.Context, grow bool) ([]TopicPlan, error)
	// Declaring is what would change in the project's file for a topic to be declared, with a way to write it.
	Declaring(topic string, partitions int) (Declaration, error)
}

// Declaration is a change of the project's file that nobody has made yet.
type Declaration struct {
	File, Diff string
	Write      func() error // nil: the project has no file of its own
}

// Reader reads and sends records, and tells how topics are. It never commits an offset and never creates a topic. A
// project is one.
type Reader interface {
	Read(ctx context.Context, what project.Reading) iter.Seq2[project.Batch, error]
	Send(ctx context.Context, r project.Record) (project.Record, error)
	Groups(ctx context.Context) ([]project.Group, error)
	Describe(ctx context.Context, topic string) (project.Description, error)
	TopicsSeen(ctx context.Context) ([]project.TopicSeen, error)
	Began() time.Time // when the app did; zero: unknown
}

var _ Reader = (*project.Project)(nil)

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

// Topics is the page about topics: a list of them, and of the chosen one its messages, partitions, consumers and
// configuration.
type Topics struct {
	Content fyne.CanvasObject
	// Copy puts text on the clipboard; nil: nowhere.
	Copy func(string)

	words   *i18n.Words
	planner Planner
	reader  Reader
	ctx     context.Context //nolint:containedctx // the page's life: what is asked ends with it
	work    *sync.WaitGroup
	now     func() time.Time

	list    *widget.List
	find    *field
	title   *line
	about   *line
	declare *pushButton
	tabs    *container.AppTabs
	plan    *planTab
	records *recordsTab
	parts   *tableTab
	groups  *tableTab

	all     []project.TopicSeen
	shown   []project.TopicSeen // those of all that the filter passes
	chosen  string
	failing bool // the last look came to nothing
	asking  bool
	stale   bool // what is shown of rates is older than the last look
}

// The tabs, in their order.
const (
	tabMessages = iota
	tabPartitions
	tabConsumers
	tabConfig

	// TopicTabs is how many there are.
	TopicTabs
)

// NewTopics is the page for the topics named; what it asks ends with ctx.
func NewTopics(ctx context.Context, w *i18n.Words, p Planner, r Reader, names []string) *Topics {
	t := &Topics{words: w, planner: p, reader: r, ctx: ctx, work: &sync.WaitGroup{}, now: time.Now}
	t.plan = newPlanTab(t)
	for _, name := range names {
		t.all = append(t.all, project.TopicSeen{Name: name, Declared: true})
	}
	t.records = newRecordsTab(t)
	t.parts, t.groups = newTableTab(t), newTableTab(t)
	t.tabs = container.NewAppTabs(
		container.NewTabItem(w.Text("ui.tab.records", nil), t.records.content),
		container.NewTabItem(w.Text("ui.tab.partitions", nil), t.parts.content),
		container.NewTabItem(w.Text("ui.tab.groups", nil), t.groups.content),
		container.NewTabItem(w.Text("ui.tab.plan", nil), t.plan.content),
	)
	t.tabs.OnSelected = func(*container.TabItem) { t.lookAtTab() }
	t.title = newLine("", style{bold: true, middle: true})
	t.about = newLine("", style{color: colorMuted, right: true})
	t.declare = newButton(w.Text("ui.declare", nil), t.showDeclaration)
	t.declare.Hide()
	head := container.New(layout.NewCustomPaddedLayout(4, 0, 2, 2), bordered(nil, nil, nil, t.declare, container.New(cells{-1, -2}, t.title, t.about)))
	split := container.NewHSplit(t.newList(), bordered(head, nil, nil, nil, t.tabs))
	split.Offset = 0.25
	t.Content = WithTips(container.New(layout.NewCustomPaddedLayout(4, 4, 8, 8), split))
	t.sift()
	if len(names) > 0 {
		t.pick(names[0])
	}
	return t
}

func (t *Topics) newList() fyne.CanvasObject {
	t.find = newField()
	t.find.SetPlaceHolder(t.words.Text("ui.topics.find", nil))
	t.find.OnChanged = func(string) { t.sift() }
	t.list = widget.NewList(func() int { return len(t.shown) }, newTopicRow, t.fillRow)
	t.list.OnSelected = func(i widget.ListItemID) {
		if i < len(t.shown) && t.shown[i].Name != t.chosen {
			t.choose(t.shown[i].Name)
		}
	}
	return bordered(container.New(layout.NewCustomPaddedLayout(6, 6, 2, 4), t.find), nil, nil, nil, plainCard(t.list))
}

// newTopicRow is a topic of the list: its name, and below that what it holds.
func newTopicRow() fyne.CanvasObject {
	return container.New(stack{-12}, newLine("", style{middle: true}), newLine("", style{size: theme.SizeNameCaptionText, color: colorMuted}))
}

func (t *Topics) fillRow(i widget.ListItemID, o fyne.CanvasObject) {
	if i >= len(t.shown) {
		return
	}
	seen, parts := t.shown[i], o.(*fyne.Container).Objects //nolint:forcetypeassert // made by newTopicRow
	parts[0].(*line).set(termtext.OneLine(seen.Name))      //nolint:forcetypeassert // as above
	about := parts[1].(*line)                              //nolint:forcetypeassert // as above
	about.paint(t.aboutColor(seen))
	about.set(t.aboutShort(seen))
}

func (t *Topics) aboutColor(seen project.TopicSeen) fyne.ThemeColorName {
	if !t.failing && (grows(seen) || t.missing(seen)) {
		return theme.ColorNameWarning
	}
	return colorMuted
}

// grows reports whether records come on a topic that nobody declared.
func grows(seen project.TopicSeen) bool { return !seen.Declared && seen.Run > 0 }

func (t *Topics) missing(seen project.TopicSeen) bool {
	return seen.Declared && seen.Partitions == 0 && !t.stale
}

// aboutShort says what matters most of a topic.
func (t *Topics) aboutShort(seen project.TopicSeen) string {
	w := t.words
	switch {
	case t.stale: // nothing is known, or not any more
		return "-"
	case seen.Partitions == 0:
		return w.Text("ui.plan.absent", nil)
	}
	text := w.Text("ui.topics.records", map[string]any{"Count": view.Count(seen.Records)})
	if seen.Rate > 0 {
		text += " · " + w.Text("ui.rate", map[string]any{"Rate": view.Rate(seen.Rate)})
	}
	if !seen.Declared {
		text += " · " + w.Text("ui.topics.undeclared", nil)
	}
	return text
}

// sift shows the topics that pass the filter.
func (t *Topics) sift() {
	low := strings.ToLower(strings.TrimSpace(t.find.Text))
	t.shown = nil
	for _, seen := range t.all {
		if low == "" || containsFold(seen.Name, low) {
			t.shown = append(t.shown, seen)
		}
	}
	t.list.Refresh()
	t.mark()
}

// mark has the list show which topic is chosen.
func (t *Topics) mark() {
	for i, seen := range t.shown {
		if seen.Name == t.chosen {
			t.list.Select(i)
			if t.list.Size().Height == 0 { // not shown yet: the list scrolled past what it has no room for
				t.list.ScrollToTop()
			}
			return
		}
	}
	t.list.UnselectAll()
}

// pick makes a topic the chosen one without looking at it.
func (t *Topics) pick(name string) {
	t.chosen = name
	t.title.set(termtext.OneLine(name))
	t.mark()
	t.tellAbout()
}

// choose shows a topic.
func (t *Topics) choose(name string) {
	t.pick(name)
	t.records.changed()
	t.lookAtTab()
}

// seen is what is known of the chosen topic.
func (t *Topics) seen() project.TopicSeen {
	for _, seen := range t.all {
		if seen.Name == t.chosen {
			return seen
		}
	}
	return project.TopicSeen{Name: t.chosen}
}

func (t *Topics) tellAbout() {
	seen, w := t.seen(), t.words
	text := t.aboutShort(seen)
	if !t.stale && seen.Partitions > 0 {
		text = w.Text("ui.topics.partitions", map[string]any{"Count": seen.Partitions}) + " · " + text
		if began := t.reader.Began(); !began.IsZero() {
			text += " · " + w.Text("ui.topics.run", map[string]any{"Records": view.Count(seen.Run)})
		}
	}
	t.about.paint(t.aboutColor(seen))
	t.about.set(text)
	if can := !t.stale && !seen.Declared && seen.Partitions > 0; can != t.declare.Visible() {
		t.declare.Hidden = !can
		t.Content.Refresh()
	}
}

// Choose shows one of the tabs, counted from 0: messages, partitions, consumers, configuration.
func (t *Topics) Choose(tab int) {
	if tab < len(t.tabs.Items) {
		t.tabs.SelectIndex(tab)
	}
}

// Find gives the filter of the messages the keys.
func (t *Topics) Find() {
	if c := canvasOf(t.Content); c != nil {
		t.Choose(tabMessages)
		c.Focus(t.records.filter)
	}
}

// looksEvery is the pause between two looks at the topics while the page is seen.
const looksEvery = 3 * time.Second

// Run looks at everything now and, until ctx ends, now and then: while the page is seen. It reads the newest messages of the
// chosen topic, unless one of them is being looked at. It does not wait.
func (t *Topics) Run(ctx context.Context) {
	t.plan.compare()
	t.lookAtTopics()
	if t.records.picked == nil {
		t.records.start()
	}
	t.work.Go(func() {
		tick := time.NewTicker(looksEvery)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				Later(func() {
					if t.records.stop != nil {
						t.records.end()
					}
				})
				return
			case <-tick.C:
				Later(func() {
					if ctx.Err() == nil {
						t.lookAtTopics()
					}
				})
			}
		}
	})
}

func (t *Topics) lookAtTopics() {
	if t.asking {
		return
	}
	t.asking = true
	ask(t, t.reader.TopicsSeen, t.showTopics)
}

func (t *Topics) showTopics(all []project.TopicSeen, err error) {
	t.asking = false
	back := t.failing && err == nil
	if t.failing = err != nil; err != nil {
		t.stale = true
	} else {
		t.all, t.stale = all, false
	}
	t.sift()
	if t.chosen == "" && len(t.all) > 0 {
		t.choose(t.all[0].Name)
	}
	t.tellAbout()
	if back { // Kafka answers again
		t.records.start()
		t.lookAtTab()
	}
}

// lookAtTab asks for what the tab that is seen shows.
func (t *Topics) lookAtTab() {
	topic := t.chosen
	if topic == "" {
		return
	}
	switch t.tabs.SelectedIndex() {
	case tabPartitions:
		ask(t, func(ctx context.Context) (project.Description, error) { return t.reader.Describe(ctx, topic) }, t.showPartitions)
	case tabConsumers:
		ask(t, t.reader.Groups, t.showGroups)
	case tabConfig:
		t.plan.compare()
		ask(t, func(ctx context.Context) (project.Description, error) { return t.reader.Describe(ctx, topic) }, t.plan.showOptions)
	}
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

// told is an error with its remedy.
func (t *Topics) told(err error) string {
	text, hint := t.words.Error(err)
	return strings.TrimSpace(text + "\n" + hint)
}
