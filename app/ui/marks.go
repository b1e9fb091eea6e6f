package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"streamtray/app/view"
)

// Marks tell a state by shape: a check in a disc, a cross in a disc, a triangle, three dots, a dash, two lines as of a
// text, an empty ring.
const (
	disc     = `M12 2a10 10 0 1 0 0 20a10 10 0 1 0 0-20z`
	hole     = `M12 4a8 8 0 1 1 0 16a8 8 0 1 1 0-16z` // the other way round: it is cut out
	check    = `M10.4 16.900L5.700 12.200l1.700-1.700 3 3 6.200-6.200 1.700 1.700z`
	cross    = `M8.500 6.800L12 10.300l3.500-3.500 1.700 1.700-3.500 3.500 3.500 3.500-1.700 1.700-3.500-3.500-3.500 3.500-1.700-1.700 3.500-3.500-3.500-3.500z`
	triangle = `M12 2L0.800 21.500h22.400z`
	exclaim  = `M10.900 9h2.200v6h-2.200z M10.900 16.500h2.200v2.200h-2.200z`
	dots     = `M7 10.700a1.500 1.500 0 1 0 0.010 0z M12 10.700a1.500 1.500 0 1 0 0.010 0z M17 10.700a1.500 1.500 0 1 0 0.010 0z`
	dash     = `M7.500 11h9v2h-9z`
	lines    = `M7.500 8.500h9v2h-9z M7.500 13.500h6v2h-6z`
)

var markShapes = map[view.Mark]struct {
	path  string
	color fyne.ThemeColorName
}{
	view.Good:    {disc + check, theme.ColorNameSuccess},
	view.Bad:     {disc + cross, theme.ColorNameError},
	view.Warn:    {triangle + exclaim, theme.ColorNameWarning},
	view.Busy:    {disc + hole + dots, colorInfo},
	view.Idle:    {disc + hole + dash, colorMuted},
	view.Said:    {disc + hole + lines, colorInfo},
	view.Pending: {disc + hole, colorMuted},
	view.Off:     {disc + hole + dash, colorMuted},
}

// markIcon is the drawing of a mark in the colour of the theme.
func markIcon(m view.Mark) fyne.Resource {
	s := markShapes[m]
	svg := `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" width="24" height="24"><path fill="#000000" d="` + s.path + `"/></svg>`
	return theme.NewColoredResource(fyne.NewStaticResource("mark-"+m.String()+".svg", []byte(svg)), s.color)
}

func markColor(m view.Mark) fyne.ThemeColorName {
	switch m {
	case view.Bad, view.Warn:
		return markShapes[m].color
	case view.Good, view.Busy, view.Said:
		return theme.ColorNameForeground
	case view.Idle, view.Pending, view.Off:
	}
	return colorMuted
}

func newMark(m view.Mark) *widget.Icon { return widget.NewIcon(markIcon(m)) }
