package desktop

import (
	"context"
	"errors"
	"path/filepath"
	"time"

	"streamtray/app/config"
	"streamtray/app/desktop/session"
	"streamtray/app/project"
	"streamtray/app/sample"
	"streamtray/app/settings"
	"streamtray/app/ui"
	"streamtray/internal/pause"
)

// projectOptions are how a project is opened here.
func (d *Desk) projectOptions(dir string) project.Options {
	o := d.options
	return project.Options{
		Dir: dir, Getenv: o.Getenv, Environ: o.Environ, Home: o.Home, Folders: d.folders, Settings: d.person, Self: o.Self,
	}
}

// openProject opens the project in dir: at once if the person trusts what it runs, else after they agreed. Where the app of
// another one runs, they are asked first whether that is to be stopped for it.
func (d *Desk) openProject(dir string, start bool) {
	if d.resets {
		d.tell(d.words.Text("ui.reset.busy", nil))
		return
	}
	d.unlessKept(func(first *session.Session) bool {
		if real, err := filepath.EvalSymlinks(dir); err == nil {
			return config.Root(real) == first.Project.Dir
		}
		return false
	}, func() { d.open(dir, start) })
}

// unlessKept goes on where no other project is kept here, or the person agrees that its app is stopped. same tells, off the
// main goroutine, whether the one that is kept is the one that is meant.
func (d *Desk) unlessKept(same func(first *session.Session) bool, goOn func()) {
	s := d.session
	if s == nil || s.Far || !s.Hub.State().Want.Up { // what another process keeps goes on
		goOn()
		return
	}
	d.work.Go(func() {
		is := same(s)
		ui.Later(func() {
			if is || d.session != s {
				goOn()
				return
			}
			d.gl.then(d, func(drawn bool) {
				if drawn {
					d.showThen(d.usual(), func(w *window) { d.askInstead(s, w, goOn) })
					return
				}
				d.tell(d.instead(s)) // nobody can be asked
				goOn()
			})
		})
	})
}

func (d *Desk) askInstead(s *session.Session, w *window, goOn func()) {
	say := func(id string) string { return d.words.Text(id, nil) }
	q := ui.Question{Title: say("ui.instead.head"), Text: d.instead(s), Answers: []string{say("ui.instead.open"), say("ui.cancel")}}
	ui.Ask(w.Canvas(), q, func(answer int) {
		if answer == 0 {
			goOn()
		}
	})
}

// instead says what becomes of a session's project when another one is opened.
func (d *Desk) instead(s *session.Session) string {
	id := "ui.instead.app"
	switch f := s.Facts(nil); {
	case f.Contained:
		id = "ui.instead.containers"
	case f.OwnKafka:
		id = "ui.instead.embedded"
	}
	return d.words.Text(id, map[string]any{"Project": s.Project.Title()})
}

// open opens the project in dir, whatever is kept.
func (d *Desk) open(dir string, start bool) {
	o, words := d.projectOptions(dir), d.words
	d.asked = dir
	d.work.Go(func() {
		p, err := project.Open(d.ctx, o)
		var several *project.Undecided
		if errors.As(err, &several) {
			ui.Later(func() { d.choose(several, start) })
			return
		}
		if err != nil {
			d.failed(err)
			return
		}
		if !p.Trusted() || len(p.Consent().Missing()) > 0 {
			ui.Later(func() { d.askTrust(p, card(p, words), start) })
			return
		}
		d.prepare(p, start)
	})
}

// failed says in the welcome why a project could not be opened.
func (d *Desk) failed(err error) {
	if d.ctx.Err() != nil {
		return
	}
	ui.Later(func() {
		d.complain(err)
		d.drop()
		d.ask(d.choice(err))
	})
}

// choose has the user choose the compose file of a project that has several, once, and opens it with that.
func (d *Desk) choose(u *project.Undecided, start bool) {
	names := make([]string, len(u.Found))
	for i, c := range u.Found {
		names[i] = u.Name(c)
	}
	folders := d.folders
	chosen := func(i int) {
		d.question = nil
		d.work.Go(func() {
			err := u.Choose(folders, u.Found[i])
			person, read := settings.Load(folders)
			if err = errors.Join(err, read); err != nil {
				d.failed(err)
				return
			}
			ui.Later(func() {
				d.person = person
				d.open(u.Dir, start)
			})
		})
	}
	d.put(nil, "ui.files.head", start, func(w *ui.Welcome) { w.ShowFiles(u.Dir, names, chosen) })
}

// askTrust shows what the project runs.
func (d *Desk) askTrust(p *project.Project, c ui.Card, start bool) {
	text := "ui.trust.head"
	if c.Changed {
		text = "ui.trust.changed"
	}
	d.put(p, text, start, func(w *ui.Welcome) { w.ShowCard(c) })
}

