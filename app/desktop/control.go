package desktop

import (
	"context"
	"time"

	"streamtray/app/desktop/session"
	"streamtray/app/project"
	"streamtray/app/settings"
	"streamtray/app/ui"
	"streamtray/app/view"
	"streamtray/internal/pause"
)

// control starts and stops what is kept of the project, and replaces it when another one is opened.
type control struct{ desk *Desk }

// calm is the least pause between two looks of the tray at a state that moves.
const calm = 250 * time.Millisecond

// canaryWithin bounds the round trip of a test record.
const canaryWithin = 30 * time.Second

func (c *control) do(s *session.Session, a view.Act, arg string) {
	d := c.desk
	switch a {
	case view.ActStart:
		c.begin(s, !s.Plain.Load())
	case view.ActStop:
		s.Keeper.Stop()
	case view.ActStopEverything:
		s.Keeper.StopEverything()
	case view.ActStreamingOn, view.ActStreamingOff:
		c.toggle(s, a == view.ActStreamingOn)
	case view.ActRestart:
		if arg != "" {
			s.Keeper.RestartStep(arg)
			return
		}
		s.Keeper.Restart()
	case view.ActMend:
		d.remedies.mend(s, arg)
	case view.ActCanary:
		c.canary(s)
	case view.ActCopyAddress:
		if b := s.Bootstrap(); len(b) > 0 {
			d.outside.copy(b[0])
		}
	case view.ActCopyPowerShell:
		d.outside.copy(s.Environment(session.PowerShell))
	case view.ActCopyBash:
		d.outside.copy(s.Environment(session.Bash))
	}
}

// toggle turns streaming: now, or, while nothing is kept, for the next start.
func (c *control) toggle(s *session.Session, on bool) {
	s.Plain.Store(!on)
	if s.Hub.State().Want.Up {
		s.Keeper.Toggle(on)
		return
	}
	c.desk.refresh()
}

func (c *control) canary(s *session.Session) {
	d := c.desk
	d.work.Go(func() {
		ctx, cancel := context.WithTimeout(s.Life(), canaryWithin)
		defer cancel()
		note, err := s.Project.Canary(ctx)
		if s.Life().Err() != nil {
			return
		}
		ui.Later(func() {
			if err != nil {
				text, _ := d.words.Error(err)
				d.notifier.tell(text)
				return
			}
			d.notifier.tell(d.words.Text(note.ID, note.Args))
		})
	})
}

// mended goes on after something was done about a failure.
func (c *control) mended(s *session.Session, err error) {
	if err != nil {
		c.desk.notifier.saidNo(s, err)
		return
	}
	c.again(s)
}

// again has what is wished tried again.
func (c *control) again(s *session.Session) { c.begin(s, s.Hub.State().Want.Streaming) }

// keep opens a session for a project and makes it the one that is shown. One that is open already goes on as it is; if what
// it does was another plan, it ends before the new one begins.
func (c *control) keep(p *project.Project, start bool) {
	d := c.desk
	if s := d.kept.Load(); s != nil && s.Project.Dir == p.Dir && !s.Over() {
		if s.Project.Plan().Hash() == p.Plan().Hash() {
			_ = p.Close()
			ui.Later(func() {
				d.welcomer.question = nil
				d.refresh()
				d.screen.open()
			})
			return
		}
		if err := s.Close(d.ctx); err != nil { // or the new one would take it for another process that keeps the project
			_ = p.Close()
			d.opener.failed(err)
			return
		}
	}
	s, err := session.Open(d.ctx, p, func() { ui.Later(func() { d.screen.open() }) })
	if err != nil {
		p.Close()
		d.opener.failed(err)
		return
	}
	_ = settings.Change(d.folders, func(s *settings.Settings) { s.Opened(p.Dir) }) // only the list of recent ones lacks it
	s.Fresh = len(p.Usual()) == 0
	ui.Later(func() { c.adopt(s, start) })
}

// adopt shows a session instead of the one before.
func (c *control) adopt(s *session.Session, start bool) {
	d := c.desk
	if d.ending.going {
		d.work.Go(func() { _ = s.Close(context.WithoutCancel(d.ctx)) })
		return
	}
	before := d.session
	d.session, d.notifier.last = s, notice{last: s.Hub.State().Phase()}
	d.kept.Store(s)
	d.reread()
	if before != nil {
		d.work.Go(func() { _ = before.Close(context.WithoutCancel(d.ctx)) })
	}
	d.work.Go(func() { c.watch(s) })
	led := s.Fresh && start && !s.Far && !s.Hub.State().Want.Up
	d.welcomer.question = nil
	if d.screen.window != nil {
		d.screen.window.again()
	}
	d.refresh()
	if led {
		lead(d, s)
		return
	}
	resume := c.resume()
	switch {
	case s.Hub.State().Want.Up:
	case resume != nil && resume.Dir == s.Project.Dir:
		s.Keeper.Start(resume.Streaming)
	case start:
		s.Keeper.Start(true)
	}
	if start || d.tray == nil {
		d.screen.open()
	}
}

// leaveOff notes what is wanted, for the next start to go on with.
func (c *control) leaveOff() {
	d := c.desk
	if d.ending.going || d.session == nil || d.session.Far {
		return
	}
	want := d.session.Hub.State().Want
	if !want.Up {
		return
	}
	note := &settings.Resume{Dir: d.session.Project.Dir, Streaming: want.Streaming}
	_ = settings.Change(d.folders, func(s *settings.Settings) { s.Resume = note }) // the next start waits for the person then
}

// resume is what the start before left off, once.
func (c *control) resume() *settings.Resume {
	d := c.desk
	r := d.person.Resume
	if r != nil {
		d.person.Resume = nil
		_ = settings.Change(d.folders, func(s *settings.Settings) { s.Resume = nil }) // it goes on once more then
	}
	return r
}

// begin starts a session's project as its files say now: where they say something else than when it was opened, it is
// opened anew, and the person is asked whether that may run.
func (c *control) begin(s *session.Session, streaming bool) {
	d := c.desk
	if d.resetter.busy {
		d.notifier.tell(d.words.Text("ui.reset.busy", nil))
		return
	}
	if s.Far || s.Demo { // another process looks by itself; the demo has no files
		s.Keeper.Start(streaming)
		return
	}
	d.work.Go(func() {
		if s.Project.Unchanged(s.Life()) {
			s.Keeper.Start(streaming)
			return
		}
		ui.Later(func() {
			if d.session == s && !d.ending.going {
				d.opener.open(s.Project.Dir, true)
			}
		})
	})
}

// watch shows every change in the tray, until the session ends; one that another process kept is then opened anew.
func (c *control) watch(s *session.Session) {
	d := c.desk
	states := s.Hub.Watch(s.Life())
	for {
		select {
		case state, open := <-states:
			if !open {
				return
			}
			if s.Far {
				s.Project.Learn(state)
			}
		case <-s.Keeper.Ended():
			if s.Far && s.Life().Err() == nil {
				ui.Later(func() {
					if d.session == s && !d.resetter.busy {
						d.opener.open(s.Project.Dir, false)
					}
				})
			}
			return
		}
		ui.Later(func() {
			if d.session == s {
				d.refresh()
			}
		})
		pause.For(s.Life(), calm)
	}
}
