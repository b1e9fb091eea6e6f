package desktop

import (
	"context"
	"sync/atomic"
	"time"

	"fyne.io/fyne/v2"

	"streamtray/app"
	"streamtray/app/ui"
	"streamtray/app/view"
	"streamtray/assets"
)

// The windows, by the texts of their titles.
const (
	winDashboard = "ui.title.dashboard"
	winLogs      = "ui.title.logs"
	winTopics    = "ui.title.topics"
	winSettings  = "ui.title.settings"
	winWelcome   = "ui.title.welcome"
	winDoctor    = "ui.title.doctor"
)

var sizes = map[string]fyne.Size{
	winDashboard: {Width: 980, Height: 780},
	winLogs:      {Width: 1040, Height: 660},
	winTopics:    {Width: 980, Height: 620},
	winSettings:  {Width: 760, Height: 780},
	winWelcome:   {Width: 760, Height: 600},
	winDoctor:    {Width: 900, Height: 720},
}

// window is one that is open. It is made anew each time: a hidden one may not come back after a sleep.
type window struct {
	fyne.Window
	cancel  context.CancelFunc // ends what feeds it
	logs    *ui.Logs
	topics  *ui.Topics
	welcome *ui.Welcome
}

// show brings a window to the front, made if it is not there.
func (d *Desk) show(kind string) { d.showThen(kind, func(*window) {}) }

// showThen shows a window and has then act on it. Where nothing can be drawn, the user is told so.
func (d *Desk) showThen(kind string, then func(*window)) {
	if d.going {
		return
	}
	if d.session == nil && kind != winSettings && kind != winDoctor {
		kind = winWelcome
	}
	if w, ok := d.windows[kind]; ok {
		then(w)
		w.Show()
		w.RequestFocus()
		return
	}
	d.gl.then(d, func(drawn bool) {
		switch {
		case d.going:
		case !drawn:
			d.tell(d.words.Text("tray.notice.no_window", nil))
		case d.windows[kind] != nil: // asked for twice while we looked
			then(d.windows[kind])
		default:
			w := d.make(kind)
			then(w)
			w.Show()
		}
	})
}

func (d *Desk) make(kind string) *window {
	w := &window{Window: d.app.NewWindow(d.title(kind)), cancel: func() {}}
	d.windows[kind] = w
	w.SetIcon(fyne.NewStaticResource("app.png", assets.AppIcon()))
	w.SetPadded(false)
	w.Resize(sizes[kind])
	w.SetOnClosed(func() {
		w.cancel()
		if d.windows[kind] == w {
			delete(d.windows, kind)
		}
		if d.tray == nil && len(d.windows) == 0 && !d.going { // without a tray nobody could come back
			d.quit()
		}
		if len(d.windows) == 0 {
			d.tire()
		}
	})
	d.fill(kind, w)
	return w
}

// title is the window's; the welcome's says whose it is by itself.
func (d *Desk) title(kind string) string {
	title := d.words.Text(kind, nil)
	if kind != winWelcome {
		title += " · StreamTray"
	}
	return title
}

// fill puts into a window what belongs there, in the present language.
func (d *Desk) fill(kind string, w *window) {
	w.cancel()
	var ctx context.Context
	ctx, w.cancel = context.WithCancel(d.ctx)
	w.SetTitle(d.title(kind))
	switch kind {
	case winDashboard:
		d.fillDashboard(ctx, w)
	case winLogs:
		s := d.session
		s.readLogs(d.words)
		w.logs = ui.NewLogs(d.words, s.log, w, s.sources(), d.copy)
		w.logs.OpenFile = d.showLogFolder
		w.SetContent(w.logs.Content)
		d.work.Go(func() { w.logs.Run(ctx) })
	case winTopics:
		d.fillTopics(ctx, w)
	case winSettings:
		w.SetContent(ui.NewSettings(d.words, person{d}, d.projectFile()).Content)
	case winDoctor:
		d.fillDoctor(ctx, w)
	case winWelcome:
		w.welcome = ui.NewWelcome(d.words, welcomer{d, w}, places(d.person))
		if d.question != nil {
			d.question(w.welcome)
		}
		w.SetContent(w.welcome.Content)
		w.SetOnDropped(func(_ fyne.Position, dropped []fyne.URI) {
			if len(dropped) > 0 {
				d.openProject(dropped[0].Path(), true)
			}
		})
	}
	d.listenToKeys(w)
}

// Beats of the dashboard: while something is under way, and while only a clock moves.
const (
	quickBeat = 250 * time.Millisecond
	calmBeat  = time.Second
)

func (d *Desk) fillDashboard(ctx context.Context, w *window) {
	s, words, recent := d.session, d.words, places(d.person)
	board := ui.NewDashboard(words, d.do)
	w.SetContent(board.Content)
	board.Show(view.BoardOf(s.hub.State(), s.live(recent), words, time.Now()))
	d.work.Go(func() { s.watchTraffic(ctx) })
	d.work.Go(func() { s.watchContainers(ctx) })
	d.work.Go(func() {
		var drawing atomic.Bool
		states := s.hub.Watch(ctx)
		for {
			state, open := <-states
			if !open {
				return
			}
			for {
				if drawing.CompareAndSwap(false, true) {
					b := view.BoardOf(state, s.live(recent), words, time.Now())
					ui.Later(func() {
						defer drawing.Store(false)
						if ctx.Err() == nil {
							board.Show(b)
						}
					})
				}
				next, changed := wait(ctx, states, beat(state))
				if ctx.Err() != nil {
					return
				}
				if changed {
					state = next
				}
			}
		}
	})
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
	pause(ctx, min(beat, quickBeat))
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

func (d *Desk) fillTopics(ctx context.Context, w *window) {
	s := d.session
	var names []string
	for _, t := range s.project.Config.Kafka.Topics {
		names = append(names, t.Name)
	}
	topics := ui.NewTopics(ctx, d.words, planner{s.project, d.words}, reader{s.project}, names)
	w.topics = topics
	w.SetContent(topics.Content)
	topics.Look()
	d.work.Go(func() {
		<-ctx.Done()
		topics.Wait()
	})
}

// showLogs shows one source of the logs, or all.
func (d *Desk) showLogs(source string) {
	d.showThen(winLogs, func(w *window) {
		if w.logs != nil && source != "" {
			w.logs.Choose(source)
		}
	})
}

func (d *Desk) showWelcome(then func(*ui.Welcome)) {
	d.gl.then(d, func(drawn bool) {
		if !drawn || d.going {
			return
		}
		w, ok := d.windows[winWelcome]
		if !ok {
			w = d.make(winWelcome)
		}
		then(w.welcome)
		w.Show()
		w.RequestFocus()
	})
}