// put shows a question about a project, instead of the one before. A program that was started hidden
// waits to be looked at.
func (d *Desk) put(p *project.Project, text string, start bool, show func(*ui.Welcome)) {
	d.drop()
	d.pending, d.question = p, &question{show}
	if d.options.Hidden && !start && d.tray != nil && d.window == nil {
		d.tell(d.words.Text(text, nil))
		return
	}
	d.ask(show)
}

// drop forgets the project that is asked about.
func (d *Desk) drop() {
	if d.pending != nil {
		_ = d.pending.Close()
	}
	d.pending = nil
}

// keep opens a session for a project and makes it the one that is shown. One that is open already goes on as it is; if what
// it does was another plan, it ends before the new one begins.
func (d *Desk) keep(p *project.Project, start bool) {
	if s := d.kept.Load(); s != nil && s.Project.Dir == p.Dir && !s.Over() {
		if s.Project.Plan().Hash() == p.Plan().Hash() {
			_ = p.Close()
			ui.Later(func() {
				d.question = nil
				d.refresh()
				d.show(d.usual())
			})
			return
		}
		if err := s.Close(d.ctx); err != nil { // or the new one would take it for another process that keeps the project
			_ = p.Close()
			d.failed(err)
			return
		}
	}
	s, err := session.Open(d.ctx, p, func() { ui.Later(func() { d.show(d.usual()) }) })
	if err != nil {
		p.Close()
		d.failed(err)
		return
	}
	_ = settings.Change(d.folders, func(s *settings.Settings) { s.Opened(p.Dir) }) // only the list of recent ones lacks it
	s.Fresh = len(p.Usual()) == 0
	ui.Later(func() { d.adopt(s, start) })
}

// adopt shows a session instead of the one before.
func (d *Desk) adopt(s *session.Session, start bool) {
	if d.going {
		d.work.Go(func() { _ = s.Close(context.WithoutCancel(d.ctx)) })
		return
	}
	before := d.session
	d.session, d.notice = s, notice{last: s.Hub.State().Phase()}
	d.kept.Store(s)
	d.reread()
	if before != nil {
		d.work.Go(func() { _ = before.Close(context.WithoutCancel(d.ctx)) })
	}
	d.work.Go(func() { d.watch(s) })
	led := s.Fresh && start && !s.Far && !s.Hub.State().Want.Up
	d.question = nil
	if d.window != nil {
		d.window.again()
	}
	d.refresh()
	if led {
		d.lead(s)
		return
	}
	resume := d.resume()
	switch {
	case s.Hub.State().Want.Up:
	case resume != nil && resume.Dir == s.Project.Dir:
		s.Keeper.Start(resume.Streaming)
	case start:
		s.Keeper.Start(true)
	}
	if start || d.tray == nil {
		d.show(d.usual())
	}
}

// leaveOff notes what is wanted, for the next start to go on with.
func (d *Desk) leaveOff() {
	if d.going || d.session == nil || d.session.Far {
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
func (d *Desk) resume() *settings.Resume {
	r := d.person.Resume
	if r != nil {
		d.person.Resume = nil
		_ = settings.Change(d.folders, func(s *settings.Settings) { s.Resume = nil }) // it goes on once more then
	}
	return r
}

// begin starts a session's project as its files say now: where they say something else than when it was opened, it is
// opened anew, and the person is asked whether that may run.
func (d *Desk) begin(s *session.Session, streaming bool) {
	if d.resets {
		d.tell(d.words.Text("ui.reset.busy", nil))
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
			if d.session == s && !d.going {
				d.openProject(s.Project.Dir, true)
			}
		})
	})
}

// calm is the least pause between two looks of the tray at a state that moves.
const calm = 250 * time.Millisecond

// watch shows every change in the tray, until the session ends; one that another process kept is then opened anew.
func (d *Desk) watch(s *session.Session) {
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
					if d.session == s && !d.resets {
						d.openProject(s.Project.Dir, false)
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

// framesPerSecond is what the demo's camera sends.
const framesPerSecond = 10

// openDemo opens the project that needs nothing but this program, with a camera in front of its app.
func (d *Desk) openDemo() {
	d.unlessKept(func(first *session.Session) bool { return first.Demo }, d.openDemoNow)
}

func (d *Desk) openDemoNow() {
	o := d.projectOptions("")
	verb := d.options.Sample
	d.work.Go(func() {
		p, err := project.Demo(d.ctx, o, verb)
		if err != nil {
			d.failed(err)
			return
		}
		s, err := session.Open(d.ctx, p, nil)
		if err != nil {
			p.Close()
			d.failed(err)
			return
		}
		s.Demo = true
		s.Go(func() {
			for s.Life().Err() == nil {
				_ = sample.Camera(s.Life(), p.DemoSocket(), framesPerSecond, func(sample.Count) {}) // an app that is not there yet is filmed later
				pause.For(s.Life(), time.Second)
			}
		})
		ui.Later(func() { d.adopt(s, true) })
	})
}
