package ui

import (
	"reflect"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"streamtray/app/view"
)

// setup asks whether a project's environment is to be made, and shows how that goes, in the welcome.
type setup struct {
	content fyne.CanvasObject
	about   *line
	rows    *fyne.Container
	said    *textSheet
	log     *fyne.Container // around said
	shown   view.Setup
}

// ShowSetup shows what would make the project's environment. What the user does goes to do.
func (v *Welcome) ShowSetup(s view.Setup, do func(view.Act, string)) {
	if v.setup == nil || len(v.body.Objects) != 1 || v.body.Objects[0] != v.setup.content {
		v.setup = newSetup(s)
		v.show(v.setup.content)
		v.setup.shown = view.Setup{}
	}
	if !reflect.DeepEqual(v.setup.shown.Acts, s.Acts) {
		var answers []fyne.CanvasObject
		for i, a := range s.Acts {
			b := newAnswer(a.Label, func() { do(a.Act, a.Arg) })
			if i == 0 {
				b.Importance = widget.HighImportance
			}
			enable(b, !a.Disabled)
			answers = append(answers, b)
		}
		v.show(v.setup.content, answers...)
	}
	v.setup.show(s)
}

// saidHigh is how high the output of the commands is shown.
const saidHigh = 220

func newSetup(s view.Setup) *setup {
	n := &setup{about: muted(""), rows: container.New(stack{-4}), said: newTextSheet(func(string) {})}
	n.log = container.New(sized{height: saidHigh}, n.said.sheet)
	n.log.Hide()
	n.content = container.New(stack{4},
		newLine(s.Head, style{size: theme.SizeNameHeadingText, bold: true}),
		newLine(s.Title+" · "+s.Dir, style{color: colorMuted, middle: true}),
		n.about, inset(plainCard(n.rows)), n.log)
	return n
}

func (n *setup) show(s view.Setup) {
	if reflect.DeepEqual(n.shown, s) {
		return
	}
	n.about.set(s.About)
	n.about.paint(colorMuted)
	if s.Fault != "" {
		n.about.set(s.Fault)
		n.about.paint(theme.ColorNameError)
	}
	if len(n.rows.Objects) == 0 {
		for _, c := range s.Commands {
			n.rows.Add(newLine(c, style{mono: true, wrap: true}))
		}
	}
	if s.Said != n.shown.Said {
		var lines []sheetLine
		for _, text := range splitLines(s.Said) {
			lines = append(lines, sheetLine{text: cell{text, theme.ColorNameForeground}, hot: -1})
		}
		n.said.text = lines
		n.log.Show()
		n.said.show(len(lines), true)
	}
	n.shown = s
	n.content.Refresh()
}
