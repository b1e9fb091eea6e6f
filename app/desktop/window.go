package desktop

import (
	"context"
	"slices"
	"sync/atomic"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"streamtray/app"
	"streamtray/app/desktop/session"
	"streamtray/app/i18n"
	"streamtray/app/settings"
	"streamtray/app/ui"
	"streamtray/app/view"
	"streamtray/assets"
	"streamtray/internal/pause"
)

// window is StreamTray's one window, while it is open. It is made anew each time: a hidden one may not come back after a
// sleep. Its fields belong to the main goroutine.
type window struct {
	fyne.Window
	desk    *Desk
	shell   *ui.Shell
	shown   view.Page
	pages   map[view.Page]*page // those that were shown so far
	welcome *ui.Welcome         // what stands in the overview's place until a project is kept; nil: it was not shown yet
	ctx     context.Context     //nolint:containedctx // the window's life in one language and with one project
	cancel  context.CancelFunc
	wide    atomic.Bool // the overview is what is seen
}

// page is one page of the window.
type page struct {
	content fyne.CanvasObject
	run     func(ctx context.Context) // feeds it while it is seen; nil: nothing has to
	stop    context.CancelFunc        // ends that
	board   *ui.Overview
	logs    *ui.Logs
	topics  *ui.Topics
}

// show brings a page of the window to the front.
func (d *Desk) show(p view.Page) { d.showThen(p, func(*window) {}) }

// showThen shows a page and has then act on the window. Where nothing can be drawn, the user is told so.
func (d *Desk) showThen(p view.Page, then func(*window)) {
	if d.going {
		return
	}
	if d.session == nil && p != view.PageSettings && p != view.PageDiagnose {
		p = view.PageOverview
	}
	if d.window != nil {
		d.window.open(p)
		then(d.window)
		d.window.Show()
		d.window.RequestFocus()
		return
	}
	d.gl.then(d, func(drawn bool) {
		switch {
		case d.going:
		case !drawn:
			d.tell(d.words.Text("tray.notice.no_window", nil))
		case d.window != nil: // asked for twice while we looked
			d.window.open(p)
			then(d.window)
		default:
			d.window = d.newWindow()
			d.window.open(p)
			then(d.window)
			d.window.Show()
			ui.Later(d.window.fit)
		}
	})
}

// newWindow is a window without a page.
func (d *Desk) newWindow() *window {
	w := &window{Window: d.app.NewWindow("StreamTray"), desk: d, cancel: func() {}}
	w.SetIcon(fyne.NewStaticResource("app.png", assets.AppIcon()))
	w.SetPadded(false)
	size := fyne.NewSize(usualWidth, usualHeight)
	if k := d.person.Window; k.Width > 0 && k.Height > 0 {
		size = fyne.NewSize(k.Width, k.Height)
	}
	w.fill()
	w.Resize(size)
	w.SetCloseIntercept(func() {
		d.remember()
		w.Close()
	})
	w.SetOnClosed(func() {
		w.cancel()
		if d.window == w {
			d.window = nil
		}
		if d.tray == nil && !d.going { // without a tray nobody could come back
			d.quit("keep")
		}
		d.tire()
	})
	w.SetOnDropped(func(_ fyne.Position, dropped []fyne.URI) {
		if len(dropped) > 0 {
			d.openProject(dropped[0].Path(), true)
		}
	})
	return w
}

// The size of a window that nobody changed yet, in Fyne's units.
const (
	usualWidth  = 1060
	usualHeight = 700
)

// frame is about what a window's frame takes of the screen, in Fyne's units: it grows with the screen's scale.
const (
	frameWide = 16
	frameHigh = 48
)

// fit makes the window small enough for the screen's work area.
func (w *window) fit() {
	if w.desk.window != w || w.desk.options.workArea == nil {
		return
	}
	wide, high := w.desk.options.workArea()
	if wide == 0 || high == 0 {
		return
	}
	scale, size := w.Canvas().Scale(), w.Canvas().Size()
	fits := fyne.NewSize(min(size.Width, float32(wide)/scale-frameWide), min(size.Height, float32(high)/scale-frameHigh))
	if fits != size {
		w.Resize(fits)
	}
}

