package ui

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math"
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

	"streamtray/app/project"
	"streamtray/app/view"
	"streamtray/internal/termtext"
)

// Bounds of the records that are kept for looking at.
const (
	maxRecords   = 500
	recordsEvery = 500 * time.Millisecond
	tailBack     = 50 // records of each partition that are read first
	maxValue     = 256 << 10
	maxKey       = 4 << 10
	maxHeaders   = 50
	typingPause  = 400 * time.Millisecond
)

// kept is a record as it is kept: a copy, and of a large one the beginning.
type kept struct {
	project.Record
	cut bool // something is left out
}

func keep(r project.Record) kept {
	k := kept{Record: r}
	bound := func(b []byte, most int) []byte {
		if len(b) > most {
			b, k.cut = b[:most], true
		}
		return bytes.Clone(b)
	}
	k.Key, k.Value = bound(r.Key, maxKey), bound(r.Value, maxValue)
	k.Headers = nil
	for i, h := range r.Headers {
		if i == maxHeaders {
			k.cut = true
			break
		}
		k.Headers = append(k.Headers, project.Header{Key: h.Key, Value: bound(h.Value, maxKey)})
	}
	return k
}

func (k kept) same(o kept) bool {
	return k.Topic == o.Topic && k.Partition == o.Partition && k.Offset == o.Offset
}

// recordsTab reads a topic: newest first, filtered where it is read, one record shown whole; and sends some.
type recordsTab struct {
	topics    *Topics
	content   fyne.CanvasObject
	from      *fromChoice
	partition *choice
	decoder   *choice
	filter    *searchEntry
	live      *pushButton
	list      *sheet
	heads     fyne.CanvasObject
	empty     *line
	note      *line
	place     *line
	detail    *textSheet
	acts      *fyne.Container
	whole     fyne.CanvasObject
	split     *container.Split

	stop    context.CancelFunc // nil while nothing is read
	kept    []kept             // newest first
	waiting []kept             // came while the list is held; oldest first
	held    bool               // what comes is not shown yet
	picked  *kept              // shown whole; nil: none
	tree    *jsonNode          // of the picked one
	nodes   []*jsonNode
	scanned int64
	found   int64
	caught  bool
	forward bool // reading goes through the past and ends when there are enough; else it follows, and the newest are kept
	typing  *time.Timer
}

// Columns before a record's value, in digits, at least: time with a mark, place, key. They are as wide as what is in them,
// the key up to a bound, so that the value has the rest.
const (
	whenDigits  = 16
	placeDigits = 9
	keyDigits   = 6
	keyMost     = 13
)

// fit gives the columns the widths that the records need.
func (r *recordsTab) fit() {
	m, how := r.list.meter(), r.decoder.SelectedIndex()
	fixed := []int{whenDigits, placeDigits, keyDigits}
	for _, k := range r.kept {
		for i, text := range []string{"  " + r.when(k.Time), place(k), inLine(k.Key, how, keyMost)} {
			fixed[i] = max(fixed[i], int(math.Ceil(float64(m.width(text)/m.digit)))+2)
		}
	}
	if !slices.Equal(fixed, r.list.fixed) {
		r.list.fixed = fixed
		r.heads.Refresh()
	}
}

// place is where a record stands in its topic.
func place(k kept) string {
	return strconv.Itoa(int(k.Partition)) + ":" + strconv.FormatInt(k.Offset, 10)
}

func newRecordsTab(t *Topics) *recordsTab {
	w := t.words
	r := &recordsTab{topics: t, note: newLine("", style{size: theme.SizeNameCaptionText, color: colorMuted}), empty: newLine("", style{color: colorMuted})}
	r.from = newFromChoice(w, r.start)
	r.partition = newChoice([]string{w.Text("ui.records.partitions", nil)})
	r.partition.SetSelectedIndex(0)
	r.partition.OnChanged = func(string) { r.start() }
	var names []string
	for _, id := range decoders {
		names = append(names, w.Text(id, nil))
	}
	r.decoder = newChoice(names)
	r.decoder.SetSelectedIndex(0)
	r.decoder.OnChanged = func(string) {
		r.fit()
		r.list.Refresh()
		r.showWhole()
	}
	r.filter = newSearchEntry(func(int) { r.start() })
	r.filter.SetPlaceHolder(w.Text("ui.records.filter", nil))
	r.filter.OnChanged = func(string) { r.typed() }
	r.live = newButtonWithIcon("", theme.MediaPauseIcon(), r.toggle)
	r.list = newSheet(r.lines, func() float32 { return canvasScale(r.list) }, whenDigits, placeDigits, keyDigits)
	r.list.chose, r.list.copy = r.pick, func() { t.copied(r.text()) }
	r.list.sized = func() { r.list.show(len(r.kept), false) }
	r.detail = newTextSheet(t.copied)
	r.detail.act = r.fold
	r.place = newLine("", style{color: colorMuted, middle: true})
	r.content = r.layout()
	r.tellLive()
	return r
}

