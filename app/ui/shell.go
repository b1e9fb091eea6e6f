package ui

import (
	"reflect"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"streamtray/app/i18n"
	"streamtray/app/view"
)

// Shell is what the main window shows around its pages: a rail with the pages, a header with the project, its state, the
// switch and the one act that is meant, a banner in trouble, a line of facts at the lower edge. Show gives it what to show;
// what the user does goes to do.
type Shell struct {
	Content fyne.CanvasObject
	Resized func() // the window has another size; nil: nobody wants to know

	words *i18n.Words
	do    func(view.Act, string)
	shown view.Frame

	header   fyne.CanvasObject
	rail     *rail
	banner   *banner
	page     *fyne.Container
	status   *fyne.Container
	under    fyne.CanvasObject // the status with what is behind it
	icon     *canvas.Image
	project  *pushButton
	state    *line
	stateful *fyne.Container // what of the header a project is needed for
	streams  *pill
	acts     *fyne.Container
}

// NewShell is a frame around nothing.
func NewShell(w *i18n.Words, do func(view.Act, string)) *Shell {
	s := &Shell{
		words: w, do: do,
		rail: newRail(w, do), banner: newBanner(do), page: container.NewStack(), status: container.NewHBox(),
		icon:  canvas.NewImageFromResource(stateIcon("stopped")),
		state: newLine("", style{size: theme.SizeNameSubHeadingText, bold: true}),
		acts:  container.NewHBox(),
	}
	s.icon.FillMode = canvas.ImageFillContain
	s.icon.SetMinSize(fyne.NewSize(28, 28))
	s.project = newButtonWithIcon("", theme.MenuDropDownIcon(), s.OpenProjects)
	s.project.IconPlacement, s.project.Importance = widget.ButtonIconTrailingText, widget.LowImportance
	s.streams = newPill(w.Text("ui.streaming", nil), func(on bool) {
		if on {
			do(view.ActStreamingOn, "")
		} else {
			do(view.ActStreamingOff, "")
		}
	})
	s.stateful = container.NewHBox(s.streams, s.acts)
	left := container.NewHBox(container.NewCenter(s.icon), s.project)
	s.header = container.NewStack(newSurface(), container.New(layout.NewCustomPaddedLayout(5, 5, 12, 10),
		bordered(nil, nil, left, s.stateful, container.New(cells{0}, s.state))))
	s.under = container.NewStack(newSurface(), container.New(layout.NewCustomPaddedLayout(0, 0, 6, 6), s.status))
	s.Content = WithTips(container.New(&shellLayout{s: s}, s.header, s.banner.content, s.rail.content, s.page, s.under))
	s.show(view.Frame{Icon: "stopped"})
	return s
}

// newSurface is a plain back in the colour of cards.
func newSurface() *surface {
	back := &surface{flat: true}
	back.ExtendBaseWidget(back)
	return back
}

// Open shows a page's content. Without rail, it is all that there is: nothing else makes sense before it is answered.
func (s *Shell) Open(p view.Page, content fyne.CanvasObject, rail bool) {
	s.rail.choose(p)
	if rail {
		s.rail.content.Show()
	} else {
		s.rail.content.Hide()
	}
	if len(s.page.Objects) != 1 || s.page.Objects[0] != content {
		s.page.Objects = []fyne.CanvasObject{content}
		s.unfocus()
	}
	s.Content.Refresh()
}

// unfocus takes the focus from what is not shown any more, which would have the keys still.
func (s *Shell) unfocus() {
	c := canvasOf(s.Content)
	if c == nil {
		return
	}
	if _, tab := c.Focused().(*railTab); !tab {
		c.Unfocus()
	}
}

// FocusPage gives the focus to the first thing in the page that takes it; in the overview of a project in trouble, to what
// the banner above it offers first.
func (s *Shell) FocusPage(c fyne.Canvas) {
	if s.rail.tabs[view.PageOverview].chosen && s.banner.content.Visible() && len(s.banner.fix.Objects) > 0 {
		c.Focus(s.banner.fix.Objects[0].(fyne.Focusable)) // a button
		return
	}
	if s.rail.content.Visible() {
		c.Focus(s.rail.tabs[view.PageSettings]) // the last before it
		c.FocusNext()
	}
}

