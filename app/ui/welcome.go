package ui

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"streamtray/app/i18n"
	"streamtray/app/view"
	"streamtray/assets"
	"streamtray/internal/termtext"
)

// Card is all that a project runs, for the user to agree to.
type Card struct {
	Title   string
	Dir     string
	Items   []CardItem
	Remote  []Remote // what compose would fetch from another computer
	Hash    string   // of all of it
	Changed bool     // the user agreed to something else before
}

// Remote is something of another computer, to which the user agrees by its own name: what it says is in no hash.
type Remote struct {
	Name   string
	Agreed bool
}

// CardItem is one thing that is run or used.
type CardItem struct {
	Kind string // one of CardKinds
	Now  string
	Was  string // what the user agreed to, where that differs; else empty
}

// Welcomer is what the welcome asks for. None of it waits; what comes of Choose and Sample is shown by another window or
// by ShowCard.
type Welcomer interface {
	Choose()         // have the user choose a folder
	Demo()           // open the project that needs nothing but this program
	Sample()         // create the sample project and open it
	Open(dir string) // open a project
	Agree(c Card)    // the user trusts what the card says
	Decline()        // the user does not, now
}

// Welcome is the first window: choose a project, then see what it runs and agree.
type Welcome struct {
	Content fyne.CanvasObject

	words *i18n.Words
	ask   Welcomer
	body  *fyne.Container
	room  *container.Scroll // around the body
	foot  *fyne.Container   // what answers a question stays in sight, however long the question is
	fault *line
	begin fyne.CanvasObject // the ways to a project
	dirs  *fyne.Container   // of it: the recent ones
	guide *guide            // shown last; nil: never
	setup *setup            // likewise
}

// welcomeWide is how wide what is asked is at most.
const welcomeWide = 1040

// NewWelcome offers the ways to a project; recent ones first.
func NewWelcome(w *i18n.Words, ask Welcomer, recent []view.Place) *Welcome {
	v := &Welcome{words: w, ask: ask, body: container.NewStack(), foot: container.NewStack(), fault: newLine("", style{color: theme.ColorNameError, wrap: true})}
	v.room = container.NewVScroll(container.New(readable{welcomeWide}, container.New(layout.NewCustomPaddedLayout(16, 16, 20, 20), v.body)))
	v.Content = container.NewBorder(nil, v.foot, nil, nil, v.room)
	v.ShowChoice(recent)
	return v
}

// ShowChoice shows the ways to a project.
func (v *Welcome) ShowChoice(recent []view.Place) {
	w := v.words
	icon := canvas.NewImageFromResource(fyne.NewStaticResource("app.png", assets.AppIcon()))
	icon.SetMinSize(fyne.NewSize(44, 44))
	icon.FillMode = canvas.ImageFillContain
	choose := newButtonWithIcon(w.Text("ui.welcome.choose", nil), theme.FolderOpenIcon(), v.ask.Choose)
	choose.Importance = widget.HighImportance
	demo := newButton(w.Text("ui.welcome.demo", nil), v.ask.Demo)
	sample := newButton(w.Text("ui.welcome.sample", nil), v.ask.Sample)
	v.fault.set("")
	v.fault.Hide()
	drop := newLine(w.Text("ui.welcome.drop", nil), style{color: colorMuted})
	head := newLine(w.Text("ui.welcome.head", nil), style{size: sizeTitle, bold: true})
	objects := []fyne.CanvasObject{
		bordered(nil, nil, container.New(layout.NewCustomPaddedLayout(0, 0, 7, 4), icon), nil, container.New(cells{0}, head)),
		muted(w.Text("ui.welcome.about", nil)),
		container.New(layout.NewCustomPaddedLayout(6, 0, 7, 7), container.NewHBox(choose, demo, sample)), drop, v.fault,
	}
	if len(recent) > 0 {
		v.dirs = container.New(stack{0}, v.recent(recent)...)
		objects = append(objects, inset(card(w.Text("ui.welcome.recent", nil), v.dirs)))
	}
	v.begin = container.New(stack{4}, objects...)
	v.show(v.begin)
}

// ShowRecent shows how the recent projects are by now, where the ways to a project are what is shown.
func (v *Welcome) ShowRecent(recent []view.Place) {
	if v.body.Objects[0] == v.begin && v.dirs != nil {
		replace(v.dirs, v.recent(recent)...)
	}
}

// show replaces what is shown, and what answers it.
func (v *Welcome) show(body fyne.CanvasObject, answers ...fyne.CanvasObject) {
	replace(v.body, body)
	v.room.ScrollToTop()
	v.foot.RemoveAll()
	if len(answers) > 0 {
		row := container.New(layout.NewCustomPaddedLayout(8, 12, 27, 27), container.NewHBox(answers...))
		v.foot.Add(container.NewBorder(widget.NewSeparator(), nil, nil, nil, container.New(readable{welcomeWide}, row)))
	}
	v.Content.Refresh()
}

// inset has the edge of a card stand below where the texts above it begin.
func inset(card fyne.CanvasObject) fyne.CanvasObject {
	pad := theme.InnerPadding()
	return container.New(layout.NewCustomPaddedLayout(4, 4, pad, pad), card)
}