func (r *recordsTab) layout() fyne.CanvasObject {
	w := r.topics.words
	produce := newButtonWithIcon(w.Text("ui.send.open", nil), theme.MailSendIcon(), func() { r.topics.produce(nil) })
	first := container.NewHBox(r.from.content, r.partition, r.decoder)
	second := bordered(nil, nil, nil, container.NewHBox(r.live, produce), r.filter)
	top := container.New(layout.NewCustomPaddedLayout(6, 4, 2, 2), container.New(stack{4}, container.NewHScroll(first), second))
	act := func(id string, do func()) fyne.CanvasObject {
		b := newButton(w.Text(id, nil), do)
		b.Importance = widget.LowImportance
		return b
	}
	r.acts = container.NewHBox(act("ui.records.copy", r.copyValue), act("ui.records.copy.json", r.copyJSON), act("ui.records.resend", r.resend),
		newIconButton(theme.CancelIcon(), w.Text("ui.close", nil), r.shut))
	r.whole = bordered(bordered(nil, nil, nil, r.acts, r.place), nil, nil, nil, r.detail.sheet)
	r.heads = newSheetHead(r.list, w.Text("ui.records.time", nil), w.Text("ui.records.at", nil), w.Text("ui.records.key", nil), w.Text("ui.send.value", nil))
	r.split = container.NewVSplit(container.NewStack(bordered(r.heads, nil, nil, nil, r.list), container.NewCenter(container.New(sized{width: 420}, r.empty))), r.whole)
	r.split.Offset = 0.5
	r.whole.Hide()
	return bordered(top, r.note, nil, nil, r.split)
}

// lines are those that the list draws.
func (r *recordsTab) lines(from, n int) []sheetLine {
	from = min(max(from, 0), len(r.kept))
	began, how := r.topics.reader.Began(), r.decoder.SelectedIndex()
	var out []sheetLine
	for _, k := range r.kept[from:min(from+n, len(r.kept))] {
		mark, key, value := "  ", "-", "null"
		if !began.IsZero() && !k.Time.Before(began) {
			mark = "• "
		}
		if k.Key != nil {
			key = inLine(k.Key, how, keyMost)
		}
		color := theme.ColorNameForeground
		if k.Value != nil {
			value = inLine(k.Value, how, 400)
		} else {
			color = colorMuted
		}
		out = append(out, sheetLine{hot: -1, text: cell{value, color}, cells: []cell{
			{mark + r.when(k.Time), colorMuted}, {place(k), colorInfo}, {key, colorMuted},
		}})
	}
	return out
}

// when tells a time of today, or a day.
func (r *recordsTab) when(at time.Time) string {
	if at = at.Local(); at.Format(time.DateOnly) == r.topics.now().Local().Format(time.DateOnly) {
		return at.Format("15:04:05.000")
	}
	return at.Format("01-02 15:04:05")
}

// text is the chosen records as lines; without any, all.
func (r *recordsTab) text() string {
	first, last, ok := r.list.chosen()
	if !ok {
		first, last = 0, len(r.kept)-1
	}
	var b strings.Builder
	for i := first; i <= last && i < len(r.kept); i++ {
		k := r.kept[i]
		fmt.Fprintf(&b, "%s\t%d:%d\t%s\t%s\n", k.Time.Local().Format("2006-01-02 15:04:05.000"), k.Partition, k.Offset, k.Key, k.Value)
	}
	return b.String()
}

