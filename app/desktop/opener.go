package desktop

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"time"

	"streamtray/app/config"
	"streamtray/app/desktop/session"
	"streamtray/app/desktop/trustcard"
	"streamtray/app/doctor"
	"streamtray/app/project"
	"streamtray/app/sample"
	"streamtray/app/settings"
	"streamtray/app/ui"
	"streamtray/internal/pause"
)

// opener opens projects: what is asked on the way is the welcomer's, and the end of it the control's.
type opener struct {
	desk  *Desk
	asked string // the folder that was to be opened last, whatever came of it
}

// framesPerSecond is what the demo's camera sends.
const framesPerSecond = 10

// meant is the project that is looked at: the one that is shown, or about which something is asked, or that could not be
// opened, or the last.
func (op *opener) meant() project.Options {
	d := op.desk
	switch {
	case d.session != nil:
		return op.options(d.session.Project.Dir)
	case d.welcomer.pending != nil:
		return op.options(d.welcomer.pending.Dir)
	case op.asked != "":
		return op.options(op.asked)
	case len(d.person.Recent) > 0:
		return op.options(d.person.Recent[0])
	}
	return op.options("")
}

// subject opens, off the main goroutine, what is looked at, with what is known of it.
func (op *opener) subject() func(context.Context) *doctor.Subject {
	o, s := op.meant(), op.desk.session
	return func(ctx context.Context) *doctor.Subject {
		var subject *doctor.Subject
		if s != nil && s.Demo {
			subject = doctor.Examine(o, s.Project)
		} else {
			subject = doctor.Open(ctx, o)
		}
		if s != nil {
			subject.Learn(s.Hub.State())
		}
		return subject
	}
}

// options are how a project is opened here.
func (op *opener) options(dir string) project.Options {
	d := op.desk
	o := d.options
	return project.Options{
		Dir: dir, Getenv: o.Getenv, Environ: o.Environ, Home: o.Home, Folders: d.folders, Settings: d.person, Self: o.Self,
	}
}

// open opens the project in dir: at once if the person trusts what it runs, else after they agreed. Where the app of
// another one runs, they are asked first whether that is to be stopped for it.
func (op *opener) open(dir string, start bool) {
	d := op.desk
	if d.resetter.busy {
		d.notifier.tell(d.words.Text("ui.reset.busy", nil))
		return
	}
	op.unlessKept(func(first *session.Session) bool {
		if real, err := filepath.EvalSymlinks(dir); err == nil {
			return config.Root(real) == first.Project.Dir
		}
		return false
	}, func() { op.openAnyway(dir, start) })
}

// unlessKept goes on where no other project is kept here, or the person agrees that its app is stopped. same tells, off the
// main goroutine, whether the one that is kept is the one that is meant.
func (op *opener) unlessKept(same func(first *session.Session) bool, goOn func()) {
	d := op.desk
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
			d.screen.gl.Then(func(drawn bool) {
				if drawn {
					d.screen.with(func(w *window) { op.askInstead(s, w, goOn) })
					return
				}
				d.notifier.tell(op.instead(s)) // nobody can be asked
				goOn()
			})
		})
	})
}

func (op *opener) askInstead(s *session.Session, w *window, goOn func()) {
	say := func(id string) string { return op.desk.words.Text(id, nil) }
	q := ui.Question{Title: say("ui.instead.head"), Text: op.instead(s), Answers: []string{say("ui.instead.open"), say("ui.cancel")}}
	ui.Ask(w.Canvas(), q, func(answer int) {
		if answer == 0 {
			goOn()
		}
	})
}

// instead says what becomes of a session's project when another one is opened.
func (op *opener) instead(s *session.Session) string {
	id := "ui.instead.app"
	switch f := s.Facts(nil); {
	case f.Contained:
		id = "ui.instead.containers"
	case f.OwnKafka:
		id = "ui.instead.embedded"
	}
	return op.desk.words.Text(id, map[string]any{"Project": s.Project.Title(), "Kept": s.Project.KeepsRecords()})
}

