package ui

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"

	"streamtray/app/i18n"
	"streamtray/app/view"
)

// topicTable shows topics with their traffic, each with a chart of the last minute.
type topicTable struct {
	content *fyne.Container
	words   *i18n.Words
	rows    []*topicRow
	names   []string
}

type topicRow struct {
	partitions, records, rate *line
	chart                     *chart
}

func newTopicTable(w *i18n.Words) *topicTable {
	t := &topicTable{content: container.New(stack{-6}), words: w}
	replace(t.content, muted(w.Text("ui.topics.none", nil)))
	return t
}

func (t *topicTable) show(topics []view.TopicLine) {
	names := make([]string, len(topics))
	for i, l := range topics {
		names[i] = l.Name
	}
	if !slices.Equal(names, t.names) {
		t.names = names
		t.rebuild(topics)
	}
	for i, l := range topics {
		r := t.rows[i]
		r.partitions.set(l.Partitions)
		r.records.set(l.Records)
		r.rate.set(l.Rate)
		c := theme.ColorNameForeground
		if l.Stale {
			c = colorMuted
		}
		r.records.paint(c)
		r.rate.paint(c)
		if !slices.Equal(r.chart.values, l.History) {
			r.chart.set(l.History)
		}
	}
}

func (t *topicTable) rebuild(topics []view.TopicLine) {
	w := t.words
	t.rows = nil
	if len(topics) == 0 {
		replace(t.content, muted(w.Text("ui.topics.none", nil)))
		return
	}
	columns := cells{0, 80, 110, 100, 16, 200}
	objects := []fyne.CanvasObject{header(columns, []bool{false, true, true, true, false, false},
		w.Text("ui.column.topic", nil), w.Text("ui.column.partitions", nil), w.Text("ui.column.records", nil),
		w.Text("ui.column.rate", nil), "", w.Text("ui.column.last", nil))}
	right := style{right: true}
	for _, l := range topics {
		r := &topicRow{newLine("", right), newLine("", right), newLine("", right), newChart()}
		t.rows = append(t.rows, r)
		name := l.Name
		if l.About != "" {
			name += " · " + l.About
		}
		objects = append(objects, container.New(columns, newLine(name, style{middle: true}), r.partitions, r.records, r.rate, newLine("", style{}),
			container.New(layout.NewCustomPaddedLayout(2, 2, 7, 7), r.chart)))
	}
	replace(t.content, objects...)
}

// trafficCard shows how much all topics together get, over the last minutes.
type trafficCard struct {
	content            fyne.CanvasObject
	words              *i18n.Words
	rate, high, middle *line
	chart              *chart
	shown              view.Traffic
}

// Heights of the chart of all topics.
const (
	trafficLeast = 110
	trafficMost  = 320
)

func newTrafficCard(w *i18n.Words) *trafficCard {
	faint := style{size: theme.SizeNameCaptionText, color: colorMuted, right: true}
	t := &trafficCard{words: w, rate: newLine("", style{right: true}), high: newLine("", faint), middle: newLine("", faint), chart: newChart()}
	title, bold := w.Text("ui.card.traffic", nil), style{bold: true}
	since := newLine(w.Text("ui.column.last", nil), style{size: theme.SizeNameCaptionText, color: colorMuted})
	head := container.New(cells{widest(bold, title), 0, 100}, newLine(title, bold), since, t.rate)
	axis := container.New(sized{width: 84}, container.NewVBox(t.high, layout.NewSpacer(), t.middle, layout.NewSpacer(), newLine("0", faint)))
	t.content = plainCard(bordered(head, nil, axis, nil, container.New(sized{height: trafficLeast}, container.New(layout.NewCustomPaddedLayout(14, 14, 0, 7), t.chart))))
	return t
}

func (t *trafficCard) show(now view.Traffic) {
	rate := func(v float64) string { return t.words.Text("ui.rate", map[string]any{"Rate": view.Rate(v)}) }
	t.rate.set(now.Rate)
	if now.Top != t.shown.Top {
		t.high.set(rate(now.Top))
		t.middle.set(rate(now.Top / 2))
	}
	if !slices.Equal(now.History, t.shown.History) || now.Top != t.shown.Top {
		t.chart.top = now.Top
		t.chart.set(now.History)
	}
	t.shown = now
}