// Redraw has the window drawn once more.
func (s *Shell) Redraw() { canvas.Refresh(s.under) }

// Count shows a number beside a page's name in the rail; 0: none.
func (s *Shell) Count(p view.Page, n int) { s.rail.count(p, n) }

// Show shows a frame. What is as before is left alone.
func (s *Shell) Show(f view.Frame) {
	if !reflect.DeepEqual(f, s.shown) {
		s.show(f)
	}
}

func (s *Shell) show(f view.Frame) {
	before := s.shown
	s.shown = f
	if f.Icon != before.Icon && f.Icon != "" {
		s.icon.Resource = stateIcon(f.Icon)
		s.icon.Refresh()
	}
	name := f.Project
	if name == "" {
		name = s.words.Text("ui.project.none", nil)
	}
	if name = middle(name, within(projectLength)); name != s.project.Text {
		s.project.SetText(name)
	}
	s.state.set(f.State)
	s.streams.set(f.Switch.On, f.Switch.Usable)
	if visible := f.Project != ""; visible != s.stateful.Visible() {
		if visible {
			s.stateful.Show()
		} else {
			s.stateful.Hide()
		}
	}
	if !reflect.DeepEqual(f.Primary, before.Primary) || !reflect.DeepEqual(f.Stop, before.Stop) || len(s.acts.Objects) == 0 {
		replace(s.acts, s.buttons(f)...)
	}
	if s.banner.show(f.Banner) {
		s.Content.Refresh()
	}
	if !reflect.DeepEqual(f.Status, before.Status) {
		replace(s.status, s.facts(f.Status)...)
	}
}

// projectLength is how many characters of a project's name the header shows.
const projectLength = 24

// buttons are the act that is meant, and the ways to stop.
func (s *Shell) buttons(f view.Frame) []fyne.CanvasObject {
	var all []fyne.CanvasObject
	if f.Primary.Label != "" {
		all = append(all, button(f.Primary, true, s.do))
	}
	switch {
	case len(f.Stop) == 1:
		all = append(all, button(f.Stop[0], false, s.do))
	case len(f.Stop) > 1:
		stop := newButtonWithIcon(s.words.Text("ui.stop", nil), theme.MenuDropDownIcon(), nil)
		stop.IconPlacement = widget.ButtonIconTrailingText
		stop.OnTapped = func() { popUp(stop, s.shown.Stop, s.do) }
		all = append(all, stop)
	}
	return all
}

// facts are the status line; what can be copied has a button for it.
func (s *Shell) facts(all []view.Item) []fyne.CanvasObject {
	var objects []fyne.CanvasObject
	for i, f := range all {
		if i > 0 {
			objects = append(objects, fixed("·", style{size: theme.SizeNameCaptionText, color: colorMuted}))
		}
		objects = append(objects, fixed(f.Label, style{size: theme.SizeNameCaptionText, color: colorMuted}))
		if f.Act != view.ActNone {
			b := newButtonWithIcon("", theme.ContentCopyIcon(), func() { s.do(f.Act, f.Arg) })
			b.Importance = widget.LowImportance
			objects = append(objects, container.New(iconSize, b))
		}
	}
	return objects
}

// iconSize is for a button that only has an icon, as high as a line.
var iconSize = sized{width: 26, height: 26}

// popUp shows items below an object; the arrow keys choose, Esc closes it.
func popUp(below fyne.CanvasObject, items []view.Item, do func(view.Act, string)) {
	c := canvasOf(below)
	if c == nil {
		return
	}
	var entries []*fyne.MenuItem
	for _, i := range items {
		if i.Label == "" {
			entries = append(entries, fyne.NewMenuItemSeparator())
			continue
		}
		e := fyne.NewMenuItem(i.Label, func() { do(i.Act, i.Arg) })
		e.Checked, e.Disabled = i.Ticked, i.Disabled
		entries = append(entries, e)
	}
	m := widget.NewPopUpMenu(fyne.NewMenu("", entries...), c)
	m.ShowAtRelativePosition(fyne.NewPos(0, below.Size().Height), below)
	c.Focus(m)
}

