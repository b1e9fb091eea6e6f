package ui

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
	"streamtray/internal/termtext"
)

// Bounds of the records that are kept for looking at.
const (
	maxRecords   = 500
	recordsEvery = 250 * time.Millisecond
	tailBack     = 50 // records of each partition that are read first
)

// recordsTab reads a topic: newest first, filtered, one of them shown whole; and sends a test record.
type recordsTab struct {
	topics  *Topics
	content fyne.CanvasObject
	topic   *widget.Select
	filter  *widget.Entry
	read    *widget.Button
	list    *widget.List
	place   *line
	whole   *widget.Entry
	note    *line
	from    *fromChoice
	sender  *sender

	stop   context.CancelFunc // nil while nothing is read
	kept   []Record           // newest first
	shown  []Record           // those of kept that pass the filter
	picked *Record            // shown whole; nil: none
	// forward: reading goes through the past and ends when there are enough; else it follows, and the newest are kept.
	forward bool
}

// inbox takes records from the goroutine that reads and gives them to the main one a few times a second.
type inbox struct {
	mu     sync.Mutex
	fresh  []Record
	first  bool // of more than can be kept, the first are wanted
	queued bool
}

func newRecordsTab(t *Topics, names []string) *recordsTab {
	w := t.words
	r := &recordsTab{topics: t, note: newLine(w.Text("ui.records.note", nil), style{size: theme.SizeNameCaptionText, color: colorMuted})}
	r.topic = widget.NewSelect(names, nil)
	r.topic.SetSelectedIndex(0)
	r.topic.OnChanged = func(string) { r.restart() }
	r.filter = widget.NewEntry()
	r.filter.SetPlaceHolder(w.Text("ui.records.filter", nil))
	r.filter.OnChanged = func(string) { r.sift() }
	r.read = widget.NewButton(w.Text("ui.records.read", nil), r.toggle)
	r.read.Importance = widget.HighImportance
	r.list = widget.NewList(func() int { return len(r.shown) }, newRecordLine, func(i widget.ListItemID, o fyne.CanvasObject) { r.fill(i, o) })
	r.list.OnSelected = func(i widget.ListItemID) { // the list selects by place, and records move: they are marked by us
		r.list.UnselectAll()
		r.open(i)
	}
	r.from = newFromChoice(w, r.restart)
	r.sender = newSender(t, func() string { return r.topic.Selected })
	r.place = newLine(w.Text("ui.records.pick", nil), style{color: colorMuted})
	r.whole = widget.NewMultiLineEntry()
	r.whole.TextStyle.Monospace = true
	r.whole.Wrapping = fyne.TextWrapWord
	r.content = r.layout()
	return r
}

func (r *recordsTab) layout() fyne.CanvasObject {
	top := container.New(layout.NewCustomPaddedLayout(8, 6, 2, 2), bordered(nil, nil,
		container.NewHBox(container.New(wideEnough{200}, r.topic), r.from.content), r.read, r.filter))
	detail := bordered(r.place, nil, nil, nil, r.whole)
	split := container.NewHSplit(plainCard(r.list), detail)
	split.Offset = 0.52
	return bordered(top, container.New(stack{-4}, r.note, r.sender.content), nil, nil, split)
}

// newRecordLine is one line of the list: time, place, value; behind them what marks the picked one.
func newRecordLine() fyne.CanvasObject {
	back := &surface{fill: theme.ColorNameSelection, plain: true}
	back.ExtendBaseWidget(back)
	back.Hide()
	return container.NewStack(back, container.New(cells{100, 84, 0}, newLine("", style{mono: true, color: colorMuted}), newLine("", style{mono: true, color: colorInfo}), newLine("", style{mono: true})))
}

func (r *recordsTab) fill(i int, o fyne.CanvasObject) {
	if i >= len(r.shown) {
		return
	}
	record, layers := r.shown[i], o.(*fyne.Container).Objects //nolint:forcetypeassert // made by newRecordLine
	if r.picked != nil && record.same(*r.picked) {
		layers[0].Show()
	} else {
		layers[0].Hide()
	}
	parts := layers[1].(*fyne.Container).Objects //nolint:forcetypeassert // as above
	for j, text := range []string{
		record.Time.Format("15:04:05.0"), strconv.Itoa(int(record.Partition)) + ":" + strconv.FormatInt(record.Offset, 10),
		clipped(termtext.Clean(strings.Join(strings.Fields(record.Value), " ")), 200),
	} {
		parts[j].(*line).set(text) //nolint:forcetypeassert // as above
	}
}