// pick shows the record that was chosen last whole, and holds the list.
func (r *recordsTab) pick() {
	if r.list.last < 0 || r.list.last >= len(r.kept) {
		return
	}
	k := r.kept[r.list.last]
	if r.picked == nil || !r.picked.same(k) {
		r.picked = &k
		r.showWhole()
	}
	if !r.whole.Visible() {
		r.whole.Show()
		r.split.Refresh()
		if r.list.last >= r.list.top+r.list.rows() {
			r.list.reveal(r.list.last)
		}
	}
	if r.stop != nil && !r.held {
		r.held = true
		r.tellLive()
	}
}

// showWhole shows the picked record by the decoder that is chosen.
func (r *recordsTab) showWhole() {
	if r.picked == nil {
		return
	}
	k, w, how := *r.picked, r.topics.words, r.decoder.SelectedIndex()
	r.place.set(w.Text("ui.records.place", map[string]any{"Partition": k.Partition, "Offset": k.Offset}) + " · " +
		k.Time.Local().Format("2006-01-02 15:04:05.000") + " · " + w.Text("ui.records.bytes", map[string]any{"Bytes": view.Count(int64(len(k.Value)))}))
	_, r.tree = decoded(k.Value, how)
	r.redraw(true)
}

// redraw puts key, headers and value into the detail.
func (r *recordsTab) redraw(anew bool) {
	k, w, how := *r.picked, r.topics.words, r.decoder.SelectedIndex()
	var lines []sheetLine
	add := func(color fyne.ThemeColorName, text string) {
		lines = append(lines, sheetLine{text: cell{text, color}, hot: -1})
	}
	if k.Key != nil {
		add(colorMuted, w.Text("ui.records.key", nil)+": "+inLine(k.Key, how, 400))
	}
	for _, h := range k.Headers {
		add(colorMuted, termtext.OneLine(h.Key)+": "+inLine(h.Value, how, 400))
	}
	if k.cut {
		add(theme.ColorNameWarning, w.Text("ui.records.cut", nil))
	}
	r.nodes = make([]*jsonNode, len(lines))
	switch plain, _ := decoded(k.Value, how); {
	case k.Value == nil:
		add(colorMuted, "null")
	case r.tree != nil:
		tree, nodes := r.tree.rows()
		lines, r.nodes = append(lines, tree...), append(r.nodes, nodes...)
	default:
		lines = append(lines, plain...)
	}
	if anew {
		r.detail.set(lines)
		return
	}
	r.detail.text = lines
	r.detail.show(len(lines), false)
}

// fold shows or hides what a value of a tree holds.
func (r *recordsTab) fold(line int) bool {
	if line >= len(r.nodes) || r.nodes[line] == nil || len(r.nodes[line].inside) == 0 {
		return false
	}
	r.nodes[line].shut = !r.nodes[line].shut
	r.redraw(false)
	return true
}

func (r *recordsTab) shut() {
	r.picked = nil
	r.list.unchoose()
	r.whole.Hide()
	r.split.Refresh()
	r.list.show(len(r.kept), false)
	r.release()
}

func (r *recordsTab) copyValue() {
	if r.picked != nil {
		r.topics.copied(string(r.picked.Value))
	}
}

func (r *recordsTab) copyJSON() {
	if r.picked == nil {
		return
	}
	k := r.picked
	type header struct{ Name, Value string }
	all := []header{}
	for _, h := range k.Headers {
		all = append(all, header{h.Key, string(h.Value)})
	}
	text, err := json.MarshalIndent(map[string]any{
		"topic": k.Topic, "partition": k.Partition, "offset": k.Offset, "time": k.Time, "key": string(k.Key), "headers": all, "value": string(k.Value),
	}, "", "  ")
	if err == nil {
		r.topics.copied(string(text))
	}
}

func (r *recordsTab) resend() {
	if r.picked != nil {
		r.topics.produce(&r.picked.Record)
	}
}

// changed: another topic was chosen.
func (r *recordsTab) changed() {
	all := []string{r.topics.words.Text("ui.records.partitions", nil)}
	for i := range r.topics.seen().Partitions {
		all = append(all, r.topics.words.Text("ui.groups.partition", map[string]any{"Partition": i}))
	}
	changed := r.partition.OnChanged
	r.partition.OnChanged = nil
	r.partition.SetOptions(all)
	r.partition.SetSelectedIndex(0)
	r.partition.OnChanged = changed
	r.start()
}

