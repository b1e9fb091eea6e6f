package desktop

import (
	"context"
	"time"

	"fyne.io/fyne/v2/dialog"

	"streamtray/app"
	"streamtray/app/ui"
)

// Bounds of the end. The app gets most of the time to stop by itself; what hangs then is left, and the process ends.
const (
	closeWithin = 4 * time.Second
	quitWithin  = 5 * time.Second
	// stopWithin is the bound when the user wants the containers stopped as well.
	stopWithin = 40 * time.Second
)

// quit ends the program as the person chose: with Kafka left running, or with all of it stopped, or asking now.
func (d *Desk) quit() {
	if d.going {
		return
	}
	switch {
	case d.session == nil || d.session.far || d.person.OnQuit != "stop" && d.person.OnQuit != "ask":
		d.end(false)
	case d.person.OnQuit == "stop":
		d.end(true)
	default:
		d.showThen(winDashboard, func(w *window) {
			ask := dialog.NewConfirm(d.words.Text("ui.settings.quit", nil), d.words.Text("ui.quit.ask", nil), d.end, w)
			ask.SetConfirmText(d.words.Text("ui.settings.quit.stop", nil))
			ask.SetDismissText(d.words.Text("ui.settings.quit.keep", nil))
			ask.Show()
		})
	}
}

// end stops what this process keeps and then ends the main loop. Whatever hangs, the process ends in time.
func (d *Desk) end(everything bool) {
	if d.going {
		return
	}
	d.going = true
	limit := quitWithin
	if everything {
		limit += stopWithin
	}
	time.AfterFunc(limit, func() { d.options.Exit(1) })
	s := d.session
	go func() { // not in d.work: the end waits for that
		d.close(s, everything)
		ui.Later(d.leave)
	}()
}

// close stops a session, and with everything its containers first.
func (d *Desk) close(s *session, everything bool) {
	if s == nil {
		d.cancel()
		return
	}
	if everything {
		d.stopEverything(s)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(d.ctx), closeWithin)
	defer cancel()
	d.cancel() // ends what feeds the windows too
	if s.close(ctx) != nil {
		d.code = 1 // the caller reads it after the main loop, which ends after this
	}
}

// rest waits for what this process started and has been told to end.
func (d *Desk) rest() {
	all := make(chan struct{})
	go func() {
		d.work.Wait()
		close(all)
	}()
	select {
	case <-all:
	case <-time.After(quitWithin - closeWithin):
	}
}

func (d *Desk) stopEverything(s *session) {
	ctx, cancel := context.WithTimeout(d.ctx, stopWithin)
	defer cancel()
	states := s.hub.Watch(ctx)
	s.keeper.StopEverything()
	for st := range states {
		if !st.Want.Up && st.Plan == st.Want && (st.Phase() == app.Stopped || st.Phase() == app.PhaseFailed) {
			return
		}
	}
}