// open shows a record whole.
func (r *recordsTab) open(i int) {
	if i >= len(r.shown) {
		return
	}
	record, w := r.shown[i], r.topics.words
	r.picked = &record
	r.list.Refresh()
	r.place.set(w.Text("ui.records.place", map[string]any{"Topic": record.Topic, "Partition": record.Partition, "Offset": record.Offset}) +
		" · " + record.Time.Format("2006-01-02 15:04:05.000"))
	var b strings.Builder
	if record.Key != "" {
		b.WriteString(w.Text("ui.records.key", nil) + ": " + record.Key + "\n")
	}
	for _, h := range record.Headers {
		b.WriteString(h + "\n")
	}
	r.whole.SetText(termtext.Clean(b.String() + pretty(record.Value)))
}

// same reports whether both are one record.
func (r Record) same(o Record) bool {
	return r.Topic == o.Topic && r.Partition == o.Partition && r.Offset == o.Offset
}

func (r *recordsTab) toggle() {
	if r.stop != nil {
		r.end()
		return
	}
	r.start()
}

func (r *recordsTab) restart() {
	if r.stop != nil {
		r.end()
		r.start()
	}
}

func (r *recordsTab) start() {
	topic := r.topic.Selected
	if topic == "" {
		return
	}
	from, forward, ok := r.from.from(time.Now())
	if !ok {
		r.note.paint(theme.ColorNameError)
		r.note.set(r.topics.words.Text("ui.from.bad", nil))
		return
	}
	ctx, cancel := context.WithCancel(r.topics.ctx)
	r.stop, r.kept, r.shown, r.forward = cancel, nil, nil, forward
	r.list.Refresh()
	r.read.SetText(r.topics.words.Text("ui.records.stop", nil))
	r.note.paint(colorMuted)
	r.note.set(r.topics.words.Text("ui.records.none", nil))
	r.topics.work.Go(func() { r.follow(ctx, topic, from, forward) })
}

func (r *recordsTab) end() {
	r.stop()
	r.stop = nil
	r.read.SetText(r.topics.words.Text("ui.records.read", nil))
	r.note.set(r.topics.words.Text("ui.records.note", nil))
}

// follow reads until ctx ends.
func (r *recordsTab) follow(ctx context.Context, topic string, from From, forward bool) {
	in := inbox{first: forward} // of its own: what comes late for another topic is not mixed up with this one
	for record, err := range r.topics.reader.Tail(ctx, topic, from) {
		if err != nil {
			if ctx.Err() == nil {
				Later(func() { r.failed(err) })
			}
			return
		}
		in.put(record, func(fresh []Record) { r.take(ctx, fresh) })
	}
}

// put adds a record and has take run on the main goroutine soon, once for all that come until then.
func (b *inbox) put(record Record, take func([]Record)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.fresh = append(b.fresh, record)
	if over := len(b.fresh) - maxRecords; over > 0 && b.first {
		b.fresh = b.fresh[:maxRecords]
	} else if over > 0 {
		b.fresh = append(b.fresh[:0], b.fresh[over:]...)
	}
	if !b.queued {
		b.queued = true
		time.AfterFunc(recordsEvery, func() { Later(func() { take(b.empty()) }) })
	}
}

func (b *inbox) empty() []Record {
	b.mu.Lock()
	defer b.mu.Unlock()
	fresh := b.fresh
	b.fresh, b.queued = nil, false
	return fresh
}

// take shows what was read since the last time.
func (r *recordsTab) take(ctx context.Context, fresh []Record) {
	if ctx.Err() != nil {
		return // another topic is read by now
	}
	newest := make([]Record, 0, len(fresh)+len(r.kept))
	for i := len(fresh) - 1; i >= 0; i-- {
		newest = append(newest, fresh[i])
	}
	newest = append(newest, r.kept...)
	slices.SortStableFunc(newest, func(a, b Record) int { return b.Time.Compare(a.Time) }) // partitions come as they come
	over := max(len(newest)-maxRecords, 0)
	r.kept = newest[:len(newest)-over]
	if r.forward { // the past goes on and on: the first ones were asked for
		r.kept = newest[over:]
	}
	r.note.set(r.topics.words.Text("ui.records.note", nil))
	if r.forward && len(r.kept) == maxRecords {
		r.end()
		r.note.set(r.topics.words.Text("ui.records.enough", map[string]any{"Records": maxRecords}))
	}
	r.sift()
}

func (r *recordsTab) failed(err error) {
	if r.stop != nil {
		r.end()
	}
	text, hint := r.topics.words.Error(err)
	r.note.paint(theme.ColorNameError)
	r.note.set(text + " " + hint)
}

// sift shows the records that pass the filter.
func (r *recordsTab) sift() {
	pass := recordFilter(r.filter.Text)
	r.shown = nil
	for _, record := range r.kept {
		if pass(record) {
			r.shown = append(r.shown, record)
		}
	}
	r.list.Refresh()
}