func (v *Welcome) recent(all []view.Place) (rows []fyne.CanvasObject) {
	for _, p := range all {
		open := newButtonWithIcon(p.Title, theme.FolderIcon(), func() { v.ask.Open(p.Dir) })
		open.Alignment, open.Importance = widget.ButtonAlignLeading, widget.LowImportance
		dir := newLine(p.Dir, style{color: colorMuted, middle: true})
		if p.Gone {
			dir.paint(theme.ColorNameWarning)
			dir.set(v.words.Text("ui.recent.gone", nil) + " · " + p.Dir)
		}
		rows = append(rows, container.New(cells{220, 0}, open, dir))
	}
	return rows
}

// ShowFault says why a folder could not be opened.
func (v *Welcome) ShowFault(err error) {
	text, hint := v.words.Error(err)
	v.fault.Show()
	v.fault.set(strings.TrimSpace(v.words.Text("ui.welcome.failed", map[string]any{"Text": text}) + " " + hint))
	v.Content.Refresh()
}

// CardKinds are the kinds of a card's items, in the order in which they are shown.
func CardKinds() []string {
	return []string{
		"command", "setup", "missing", "program", "dir", "env", "writes", "connect", "topics", "remote", "variables", "files", "images", "runs", "ports", "mounts", "grants",
	}
}

// ShowCard shows what a project runs, and asks.
func (v *Welcome) ShowCard(c Card) {
	w := v.words
	head := "ui.trust.head"
	if c.Changed {
		head = "ui.trust.changed"
	}
	labels := make([]string, 0, len(CardKinds()))
	for _, k := range append(CardKinds(), "hash") {
		labels = append(labels, w.Text("ui.trust."+k, nil))
	}
	columns := cells{widest(style{}, labels...) + 8, 0}
	rows := container.New(stack{-4})
	for _, kind := range CardKinds() {
		for i, item := range itemsOf(c, kind) {
			label := ""
			if i == 0 {
				label = w.Text("ui.trust."+kind, nil)
			}
			rows.Add(container.New(columns, newLine(label, style{color: colorMuted}), v.item(item)))
		}
	}
	agree := newAnswer(w.Text("ui.trust.agree", nil), nil)
	agree.SetIcon(theme.ConfirmIcon())
	agree.Importance = widget.HighImportance
	if len(c.Remote) > 0 {
		rows.Add(container.New(columns, newLine(w.Text("ui.trust.remote", nil), style{color: colorMuted}), v.remote(&c, agree)))
	}
	agree.OnTapped = func() { v.ask.Agree(c) }
	rows.Add(container.New(columns, newLine(w.Text("ui.trust.hash", nil), style{color: colorMuted}), newLine(c.Hash, style{mono: true, color: colorMuted})))
	decline := newAnswer(w.Text("ui.trust.decline", nil), v.ask.Decline)
	v.show(container.New(stack{4},
		newLine(w.Text(head, nil), style{size: theme.SizeNameHeadingText, bold: true}),
		newLine(c.Title+" · "+c.Dir, style{color: colorMuted, middle: true}),
		muted(w.Text("ui.trust.about", nil)),
		inset(plainCard(rows)),
		muted(w.Text("ui.trust.uncovered", nil)),
	), agree, decline)
}

// ShowFiles has the user choose one of the compose files of the project in dir, of which choose gets the index.
func (v *Welcome) ShowFiles(dir string, files []string, choose func(int)) {
	w := v.words
	box := container.New(stack{0})
	for i, f := range files {
		b := newButtonWithIcon(f, theme.FileTextIcon(), func() { choose(i) })
		b.Alignment, b.Importance = widget.ButtonAlignLeading, widget.LowImportance
		box.Add(b)
	}
	v.show(container.New(stack{4},
		newLine(w.Text("ui.files.head", nil), style{size: theme.SizeNameHeadingText, bold: true}),
		newLine(dir, style{color: colorMuted, middle: true}),
		muted(w.Text("ui.files.about", nil)),
		inset(plainCard(box)),
	), newAnswer(w.Text("ui.trust.decline", nil), v.ask.Decline))
}

// remote has the user agree to each thing of another computer by its name; before all of them are agreed to, nothing can be
// started.
func (v *Welcome) remote(c *Card, agree *answer) fyne.CanvasObject {
	c.Remote = slices.Clone(c.Remote)
	all := func() bool { return !slices.ContainsFunc(c.Remote, func(r Remote) bool { return !r.Agreed }) }
	box := container.New(stack{0}, muted(v.words.Text("ui.trust.remote.about", nil)))
	for i, r := range c.Remote {
		tick := newCheckBox("", func(yes bool) {
			c.Remote[i].Agreed = yes
			enable(agree, all())
		})
		tick.Checked = r.Agreed
		box.Add(container.New(cells{32, 0}, tick, newLine(termtext.OneLine(r.Name), style{mono: true, wrap: true})))
	}
	enable(agree, all())
	return box
}

func itemsOf(c Card, kind string) (items []CardItem) {
	for _, i := range c.Items {
		if i.Kind == kind {
			items = append(items, i)
		}
	}
	return items
}

// item is one thing; one that changed says what it was.
func (v *Welcome) item(i CardItem) fyne.CanvasObject {
	now := newLine(i.Now, style{mono: true, wrap: true})
	if i.Was == "" {
		return now
	}
	now.paint(theme.ColorNameWarning)
	return container.New(stack{-8}, now, newLine(v.words.Text("ui.trust.was", nil)+" "+i.Was, style{mono: true, wrap: true, color: colorMuted, size: theme.SizeNameCaptionText}))
}
