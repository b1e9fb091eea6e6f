package ui

import (
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"streamtray/app/view"
)

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

func (g *groupsTab) show(all []Group, err error) {
	w := g.topics.words
	switch {
	case err != nil:
		text, hint := w.Error(err)
		replace(g.rows, newLine(text+"\n"+hint, style{color: theme.ColorNameError, wrap: true}))
		return
	case len(all) == 0:
		replace(g.rows, muted(w.Text("ui.groups.none", nil)))
		return
	}
	columns := cells{0, 140, 100, 150}
	right := style{right: true}
	objects := []fyne.CanvasObject{header(columns, []bool{false, false, true, true}, w.Text("ui.groups.group", nil),
		w.Text("ui.column.state", nil), w.Text("ui.groups.members", nil), w.Text("ui.groups.lag", nil))}
	for _, c := range all {
		objects = append(objects, container.New(columns, newLine(c.Name, style{}), newLine(c.State, style{color: colorMuted}),
			newLine(strconv.Itoa(c.Members), right), newLine(view.Count(c.Lag), right)))
	}
	replace(g.rows, objects...)
}