// OpenProjects shows the projects to choose from.
func (s *Shell) OpenProjects() {
	w := s.words
	var items []view.Item
	for _, p := range s.shown.Recent {
		items = append(items, view.Item{
			Label: p.Label(w) + "   " + middle(p.Dir, within(placeLength)), Act: view.ActProject, Arg: p.Dir, Ticked: p.Dir == s.shown.Dir,
		})
	}
	if len(items) > 0 {
		items = append(items, view.Item{})
	}
	items = append(items, view.Item{Label: w.Text("tray.open", nil), Act: view.ActOpen}, view.Item{},
		view.Item{Label: w.Text("tray.log_folder", nil), Act: view.ActLogFolder})
	popUp(s.project, items, s.do)
}

// placeLength is how many characters of a folder's path a menu shows.
const placeLength = 48

// within says whether a text has at most so many characters.
func within(most int) func(string) bool {
	return func(s string) bool { return utf8.RuneCountInString(s) <= most }
}

// Sizes of the window's parts.
const (
	railWidth    = 176
	railNarrow   = 52
	narrowBelow  = 960 // a window that is narrower has icons only in its rail
	smallestWide = 480
	smallestHigh = 320
)

// shellLayout places header, banner, rail, page and status.
type shellLayout struct {
	s    *Shell
	size fyne.Size // of the window, as it was placed last
}

// Layout gives the page what the others leave.
func (l *shellLayout) Layout(o []fyne.CanvasObject, size fyne.Size) {
	if l.size != size && l.s.Resized != nil {
		l.s.Resized()
	}
	l.size = size
	header, alert, side, page, status := o[0], o[1], o[2], o[3], o[4]
	top, bottom := header.MinSize().Height, status.MinSize().Height
	header.Resize(fyne.NewSize(size.Width, top))
	header.Move(fyne.NewPos(0, 0))
	status.Resize(fyne.NewSize(size.Width, bottom))
	status.Move(fyne.NewPos(0, size.Height-bottom))
	left := float32(0)
	if side.Visible() {
		left = railWidth
		if size.Width < narrowBelow {
			left = railNarrow
		}
		l.s.rail.narrow(left == railNarrow)
		side.Resize(fyne.NewSize(left, size.Height-top-bottom))
		side.Move(fyne.NewPos(0, top))
	}
	if alert.Visible() {
		wide := fyne.NewSize(size.Width-left, alert.MinSize().Height)
		alert.Resize(wide)
		wide.Height = alert.MinSize().Height // a text that wraps knows its height once it has a width
		alert.Resize(wide)
		alert.Move(fyne.NewPos(left, top))
		top += wide.Height
	}
	page.Resize(fyne.NewSize(size.Width-left, size.Height-top-bottom))
	page.Move(fyne.NewPos(left, top))
}

// MinSize is what still makes sense; pages scroll.
func (l *shellLayout) MinSize([]fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(smallestWide, smallestHigh)
}

// banner says what is wrong and offers what helps.
type banner struct {
	content *fyne.Container
	do      func(view.Act, string)
	mark    *widget.Icon
	text    *line
	fix     *fyne.Container
	shown   view.Banner
}

func newBanner(do func(view.Act, string)) *banner {
	b := &banner{do: do, mark: newMark(view.Bad), text: newLine("", style{wrap: true}), fix: container.NewHBox()}
	back := &surface{fill: colorAlert, flat: true}
	back.ExtendBaseWidget(back)
	mark := container.NewCenter(container.NewGridWrap(fyne.NewSize(22, 22), b.mark))
	b.content = container.NewStack(back, container.New(layout.NewCustomPaddedLayout(4, 4, 12, 12),
		bordered(nil, nil, mark, container.NewCenter(b.fix), container.New(stack{}, b.text))))
	b.content.Hide()
	return b
}

// show shows a banner, or none, and reports whether that changes how the window is laid out.
func (b *banner) show(n view.Banner) bool {
	if reflect.DeepEqual(n, b.shown) {
		return false
	}
	b.shown = n
	if n.Text == "" {
		b.content.Hide()
		return true
	}
	b.mark.SetResource(markIcon(n.Mark))
	b.text.set(n.Text)
	var fix []fyne.CanvasObject
	for _, f := range n.Fixes {
		fix = append(fix, button(f, false, b.do))
	}
	replace(b.fix, fix...)
	b.content.Show()
	return true
}