// remember keeps the window's size and page for the next one.
func (d *Desk) remember() {
	if d.window == nil {
		return
	}
	size := d.window.Canvas().Size()
	kept := settings.Window{Width: size.Width, Height: size.Height, Page: string(d.window.shown)}
	if kept == d.person.Window {
		return
	}
	d.person.Window = kept
	_ = settings.Change(d.folders, func(s *settings.Settings) { s.Window = kept }) // the next one has the usual size then
}

// fill puts an empty frame into the window, in the present language and for the present project; pages are made anew as
// they are shown.
func (w *window) fill() {
	w.cancel()
	w.ctx, w.cancel = context.WithCancel(w.desk.ctx)
	w.shell = ui.NewShell(w.desk.words, w.desk.do)
	w.pages, w.welcome = map[view.Page]*page{}, nil
	w.SetContent(ui.WithTips(w.shell.Content))
	w.listenToKeys()
	w.follow(w.ctx)
}

// again fills the window anew and shows the same page.
func (w *window) again() {
	w.fill()
	w.open(w.shown)
}

// open shows a page. The overview's place is the welcome's as long as there is no project, and a question's.
func (w *window) open(p view.Page) {
	d := w.desk
	if before := w.pages[w.shown]; before != nil && before.stop != nil {
		before.stop()
		before.stop = nil
	}
	w.shown = p
	w.wide.Store(false)
	w.title()
	if p == view.PageOverview && (d.question != nil || d.session == nil) {
		w.shell.Open(p, w.asked(), d.session != nil)
		return
	}
	shown := w.pages[p]
	if shown == nil {
		shown = w.page(p)
		w.pages[p] = shown
	}
	w.shell.Open(p, shown.content, true)
	w.wide.Store(shown.board != nil)
	if shown.run != nil {
		var ctx context.Context
		ctx, shown.stop = context.WithCancel(w.ctx)
		shown.run(ctx)
	}
}

// title says the page and whose it is.
func (w *window) title() {
	d := w.desk
	switch {
	case w.shown == view.PageOverview && (d.session == nil || d.question != nil):
		w.SetTitle(d.words.Text("ui.title.welcome", nil))
	case d.session == nil:
		w.SetTitle(w.shown.Title(d.words) + " · StreamTray")
	default:
		w.SetTitle(w.shown.Title(d.words) + " · " + d.session.Project.Title() + " · StreamTray")
	}
}

// asked is what stands in the overview's place: the question, or the ways to a project.
func (w *window) asked() fyne.CanvasObject {
	d := w.desk
	if w.welcome == nil {
		w.welcome = ui.NewWelcome(d.words, welcomer{d}, places(d.person))
	}
	show := d.choice(nil)
	if d.question != nil {
		show = d.question.show
	}
	show(w.welcome)
	return w.welcome.Content
}

// page makes a page.
func (w *window) page(p view.Page) *page {
	d := w.desk
	s := d.session
	switch p {
	case view.PageLogs:
		s.ReadLogs(d.words)
		logs := ui.NewLogs(d.words, s.Log, w, s.Sources(), d.copy)
		logs.OpenFile = d.showLogFolder
		logs.Save = func(name, text string) { d.saveText(w, name, text) }
		return &page{content: scrolled(logs.Content), logs: logs, run: func(ctx context.Context) {
			d.work.Go(func() { logs.Run(ctx) })
		}}
	case view.PageTopics:
		return w.topicsPage(s)
	case view.PageSettings:
		return &page{content: ui.NewSettings(d.words, person{d}, d.projectFile()).Content}
	case view.PageDiagnose:
		return w.diagnosePage()
	case view.PageOverview:
	}
	board := ui.NewOverview(d.words, d.do)
	board.Show(view.BoardOf(s.Hub.State(), s.Live(places(d.person)), d.words, time.Now()))
	return &page{content: board.Content, board: board, run: func(ctx context.Context) {
		d.work.Go(func() { s.WatchContainers(ctx) })
		d.work.Go(func() { s.WatchProcesses(ctx) })
	}}
}

// scrolled lets a page that needs more room than the window has be reached by scrolling.
func scrolled(o fyne.CanvasObject) fyne.CanvasObject { return container.NewScroll(o) }

func (w *window) topicsPage(s *session.Session) *page {
	d := w.desk
	var names []string
	for _, t := range s.Project.Config.Kafka.Topics {
		names = append(names, t.Name)
	}
	ctx := w.ctx
	topics := ui.NewTopics(ctx, d.words, planner{s.Project, d.words, d.projectFile()}, s.Project, names)
	topics.Copy = d.copy
	d.work.Go(func() {
		<-ctx.Done()
		topics.Wait()
	})
	return &page{content: scrolled(topics.Content), topics: topics, run: topics.Run}
}

