package ui

import (
	"reflect"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"

	"streamtray/app/i18n"
	"streamtray/app/view"
)

// guide leads through a project's first start, in the welcome.
type guide struct {
	content fyne.CanvasObject
	do      func(view.Act, string)
	about   *line
	stages  *fyne.Container
	steps   *steps
	acts    *fyne.Container // what answers it, which stays in sight
	shown   view.Guide
}

// ShowGuide shows how far a project's first start is. What the user does goes to do.
func (v *Welcome) ShowGuide(g view.Guide, do func(view.Act, string)) {
	if v.guide == nil || len(v.body.Objects) != 1 || v.body.Objects[0] != v.guide.content {
		v.guide = newGuide(v.words, g, do)
		v.show(v.guide.content, v.guide.acts)
	}
	if !slices.Equal(v.guide.shown.Stages, g.Stages) { // what is new begins at the top
		v.room.ScrollToTop()
	}
	v.guide.show(g)
}

func newGuide(w *i18n.Words, g view.Guide, do func(view.Act, string)) *guide {
	n := &guide{do: do, about: muted(""), stages: container.NewHBox(), steps: newSteps(w, do), acts: container.NewHBox()}
	n.content = container.New(stack{4},
		newLine(g.Title, style{size: theme.SizeNameHeadingText, bold: true}),
		newLine(g.Dir, style{color: colorMuted}),
		n.stages,
		n.about,
		inset(plainCard(n.steps.content)),
	)
	return n
}

func (n *guide) show(g view.Guide) {
	n.about.set(g.About)
	if !slices.Equal(n.shown.Stages, g.Stages) {
		var objects []fyne.CanvasObject
		for _, s := range g.Stages {
			name := fixed(s.Name, style{bold: s.Mark == view.Busy, color: nameColor(s.Mark)})
			objects = append(objects, container.New(layout.NewCustomPaddedLayout(0, 0, 7, 14), container.NewHBox(newMark(s.Mark), name)))
		}
		replace(n.stages, objects...)
	}
	n.steps.show(g.Steps)
	if !reflect.DeepEqual(n.shown.Acts, g.Acts) {
		var objects []fyne.CanvasObject
		for i, a := range g.Acts {
			objects = append(objects, button(a, i == 0, n.do))
		}
		replace(n.acts, objects...)
	}
	n.shown = g
}

// fixed is a line as wide as its text.
func fixed(text string, s style) fyne.CanvasObject {
	return container.New(cells{widest(s, text)}, newLine(text, s))
}
