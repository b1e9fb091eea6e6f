package desktop

import (
	"slices"
	"time"

	"fyne.io/fyne/v2"

	"streamtray/app/desktop/opengl"
	"streamtray/app/settings"
	"streamtray/app/ui"
	"streamtray/app/view"
	"streamtray/assets"
	"streamtray/internal/pause"
)

// screen has the one window, where one can be drawn and is open.
type screen struct {
	desk   *Desk
	window *window // nil: it is closed
	gl     *opengl.Drawable
	front  bool // the window has the focus
	dozing bool // see doze
}

// nap is how long the main loop rests at a time: a click in the tray waits no longer, which nobody notices.
const nap = 80 * time.Millisecond

// open brings the page that was shown last to the front.
func (v *screen) open() { v.show(v.usual()) }

// showRecent shows how the recent projects were seen last.
func (v *screen) showRecent() {
	if v.window == nil {
		return
	}
	if v.window.welcome != nil {
		v.window.welcome.ShowRecent(v.desk.places())
	}
	if v.desk.session == nil {
		v.window.follow(v.window.ctx)
	}
}

// with brings that page to the front and has then act on the window.
func (v *screen) with(then func(*window)) { v.showThen(v.usual(), then) }

// looking reports whether the user sees the window anyway.
func (v *screen) looking() bool { return v.front && v.window != nil }

// doze has the main loop rest for most of the time as long as no window is open. Fyne looks at its windows sixty times
// a second, also when there are none, and that is most of what a program in the tray costs. Between two naps everything
// has its turn: what was queued meanwhile, and one look of Fyne's.
func (v *screen) doze() {
	d := v.desk
	if d.ctx.Err() != nil || d.ending.going || v.window != nil {
		v.dozing = false
		return
	}
	pause.For(d.ctx, nap)
	time.AfterFunc(time.Millisecond, func() { ui.Later(v.doze) })
}

// tire lets the main loop doze, unless it does already.
func (v *screen) tire() {
	if !v.dozing {
		v.dozing = true
		ui.Later(v.doze)
	}
}

// show brings a page of the window to the front.
func (v *screen) show(p view.Page) { v.showThen(p, func(*window) {}) }

// showThen shows a page and has then act on the window. Where nothing can be drawn, the user is told so.
func (v *screen) showThen(p view.Page, then func(*window)) {
	d := v.desk
	if d.ending.going {
		return
	}
	if d.session == nil && p != view.PageSettings && p != view.PageDiagnose {
		p = view.PageOverview
	}
	if v.window != nil {
		v.window.open(p)
		then(v.window)
		v.window.Show()
		v.window.RequestFocus()
		return
	}
	v.gl.Then(func(drawn bool) {
		switch {
		case d.ending.going:
		case !drawn:
			d.notifier.tell(d.words.Text("tray.notice.no_window", nil))
		case v.window != nil: // asked for twice while we looked
			v.window.open(p)
			then(v.window)
		default:
			v.window = v.newWindow()
			v.window.open(p)
			then(v.window)
			v.window.Show()
			ui.Later(func() {
				if v.window != nil {
					v.window.fit()
					v.window.sleeps()
				}
			})
		}
	})
}

// newWindow is a window without a page.
func (v *screen) newWindow() *window {
	d := v.desk
	w := &window{Window: d.app.NewWindow("StreamTray"), desk: d, cancel: func() {}}
	w.SetIcon(fyne.NewStaticResource("app.png", assets.AppIcon()))
	w.SetPadded(false)
	size := fyne.NewSize(usualWidth, usualHeight)
	if k := d.person.Window; k.Width > 0 && k.Height > 0 {
		size = fyne.NewSize(k.Width, k.Height)
	}
	w.fill()
	w.Resize(size)
	w.SetCloseIntercept(w.dismiss)
	w.SetOnClosed(func() {
		if v.window == w {
			v.left()
		}
	})
	w.SetOnDropped(func(_ fyne.Position, dropped []fyne.URI) {
		if len(dropped) > 0 {
			d.opener.open(dropped[0].Path(), true)
		}
	})
	return w
}

// closesAfter is how long a window that the user closed is only hidden. A second press of its cross that Fyne reads in the same look
// as the first takes the closing back (2.7.1): the window stayed on the screen, and nothing in it answered. One that is hidden has no
// cross to press.
const closesAfter = 200 * time.Millisecond

// dismiss closes the window for the user, and keeps how it was for the next one.
func (w *window) dismiss() {
	v := &w.desk.screen
	if v.window != w {
		return
	}
	v.remember()
	v.left()
	w.Hide()
	time.AfterFunc(closesAfter, func() { ui.Later(w.Close) })
}

// left forgets the window, which the user has left.
func (v *screen) left() {
	d := v.desk
	v.window.cancel()
	v.window = nil
	if d.tray == nil && !d.ending.going { // without a tray nobody could come back
		d.ending.quit("keep")
	}
	v.tire()
}

// remember keeps the window's size and page for the next one.
func (v *screen) remember() {
	d := v.desk
	if v.window == nil {
		return
	}
	size := v.window.Canvas().Size()
	kept := settings.Window{Width: size.Width, Height: size.Height, Page: string(v.window.shown)}
	if kept == d.person.Window {
		return
	}
	d.person.Window = kept
	_ = settings.Change(d.folders, func(s *settings.Settings) { s.Window = kept }) // the next one has the usual size then
}

// showLogs shows one source of the logs, or all.
func (v *screen) showLogs(source string) {
	v.showThen(view.PageLogs, func(w *window) {
		if p := w.pages[view.PageLogs]; p != nil && source != "" {
			p.logs.Choose(source)
		}
	})
}

// usual is the page that was shown last.
func (v *screen) usual() view.Page {
	if v.window != nil {
		return v.window.shown
	}
	if p := view.Page(v.desk.person.Window.Page); slices.Contains(view.Pages(), p) {
		return p
	}
	return view.PageOverview
}
