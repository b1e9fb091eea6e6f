package desktop

import (
	"context"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"streamtray/app"
	"streamtray/app/desktop/session"
	"streamtray/app/i18n"
	"streamtray/app/ui"
	"streamtray/app/view"
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
	asleep  bool        // it is minimised: nothing is drawn, and nothing measured for it
	now     func()      // draws how the project goes; nil: there is none
}

// page is one page of the window.
type page struct {
	content fyne.CanvasObject
	run     func(ctx context.Context) // feeds it while it is seen; nil: nothing has to
	stop    context.CancelFunc        // ends that
	board   *ui.Overview
	logs    *ui.Logs
	topics  *ui.Topics
	checked *examiner
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
	if w.desk.screen.window != w || w.desk.options.workArea == nil {
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

// fill puts an empty frame into the window, in the present language and for the present project; pages are made anew as
// they are shown.
func (w *window) fill() {
	w.cancel()
	w.ctx, w.cancel = context.WithCancel(w.desk.ctx)
	w.shell = ui.NewShell(w.desk.words, w.desk.do)
	if shell, resized := w.shell, w.desk.options.resized; resized != nil {
		shell.Resized = func() { resized(shell.Redraw) }
	}
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
	if p == view.PageOverview && (d.welcomer.question != nil || d.session == nil) {
		w.shell.Open(p, w.asked(), d.session != nil)
		return
	}
	shown := w.pages[p]
	if shown == nil {
		shown = w.page(p)
		w.pages[p] = shown
	}
	w.shell.Open(p, shown.content, true)
	w.feed(shown)
}

// feed has a page that is seen kept up to date.
func (w *window) feed(p *page) {
	w.asleep = false
	w.wide.Store(p.board != nil)
	if p.run != nil {
		var ctx context.Context
		ctx, p.stop = context.WithCancel(w.ctx)
		p.run(ctx)
	}
}

// sleeps reports whether the window is minimised, and ends what its page is fed by then.
func (w *window) sleeps() bool {
	away := w.desk.options.minimised != nil && w.desk.options.minimised(w.Window)
	if away && !w.asleep {
		w.asleep = true
		w.wide.Store(false)
		if p := w.pages[w.shown]; p != nil && p.stop != nil {
			p.stop()
			p.stop = nil
		}
	}
	return away
}

// wake goes on where sleeps ended.
func (w *window) wake() {
	if !w.asleep || w.sleeps() {
		return
	}
	w.asleep = false
	if p := w.pages[w.shown]; p != nil {
		w.feed(p)
	}
	if w.now != nil {
		w.now()
	}
}

// title says the page, or what is asked in the overview's place, and whose it is.
func (w *window) title() {
	d := w.desk
	parts := []string{w.shown.Title(d.words)}
	q := d.welcomer.question
	if w.shown != view.PageOverview {
		q = nil
	}
	switch {
	case q != nil && q.head != "":
		parts[0] = d.words.Text(q.head, nil)
	case w.shown == view.PageOverview && (q != nil || d.session == nil):
		w.SetTitle(d.words.Text("ui.title.welcome", nil))
		return
	}
	switch {
	case q != nil && d.welcomer.pending != nil:
		parts = append(parts, d.welcomer.pending.Title())
	case d.session != nil:
		parts = append(parts, d.session.Project.Title())
	}
	w.SetTitle(strings.Join(append(parts, "StreamTray"), " · "))
}

// asked is what stands in the overview's place: the question, or the ways to a project.
func (w *window) asked() fyne.CanvasObject {
	d := w.desk
	if w.welcome == nil {
		w.welcome = ui.NewWelcome(d.words, &d.welcomer, d.places())
	}
	show := d.welcomer.choice(nil)
	if d.welcomer.question != nil {
		show = d.welcomer.question.show
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
		logs := ui.NewLogs(d.words, s.Log, w, s.Sources(), d.outside.copy)
		logs.OpenFile = d.outside.showLogFolder
		logs.Save = w.saveText
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
	board.Show(view.BoardOf(s.Hub.State(), s.Live(d.places()), d.words, time.Now()))
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
	topics.Copy = d.outside.copy
	d.work.Go(func() {
		<-ctx.Done()
		topics.Wait()
	})
	return &page{content: scrolled(topics.Content), topics: topics, run: topics.Run}
}

// Beats of the window: while something is under way, and while only a clock moves.
const (
	quickBeat = 250 * time.Millisecond
	calmBeat  = 2 * time.Second
)

// follow shows how the present project goes until ctx ends: in the frame, and in the overview while that is seen.
func (w *window) follow(ctx context.Context) {
	d := w.desk
	s, words := d.session, d.words
	w.now = nil
	if s == nil {
		w.shell.Show(view.FrameOf(app.State{}, view.Live{Facts: view.Facts{Recent: d.places()}, Version: d.options.Version}, words, time.Now()))
		return
	}
	version := d.options.Version
	look := func(state app.State) (view.Frame, view.Board) {
		return seen(state, s, d.places(), version, words, w.wide.Load())
	}
	frame, _ := look(s.Hub.State())
	d.work.Go(func() { s.WatchTraffic(ctx, w.wide.Load) })
	d.work.Go(func() { s.WatchFiles(ctx, words) })
	w.shell.Show(frame)
	show := func(f view.Frame, b view.Board) {
		w.shell.Show(f)
		if p := w.pages[view.PageOverview]; p != nil && p.board != nil && b.Project != "" {
			p.board.Show(b)
		}
		if p := w.pages[view.PageDiagnose]; p != nil {
			p.checked.outdated()
		}
	}
	w.now = func() { show(look(s.Hub.State())) }
	d.work.Go(func() {
		var drawing atomic.Bool
		states := s.Hub.Watch(ctx)
		for state := <-states; ctx.Err() == nil; state = wait(ctx, states, state) {
			if drawing.CompareAndSwap(false, true) {
				f, b := look(state)
				ui.Later(func() {
					defer drawing.Store(false)
					if ctx.Err() != nil || w.sleeps() {
						return
					}
					w.wake()
					show(f, b)
				})
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

// wait returns what is to be drawn after a state: at the earliest after a short pause what says something else, and after a
// beat what only has other numbers, or the same. Drawing a window takes long where no graphics card does it.
func wait(ctx context.Context, states <-chan app.State, shown app.State) app.State {
	pause.For(ctx, quickBeat)
	next, t := shown, time.NewTimer(beat(shown)-quickBeat)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return next
		case s, open := <-states:
			if !open {
				return next
			}
			if next = s; !alike(shown, next) {
				return next
			}
		case <-t.C:
			select { // a beat as short as the pause leaves no time to wait
			case s, open := <-states:
				if open {
					next = s
				}
			default:
			}
			return next
		}
	}
}

// alike reports whether two states differ in nothing but what their rows note.
func alike(a, b app.State) bool {
	return a.Phase() == b.Phase() && a.Want == b.Want && slices.EqualFunc(a.Rows, b.Rows, func(x, y app.Row) bool {
		return x.Step == y.Step && x.Kind == y.Kind && x.Lost == y.Lost
	})
}