// typed reads anew once nobody types any more.
func (r *recordsTab) typed() {
	if r.typing != nil {
		r.typing.Stop()
	}
	r.typing = time.AfterFunc(typingPause, func() {
		Later(func() {
			if r.topics.ctx.Err() == nil {
				r.start()
			}
		})
	})
}

// toggle holds the list, or lets it go on; a reading that has ended begins anew.
func (r *recordsTab) toggle() {
	switch {
	case r.stop == nil:
		r.start()
	case r.held:
		r.shut()
	default:
		r.held = true
		r.tellLive()
	}
}

func (r *recordsTab) release() {
	r.held = false
	fresh := r.waiting
	r.waiting = nil
	r.merge(fresh)
	r.tellLive()
}

// tellLive has the button say what it does.
func (r *recordsTab) tellLive() {
	w := r.topics.words
	text, icon := w.Text("ui.records.pause", nil), theme.MediaPauseIcon()
	switch {
	case r.stop == nil:
		text, icon = w.Text("ui.records.read", nil), theme.ViewRefreshIcon()
	case r.held:
		text, icon = w.Text("ui.records.resume", map[string]any{"New": len(r.waiting)}), theme.MediaPlayIcon()
	}
	if r.live.Text != text {
		r.live.SetText(text)
		r.live.SetIcon(icon)
	}
}

func (r *recordsTab) fail(text string) {
	r.note.paint(theme.ColorNameError)
	r.note.set(text)
}

// start reads the chosen topic anew, as the choices say.
func (r *recordsTab) start() {
	if r.stop != nil {
		r.end()
	}
	topic := r.topics.chosen
	if topic == "" {
		return
	}
	what, forward, ok := r.from.from(time.Now())
	if !ok {
		r.fail(r.topics.words.Text("ui.from.bad", nil))
		return
	}
	filter, err := project.ParseFilter(r.filter.Text)
	if err != nil {
		r.fail(r.topics.told(err))
		return
	}
	what.Topic = topic
	if i := r.partition.SelectedIndex(); i > 0 {
		id := int32(i - 1)
		what.Partition = &id
	}
	if !filter.All() {
		what.Match = filter.Match
		if what.Back == tailBack { // the newest that match: they may be anywhere
			what.Back = project.FromStart
		}
	}
	ctx, cancel := context.WithCancel(r.topics.ctx)
	r.stop, r.kept, r.waiting, r.held, r.forward, r.picked = cancel, nil, nil, false, forward, nil
	r.scanned, r.found, r.caught = 0, 0, false
	r.list.unchoose()
	r.list.top = 0
	r.list.show(0, false)
	if r.whole.Visible() {
		r.whole.Hide()
		r.split.Refresh()
	}
	r.tellLive()
	r.tellNote()
	r.topics.work.Go(func() { r.follow(ctx, what, forward) })
}

func (r *recordsTab) end() {
	r.stop()
	r.stop = nil
	r.tellLive()
}

// tellNote tells how far reading is, and what the mark means.
func (r *recordsTab) tellNote() {
	w := r.topics.words
	r.note.paint(colorMuted)
	text := w.Text("ui.records.scanned", map[string]any{"Scanned": view.Count(r.scanned), "Found": view.Count(r.found)})
	switch {
	case r.stop == nil && r.forward && len(r.kept) == maxRecords:
		text = w.Text("ui.records.enough", map[string]any{"Records": maxRecords})
	case r.filter.Text == "" && r.found > maxRecords:
		text = w.Text("ui.records.newest", map[string]any{"Records": maxRecords})
	case r.filter.Text == "":
		text = w.Text("ui.records.note", nil)
	}
	if began := r.topics.reader.Began(); !began.IsZero() {
		text += " · • " + w.Text("ui.records.run", map[string]any{"Began": began.Local().Format("15:04:05")})
	}
	r.note.set(text)
	switch {
	case len(r.kept) > 0:
		r.empty.set("")
	case r.stop != nil && !r.caught:
		r.empty.set(w.Text("ui.busy", nil))
	case r.filter.Text != "":
		r.empty.set(w.Text("ui.records.no_match", nil))
	default:
		r.empty.set(w.Text("ui.records.none", nil))
	}
}

