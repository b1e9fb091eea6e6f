package desktop

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"runtime/debug"
	"sync/atomic"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/systray"

	"streamtray/app"
	"streamtray/app/local"
	"streamtray/app/remote"
	"streamtray/app/ui"
)

// collectAt has the memory collected when it has grown by half: the program stays all day and works little, so a small
// heap is worth more than the time of collecting it.
const collectAt = 50

// RunOn is Run on an app that newApp makes.
func RunOn(ctx context.Context, o Options, newApp func(id string) fyne.App) int {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	l, err := local.Listen(channel(o))
	if errors.Is(err, local.ErrTaken) {
		return showFirst(ctx, o)
	}
	if err != nil {
		return complain(err)
	}
	identify()
	if o.Getenv("GOGC") == "" {
		debug.SetGCPercent(collectAt)
	}
	possible, shown := trayHost(ctx)
	a := newApp(appID)
	var over atomic.Bool // the main loop has ended: whatever is still queued for it runs elsewhere, and must do nothing
	leave := func() {
		if over.Load() {
			return
		}
		if possible {
			systray.Quit() // Fyne takes the icon away only while a window has the focus
		}
		a.Quit()
	}
	d, err := newDesk(ctx, o, a, leave)
	if err != nil {
		l.Close()
		return complain(err)
	}
	if icon, ok := a.(desktop.App); ok && possible {
		d.tray = newTray(icon, systray.SetTooltip, d.do)
		systray.SetOnTapped(func() { ui.Later(func() { d.show(winDashboard) }) })
	}
	served := d.serve(ctx, l)
	if !shown { // nobody would see the icon
		d.options.Hidden = false
	}
	d.listen()
	d.start()
	a.Lifecycle().SetOnStarted(d.tire)
	d.loop()
	over.Store(true)
	d.close(d.session, false) // Fyne ends by itself on a signal
	cancel()
	<-served
	d.rest()
	return d.code
}

// channel is the name under which a desktop listens for a second start.
func channel(o Options) string { return local.Desktop(o.Getenv("STREAMTRAY_HOME")) }

// serve lets a second start show this one's window, and "streamtray quit" end it.
func (d *Desk) serve(ctx context.Context, l net.Listener) <-chan error {
	served := make(chan error, 1)
	hub := &app.Hub{}
	show := func() { ui.Later(func() { d.show(winDashboard) }) }
	quit := func() { ui.Later(func() { d.end(false) }) } // whatever the person chose for an end by hand: containers go on
	go func() {
		served <- (&remote.Server{Hub: hub, Keeper: &app.Agent{Hub: hub}, Show: show, Quit: quit}).Serve(ctx, l)
	}()
	return served
}

// showFirst has the desktop that runs already show its window.
func showFirst(ctx context.Context, o Options) int {
	c, err := local.Dial(ctx, channel(o))
	if err != nil {
		return complain(err)
	}
	first := remote.Attach(c)
	followed := make(chan error, 1)
	following, cancel := context.WithCancel(ctx)
	go func() { followed <- first.Follow(following) }()
	select {
	case <-first.Known(): // it listens: what is said now arrives
		letOthersComeForward()
		first.Show()
	case <-followed:
	}
	cancel()
	return 0
}

func complain(err error) int {
	fmt.Fprintln(os.Stderr, "streamtray:", err)
	return 1
}

// loop is the main loop, until it is left. Fyne 2.7 may get a move of the mouse for a window that it has just closed to
// end, and panics then: all that had to be done has been done by that time.
func (d *Desk) loop() {
	defer func() {
		if d.going {
			_ = recover()
		}
	}()
	d.app.Run()
}
