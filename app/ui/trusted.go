package ui

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Trusted is a project that the person trusts.
type Trusted struct {
	Dir   string
	Lines []string // what they agreed to; none: it is not remembered any more
}

// trusted are the projects that the person trusts, each to be looked at and taken back.
func (s *Settings) trusted() fyne.CanvasObject {
	box := container.New(stack{2})
	s.fillTrusted(box)
	return card(s.words.Text("ui.settings.trusted", nil), box)
}

func (s *Settings) fillTrusted(box *fyne.Container) {
	w := s.words
	all := s.person.Trusted()
	if len(all) == 0 {
		replace(box, muted(w.Text("ui.settings.trusted.none", nil)))
		return
	}
	rows := []fyne.CanvasObject{muted(w.Text("ui.settings.trusted.about", nil))}
	for _, t := range all {
		agreed := newLine(strings.Join(t.Lines, "\n"), style{mono: true, wrap: true, color: colorMuted, size: theme.SizeNameCaptionText})
		agreed.Hide()
		show := newButton(w.Text("ui.settings.trusted.show", nil), func() {
			if agreed.Visible() {
				agreed.Hide()
			} else {
				agreed.Show()
			}
			s.Content.Refresh()
		})
		show.Importance = widget.LowImportance
		if len(t.Lines) == 0 {
			show.Disable()
		}
		forget := newButton(w.Text("ui.settings.trusted.forget", nil), func() {
			if err := s.person.Forget(t.Dir); err != nil {
				s.tell(err)
				return
			}
			s.fillTrusted(box)
			s.status.paint(theme.ColorNameSuccess)
			s.status.set(w.Text("ui.settings.trusted.forgotten", map[string]any{"Dir": t.Dir}))
		})
		rows = append(rows, container.NewBorder(nil, nil, nil, container.NewHBox(show, forget), newLine(t.Dir, style{middle: true})), agreed)
	}
	replace(box, rows...)
}
