package desktop

import (
	"context"
	"net"
	"runtime/debug"
	"sync/atomic"

	"fyne.io/fyne/v2"
	"fyne.io/systray"

	"streamtray/app"
	"streamtray/app/agentrpc"
	"streamtray/app/desktop/instance"
	"streamtray/app/desktop/platform"
	"streamtray/app/desktop/tray"
	"streamtray/app/ui"
)

// collectAt has the memory collected when it has grown by half: the program stays all day and works little, so a small
// heap is worth more than the time of collecting it.
const collectAt = 50

// RunOn is Run on an app that newApp makes.
func RunOn(ctx context.Context, o Options, newApp func(id string) fyne.App) int {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	l, err := instance.Claim(ctx, o.Getenv)
	if err != nil {
		return instance.Complain(o.Getenv, err)
	}
	if l == nil {
		return 0
	}
	platform.Identify()
	if o.Getenv("GOGC") == "" {
		debug.SetGCPercent(collectAt)
	}
	possible, shown := platform.TrayHost(ctx)
	a := newApp(platform.AppID)
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
		return instance.Complain(o.Getenv, err)
	}
	if icon, ok := a.(tray.Icon); ok && possible {
		d.tray = tray.New(icon, systray.SetTooltip, d.do)
		systray.SetOnTapped(func() { ui.Later(func() { d.screen.open() }) })
	}
	served := d.serve(ctx, l)
	if !shown { // nobody would see the icon
		d.options.Hidden = false
	}
	d.listen()
	d.start()
	a.Lifecycle().SetOnStarted(d.screen.tire)
	d.loop()
	over.Store(true)
	d.ending.close(d.session, false) // Fyne ends by itself on a signal
	cancel()
	<-served
	d.ending.rest()
	if d.tray != nil {
		d.tray.Sweep()
	}
	return d.ending.code
}

// serve lets a second start show this one's window, and "streamtray quit" end it.
func (d *Desk) serve(ctx context.Context, l net.Listener) <-chan error {
	served := make(chan error, 1)
	hub := &app.Hub{}
	show := func() { ui.Later(func() { d.screen.open() }) }
	quit := func(resume bool) { // whatever the person chose for an end by hand: containers go on
		ui.Later(func() {
			if resume {
				d.control.leaveOff()
			}
			d.ending.end(false)
		})
	}
	go func() {
		served <- (&agentrpc.Server{Hub: hub, Keeper: &app.Agent{Hub: hub}, Show: show, Quit: quit}).Serve(ctx, l)
	}()
	return served
}

// loop is the main loop, until it is left. Fyne 2.7 may get a move of the mouse for a window that it has just closed to
// end, and panics then: all that had to be done has been done by that time.
func (d *Desk) loop() {
	defer func() {
		if d.ending.going {
			_ = recover()
		}
	}()
	d.app.Run()
}