// Beats of the window: while something is under way, and while only a clock moves.
const (
	quickBeat = 250 * time.Millisecond
	calmBeat  = time.Second
)

// follow shows how the present project goes until ctx ends: in the frame, and in the overview while that is seen.
func (w *window) follow(ctx context.Context) {
	d := w.desk
	s, words, recent := d.session, d.words, places(d.person)
	if s == nil {
		w.shell.Show(view.FrameOf(app.State{}, view.Live{Facts: view.Facts{Recent: recent}, Version: d.options.Version}, words, time.Now()))
		return
	}
	version := d.options.Version
	look := func(state app.State) (view.Frame, view.Board) {
		return seen(state, s, recent, version, words, w.wide.Load())
	}
	frame, _ := look(s.Hub.State())
	d.work.Go(func() { s.WatchTraffic(ctx, w.wide.Load) })
	d.work.Go(func() { s.WatchFiles(ctx, words) })
	w.shell.Show(frame)
	d.work.Go(func() {
		var drawing atomic.Bool
		states := s.Hub.Watch(ctx)
		state, open := <-states
		for open && ctx.Err() == nil {
			if drawing.CompareAndSwap(false, true) {
				f, b := look(state)
				ui.Later(func() {
					defer drawing.Store(false)
					if ctx.Err() != nil {
						return
					}
					w.shell.Show(f)
					if p := w.pages[view.PageOverview]; p != nil && p.board != nil && b.Project != "" {
						p.board.Show(b)
					}
				})
			}
			if next, changed := wait(ctx, states, beat(state)); changed {
				state = next
			}
		}
	})
}

// seen is the frame and, if it is to be seen, the overview for a state.
func seen(state app.State, s *session.Session, recent []view.Place, version string, w *i18n.Words, whole bool) (f view.Frame, b view.Board) {
	now, live := time.Now(), s.Live(recent)
	live.Version, live.Crash, live.Files = version, s.Crash(state), s.Files()
	if whole {
		b = view.BoardOf(state, live, w, now)
	}
	return view.FrameOf(state, live, w, now), b
}

func beat(s app.State) time.Duration {
	switch s.Phase() {
	case app.Starting, app.Stopping, app.Degraded:
		return quickBeat
	}
	return calmBeat
}

// wait returns the next state, at the earliest after a short pause, or none after a beat.
func wait(ctx context.Context, states <-chan app.State, beat time.Duration) (app.State, bool) {
	pause.For(ctx, min(beat, quickBeat))
	t := time.NewTimer(beat - min(beat, quickBeat))
	defer t.Stop()
	select {
	case <-ctx.Done():
	case s, open := <-states:
		return s, open
	case <-t.C:
		select { // a beat as short as the pause leaves no time to wait
		case s, open := <-states:
			return s, open
		default:
		}
	}
	return app.State{}, false
}

// showLogs shows one source of the logs, or all.
func (d *Desk) showLogs(source string) {
	d.showThen(view.PageLogs, func(w *window) {
		if p := w.pages[view.PageLogs]; p != nil && source != "" {
			p.logs.Choose(source)
		}
	})
}

// ask shows a question in the overview's place, where a window can be drawn, and returns which one it is.
func (d *Desk) ask(show func(*ui.Welcome)) *question {
	asked := &question{show}
	d.question = asked
	d.gl.then(d, func(drawn bool) {
		if drawn {
			d.show(view.PageOverview)
		}
	})
	return asked
}

// answered takes the question away.
func (d *Desk) answered() {
	d.question = nil
	if d.window != nil {
		d.window.open(d.window.shown)
	}
}

// choice offers the ways to a project, and says why the last one that was tried did not lead to one.
func (d *Desk) choice(fault error) func(*ui.Welcome) {
	return func(w *ui.Welcome) {
		w.ShowChoice(places(d.person))
		if fault != nil {
			w.ShowFault(fault)
		}
	}
}

// usual is the page that was shown last.
func (d *Desk) usual() view.Page {
	if d.window != nil {
		return d.window.shown
	}
	if p := view.Page(d.person.Window.Page); slices.Contains(view.Pages(), p) {
		return p
	}
	return view.PageOverview
}
