package desktop

import (
	"context"
	"errors"
	"net"
	"os"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/systray"

	"streamtray/app"
	"streamtray/app/agentrpc"
	"streamtray/app/desktop/platform"
	"streamtray/app/desktop/tray"
	"streamtray/app/i18n"
	"streamtray/app/settings"
	"streamtray/app/ui"
	"streamtray/internal/pause"
	"streamtray/internal/usererr"
)

// collectAt has the memory collected when it has grown by half: the program stays all day and works little, so a small
// heap is worth more than the time of collecting it.
const collectAt = 50

// RunOn is Run on an app that newApp makes.
func RunOn(ctx context.Context, o Options, newApp func(id string) fyne.App) int {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	l, err := claim(ctx, o)
	if err != nil {
		return complain(o, err)
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
		return complain(o, err)
	}
	if icon, ok := a.(tray.Icon); ok && possible {
		d.tray = tray.New(icon, systray.SetTooltip, d.do)
		systray.SetOnTapped(func() { ui.Later(func() { d.show(d.usual()) }) })
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
	if d.tray != nil {
		d.tray.Sweep()
	}
	return d.code
}

// claim makes this process the user's one desktop, which listens on l. l is nil where another one is it already, which
// then shows its window; one that does not answer is an error, unless the user has it ended.
func claim(ctx context.Context, o Options) (l net.Listener, err error) {
	folders, err := settings.Find(o.Getenv)
	if err != nil {
		return nil, err
	}
	channel := agentrpc.Desktop(o.Getenv("STREAMTRAY_HOME"), folders.Data)
	for last := time.Now().Add(agentrpc.AnswerWithin); ; pause.For(ctx, claimAgain) {
		l, err := channel.Listen()
		if !errors.Is(err, agentrpc.ErrTaken) {
			return l, err
		}
		first, err := agentrpc.Join(ctx, channel, agentrpc.AnswerWithin)
		switch pid, silent := agentrpc.Silent(err); {
		case err == nil: // it listens: what is said now arrives
			platform.LetOthersComeForward()
			first.Far.Show()
			return nil, nil //nolint:nilnil // there is nothing left to do, as promised
		case silent:
			if err := endSilent(o, pid, err); err != nil {
				return nil, err
			}
			last = time.Now().Add(agentrpc.AnswerWithin)
		case !errors.Is(err, agentrpc.ErrNobody) || ctx.Err() != nil:
			return nil, err
		case time.Now().After(last): // it has the name, and cannot be reached
			return nil, usererr.New("agentrpc.held", nil, err)
		}
	}
}

// claimAgain is the pause before a process is looked for again that is about to listen, or about to end.
const claimAgain = 10 * time.Millisecond

// errAnswered is what is left of an error about which the user was asked.
var errAnswered = errors.New("the user was asked")

// endSilent ends the process that does not answer if the user agrees, and gives why it did not else.
func endSilent(o Options, pid int, silent error) error {
	end, asked := platform.Confirm(describe(o, silent, "agentrpc.silent.ask"))
	if !asked {
		return silent
	}
	if !end {
		return errAnswered
	}
	p, err := os.FindProcess(pid)
	if err == nil {
		err = p.Kill()
	}
	if err != nil {
		return errors.Join(silent, err)
	}
	return nil
}

// serve lets a second start show this one's window, and "streamtray quit" end it.
func (d *Desk) serve(ctx context.Context, l net.Listener) <-chan error {
	served := make(chan error, 1)
	hub := &app.Hub{}
	show := func() { ui.Later(func() { d.show(d.usual()) }) }
	quit := func(resume bool) { // whatever the person chose for an end by hand: containers go on
		ui.Later(func() {
			if resume {
				d.leaveOff()
			}
			d.end(false)
		})
	}
	go func() {
		served <- (&agentrpc.Server{Hub: hub, Keeper: &app.Agent{Hub: hub}, Show: show, Quit: quit}).Serve(ctx, l)
	}()
	return served
}

// complain tells why the desktop does not start, in the user's language.
func complain(o Options, err error) int {
	if !errors.Is(err, errAnswered) {
		platform.ShowError(describe(o, err, ""))
	}
	return 1
}

// describe is an error with what to do about it, or, if there is one, with a question. Before there is a window, the person's
// choices may not be known either.
func describe(o Options, err error, question string) string {
	lang := o.Getenv("STREAMTRAY_LANG")
	if folders, e := settings.Find(o.Getenv); e == nil {
		if person, e := settings.Load(folders); e == nil && person.Language != "" {
			lang = person.Language
		}
	}
	words, e := i18n.New(lang)
	if e != nil {
		return err.Error()
	}
	text, hint := words.Error(err)
	if question != "" {
		hint = words.Text(question, nil)
	}
	return strings.TrimSpace(text + "\n" + hint)
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
