package ui

import (
	"fmt"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"

	"streamtray/app/project"
	"streamtray/app/view"
	"streamtray/internal/termtext"
)

// tableTab is a table about the chosen topic, with a way to look again.
type tableTab struct {
	content fyne.CanvasObject
	rows    *fyne.Container
}

func newTableTab(t *Topics) *tableTab {
	tab := &tableTab{rows: container.New(stack{-6}, muted(t.words.Text("ui.busy", nil)))}
	again := newButtonWithIcon(t.words.Text("ui.groups.look", nil), theme.ViewRefreshIcon(), t.lookAtTab)
	tab.content = bordered(container.New(layout.NewCustomPaddedLayout(8, 6, 2, 2), container.NewHBox(again)), nil, nil, nil,
		container.NewVScroll(plainCard(tab.rows)))
	return tab
}

func (tab *tableTab) fail(t *Topics, err error) {
	replace(tab.rows, newLine(t.told(err), style{color: theme.ColorNameError, wrap: true}))
}

// showPartitions shows where the topic's partitions are and what they hold.
func (t *Topics) showPartitions(d project.Description, err error) {
	if err != nil {
		t.parts.fail(t, err)
		return
	}
	w := t.words
	columns := cells{68, 80, 80, 74, 0, 62, 62}
	rights := []bool{true, true, true, true, false, false, false}
	var heads []string
	for _, id := range []string{"partition", "earliest", "latest", "records", "leader", "replicas", "insync"} {
		heads = append(heads, w.Text("ui.parts."+id, nil))
	}
	rows := []fyne.CanvasObject{header(columns, rights, heads...)}
	right := style{right: true}
	for _, p := range d.Partitions {
		leader, color := fmt.Sprint(p.Leader), theme.ColorNameForeground
		if p.Addr != "" {
			leader = termtext.OneLine(p.Addr) + " (" + leader + ")"
		}
		if p.Leader < 0 || p.Addr == "" {
			leader, color = w.Text("ui.parts.leaderless", nil), theme.ColorNameError
		}
		behind := colorMuted
		if len(p.InSync) < len(p.Replicas) {
			behind = theme.ColorNameWarning
		}
		rows = append(rows, container.New(columns, newLine(fmt.Sprint(p.Partition), right), newLine(view.Count(p.Earliest), right),
			newLine(view.Count(p.Latest), right), newLine(view.Count(p.Latest-p.Earliest), right), newLine(leader, style{color: color, middle: true}),
			newLine(numbers(p.Replicas), style{color: colorMuted}), newLine(numbers(p.InSync), style{color: behind})))
	}
	replace(t.parts.rows, rows...)
}

func numbers(all []int32) string {
	texts := make([]string, len(all))
	for i, n := range all {
		texts[i] = strconv.Itoa(int(n))
	}
	return strings.Join(texts, ", ")
}

// showGroups shows who reads the topic, and how far; groups that read others only come last, without detail.
func (t *Topics) showGroups(all []project.Group, err error) {
	w := t.words
	if err != nil {
		t.groups.fail(t, err)
		return
	}
	columns := cells{0, 80, 66, 84, 84, 74}
	rights := []bool{false, false, true, true, true, true}
	rows := []fyne.CanvasObject{header(columns, rights, w.Text("ui.groups.group", nil), w.Text("ui.column.state", nil),
		w.Text("ui.groups.members", nil), w.Text("ui.groups.position", nil), w.Text("ui.groups.end", nil), w.Text("ui.groups.lag", nil))}
	right := style{right: true}
	faint := style{right: true, color: colorMuted}
	var others []string
	for _, g := range all {
		var parts []fyne.CanvasObject
		lag := int64(0)
		for _, p := range g.Reads {
			if p.Topic != t.chosen {
				continue
			}
			lag += p.Lag()
			parts = append(parts, container.New(columns, newLine("    "+w.Text("ui.groups.partition", map[string]any{"Partition": p.Partition}), style{color: colorMuted}),
				newLine("", style{}), newLine("", style{}), newLine(view.Count(p.Next), faint), newLine(view.Count(p.End), faint), newLine(view.Count(p.Lag()), faint)))
		}
		if parts == nil {
			others = append(others, termtext.OneLine(g.Name))
			continue
		}
		color := theme.ColorNameForeground
		if g.Members == 0 && lag > 0 {
			color = theme.ColorNameWarning
		}
		rows = append(rows, container.New(columns, newLine(termtext.OneLine(g.Name), style{middle: true}), newLine(g.State, style{color: colorMuted}),
			newLine(strconv.Itoa(g.Members), right), newLine("", style{}), newLine("", style{}), newLine(view.Count(lag), style{right: true, color: color})))
		rows = append(rows, parts...)
	}
	if len(rows) == 1 {
		rows = []fyne.CanvasObject{muted(w.Text("ui.groups.none", nil))}
	}
	if len(others) > 0 {
		rows = append(rows, muted(w.Text("ui.groups.others", map[string]any{"Groups": strings.Join(others, ", ")})))
	}
	replace(t.groups.rows, rows...)
}