// inbox takes records from the goroutine that reads and gives them to the main one a few times a second.
type inbox struct {
	mu             sync.Mutex
	fresh          []kept
	scanned, found int64
	caught         bool
	first          bool // of more than can be kept, the first are wanted
	queued         bool
}

// follow reads until ctx ends.
func (r *recordsTab) follow(ctx context.Context, what project.Reading, forward bool) {
	in := &inbox{first: forward} // of its own: what comes late for another topic is not mixed up with this one
	for batch, err := range r.topics.reader.Read(ctx, what) {
		if err != nil {
			if ctx.Err() == nil {
				Later(func() { r.failed(ctx, err) })
			}
			return
		}
		in.put(batch, func() { r.take(ctx, in.empty()) })
	}
}

// put adds what was read and has take run on the main goroutine soon, once for all that comes until then.
func (b *inbox) put(batch project.Batch, take func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.scanned += int64(batch.Scanned)
	b.found += int64(len(batch.Records))
	b.caught = b.caught || batch.Caught
	records := batch.Records
	if b.first {
		records = records[:min(len(records), maxRecords-min(len(b.fresh), maxRecords))]
	} else {
		records = records[max(len(records)-maxRecords, 0):]
	}
	for _, record := range records {
		b.fresh = append(b.fresh, keep(record))
	}
	if over := len(b.fresh) - 2*maxRecords; over > 0 && !b.first {
		b.sort()
		b.fresh = slices.Clone(b.fresh[len(b.fresh)-maxRecords:])
	}
	if !b.queued {
		b.queued = true
		time.AfterFunc(recordsEvery, func() { Later(take) })
	}
}

// sort brings what came from several partitions into the order of time.
func (b *inbox) sort() {
	slices.SortStableFunc(b.fresh, func(x, y kept) int { return x.Time.Compare(y.Time) })
}

// news is what was read since the last time; fresh is in the order of time.
type news struct {
	fresh          []kept
	scanned, found int64
	caught         bool
}

func (b *inbox) empty() news {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.sort()
	n := news{b.fresh, b.scanned, b.found, b.caught}
	b.fresh, b.queued, b.scanned, b.found = nil, false, 0, 0
	return n
}

// take shows what was read since the last time.
func (r *recordsTab) take(ctx context.Context, n news) {
	if ctx.Err() != nil {
		return // another topic is read by now
	}
	r.scanned, r.found, r.caught = r.scanned+n.scanned, r.found+n.found, r.caught || n.caught
	if r.held {
		r.waiting = append(r.waiting, n.fresh...)
		r.waiting = r.waiting[max(len(r.waiting)-maxRecords, 0):]
	} else {
		r.merge(n.fresh)
	}
	if r.forward && len(r.kept) == maxRecords {
		r.end()
	}
	r.tellLive()
	r.tellNote()
}

// merge puts records into the list, the newest on top.
func (r *recordsTab) merge(fresh []kept) {
	if len(fresh) == 0 {
		return
	}
	newest := slices.Clone(fresh)
	slices.Reverse(newest)
	newest = append(newest, r.kept...)
	slices.SortStableFunc(newest, func(a, b kept) int { return b.Time.Compare(a.Time) }) // partitions come as they come
	over := max(len(newest)-maxRecords, 0)
	if r.forward { // the past goes on and on: the first ones were asked for
		r.kept = newest[over:]
	} else {
		r.kept = newest[:len(newest)-over]
	}
	if r.list.top > 0 { // one who looks further down goes on seeing the same
		r.list.top += min(len(fresh), len(r.kept)-1)
	}
	r.fit()
	r.list.show(len(r.kept), false)
}

func (r *recordsTab) failed(ctx context.Context, err error) {
	if ctx.Err() != nil {
		return
	}
	if r.stop != nil {
		r.end()
	}
	r.empty.set("")
	r.topics.failing = true // reading begins anew when Kafka answers again
	r.fail(strings.ReplaceAll(r.topics.told(err), "\n", " "))
}