// openAnyway opens the project in dir, whatever is kept.
func (op *opener) openAnyway(dir string, start bool) {
	d := op.desk
	o, words := op.options(dir), d.words
	op.asked = dir
	d.work.Go(func() {
		p, err := project.Open(d.ctx, o)
		var several *project.Undecided
		if errors.As(err, &several) {
			ui.Later(func() { op.choose(several, start) })
			return
		}
		if err != nil {
			op.failed(err)
			return
		}
		if !p.Trusted() || len(p.Consent().Missing()) > 0 {
			ui.Later(func() { d.welcomer.askTrust(p, trustcard.Of(p, words), start) })
			return
		}
		op.prepare(p, start)
	})
}

// failed says in the welcome why a project could not be opened.
func (op *opener) failed(err error) {
	d := op.desk
	if d.ctx.Err() != nil {
		return
	}
	ui.Later(func() {
		d.notifier.complain(err)
		d.welcomer.drop()
		d.welcomer.ask("", d.welcomer.choice(err))
	})
}

// choose has the user choose the compose file of a project that has several, once, and opens it with that.
func (op *opener) choose(u *project.Undecided, start bool) {
	d := op.desk
	names := make([]string, len(u.Found))
	for i, c := range u.Found {
		names[i] = u.Name(c)
	}
	folders := d.folders
	chosen := func(i int) {
		d.welcomer.question = nil
		d.work.Go(func() {
			err := u.Choose(folders, u.Found[i])
			person, read := settings.Load(folders)
			if err = errors.Join(err, read); err != nil {
				op.failed(err)
				return
			}
			ui.Later(func() {
				d.person = person
				op.openAnyway(u.Dir, start)
			})
		})
	}
	d.welcomer.put(nil, "ui.files.head", start, func(w *ui.Welcome) { w.ShowFiles(u.Dir, names, chosen) })
}

// openDemo opens the project that needs nothing but this program, with a camera in front of its app.
func (op *opener) openDemo() {
	op.unlessKept(func(first *session.Session) bool { return first.Demo }, op.openDemoNow)
}

func (op *opener) openDemoNow() {
	d := op.desk
	o := op.options("")
	verb := d.options.Sample
	d.work.Go(func() {
		p, err := project.Demo(d.ctx, o, verb)
		if err != nil {
			op.failed(err)
			return
		}
		s, err := session.Open(d.ctx, p, nil)
		if err != nil {
			p.Close()
			op.failed(err)
			return
		}
		s.Demo = true
		s.Go(func() {
			for s.Life().Err() == nil {
				_ = sample.Camera(s.Life(), p.DemoSocket(), framesPerSecond, func(sample.Count) {}) // an app that is not there yet is filmed later
				pause.For(s.Life(), time.Second)
			}
		})
		ui.Later(func() { d.control.adopt(s, true) })
	})
}

// prepare keeps a trusted project. One that is to be started and has no Python environment yet is first offered one, as the
// terminal does.
func (op *opener) prepare(p *project.Project, start bool) {
	d := op.desk
	setup, missing := p.Setup()
	if kept := d.kept.Load(); !missing || !start || kept != nil && kept.Project.Dir == p.Dir && !kept.Over() {
		d.control.keep(p, start)
		return
	}
	ui.Later(func() { op.askSetUp(&setter{desk: d, project: p, setup: setup}, start) })
}

func (op *opener) askSetUp(s *setter, start bool) {
	op.desk.welcomer.put(s.project, s.head(), start, func(w *ui.Welcome) { w.ShowSetup(s.view(), s.do) })
}

// offerSetUp asks whether the commands that a check found to be missing are to be run.
func (op *opener) offerSetUp(found []doctor.Result) {
	d := op.desk
	i := slices.IndexFunc(found, func(r doctor.Result) bool { return r.Action == doctor.SetUp })
	if i < 0 {
		return // it is looked at again by now
	}
	o := op.meant()
	d.work.Go(func() {
		p, err := project.Open(d.ctx, o)
		if err != nil {
			op.failed(err)
			return
		}
		if !p.Trusted() {
			ui.Later(func() { d.welcomer.askTrust(p, trustcard.Of(p, d.words), true) })
			return
		}
		_, missing := p.Setup()
		ui.Later(func() { op.askSetUp(&setter{desk: d, project: p, setup: found[i].Setup, there: !missing}, true) })
	})
}
