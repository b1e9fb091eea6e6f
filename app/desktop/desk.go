package desktop

import (
	"context"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"fyne.io/fyne/v2"

	"streamtray/app"
	"streamtray/app/desktop/platform"
	"streamtray/app/desktop/session"
	"streamtray/app/desktop/tray"
	"streamtray/app/i18n"
	"streamtray/app/project"
	"streamtray/app/settings"
	"streamtray/app/ui"
	"streamtray/app/view"
	"streamtray/internal/termtext"
)

// Desk is StreamTray on a desktop. Its fields belong to the main goroutine.
type Desk struct {
	options Options
	app     fyne.App
	tray    *tray.Tray // nil: none is possible here
	folders settings.Folders
	person  settings.Settings
	words   *i18n.Words

	session  *session.Session                // nil: no project is open
	kept     atomic.Pointer[session.Session] // the same, for who is not on the main goroutine
	system   platform.System
	pending  *project.Project // that question is about, opened; nil: none is
	asked    string           // the folder that was to be opened last, whatever came of it
	question *question        // shown in the overview's place until it is answered; nil: none
	window   *window          // nil: it is closed
	gl       graphics
	notice   notice
	resets   bool // a project's Kafka is being reset: nothing is begun
	front    bool // one of our windows has the focus
	dozing   bool // see doze

	ctx    context.Context //nolint:containedctx // the program's life
	cancel context.CancelFunc
	work   sync.WaitGroup
	leave  func() // ends the main loop
	going  bool   // it is being ended
	code   int
}

// question is what the person is asked. Each is one of its own: who asked one knows by it whether another took its place.
type question struct{ show func(*ui.Welcome) }

// newDesk reads the person's settings. leave ends the main loop; it is called on the main goroutine.
func newDesk(ctx context.Context, o Options, a fyne.App, leave func()) (*Desk, error) {
	folders, err := settings.Find(o.Getenv)
	if err != nil {
		return nil, err
	}
	person, err := settings.Load(folders)
	if err != nil {
		return nil, err
	}
	d := &Desk{options: o, app: a, folders: folders, person: person, leave: leave}
	if d.words, err = i18n.New(d.language()); err != nil {
		return nil, err
	}
	d.ctx, d.cancel = context.WithCancel(ctx)
	d.gl.self = o.Self
	a.Settings().SetTheme(ui.Themes(person.Theme))
	a.Lifecycle().SetOnEnteredForeground(func() { d.front = true })
	a.Lifecycle().SetOnExitedForeground(func() { d.front = false })
	return d, nil
}

// language is what the person chose, or the caller for this run; empty: the system's.
func (d *Desk) language() string {
	if d.person.Language != "" {
		return d.person.Language
	}
	return d.options.Getenv("STREAMTRAY_LANG")
}

// start opens what there is to open.
func (d *Desk) start() {
	d.refresh()
	if d.person.Notice != nil {
		text, hint := d.words.Error(d.person.Notice)
		d.tell(text + " " + hint)
	}
	dir := d.options.Dir
	if r := d.person.Resume; r != nil && dir == "" && !d.options.Demo {
		dir = r.Dir
	}
	if dir == "" && len(d.person.Recent) > 0 {
		dir = d.person.Recent[0]
	}
	switch {
	case d.options.Demo:
		d.openDemo()
	case dir != "":
		d.openProject(dir, !d.options.Hidden)
	case !d.options.Hidden || d.tray == nil:
		d.show(view.PageOverview)
	}
}

// refresh shows the state in the tray, and tells what is worth telling.
func (d *Desk) refresh() {
	var s app.State
	var facts view.Facts
	recent := places(d.person)
	if d.session != nil {
		s, facts = d.session.Hub.State(), d.session.Facts(recent)
	} else {
		facts.Recent = recent
	}
	if d.tray != nil {
		d.tray.Show(view.MenuOf(s, facts, d.words, time.Now()))
	}
	if d.session == nil {
		return
	}
	if text, ok := d.notice.of(s, d.words); ok && !d.looking() {
		d.tell(text)
	}
}

// looking reports whether the user sees the window anyway.
func (d *Desk) looking() bool { return d.front && d.window != nil }

// tell shows a notification, unless the person wants none.
func (d *Desk) tell(text string) {
	if d.person.Quiet {
		return
	}
	title := "StreamTray"
	if d.session != nil {
		title += " · " + d.session.Project.Title()
	}
	d.work.Go(func() { _ = d.system.Notify(d.ctx, title, text) }) // a desktop without notifications has the tray
}

// do carries out what the user chose. It never waits.
func (d *Desk) do(a view.Act, arg string) {
	switch a {
	case view.ActQuit:
		d.quit(arg)
	case view.ActOverview, view.ActTopics, view.ActDiagnose, view.ActSettings:
		d.show(view.Page(a))
	case view.ActLogs:
		d.showLogs(arg)
	case view.ActOpen:
		d.ask(d.choice(nil))
	case view.ActProject:
		d.openProject(arg, true)
	case view.ActOpenFile:
		d.openFile(arg)
	case view.ActLogFolder:
		d.showLogFolder()
	case view.ActBrowse:
		if s := d.session; arg == "" && s != nil {
			arg = s.Project.Config.App.Ready.HTTP
		}
		d.browse(arg)
	default:
		if d.session == nil {
			d.show(view.PageOverview)
			return
		}
		d.doInSession(d.session, a, arg)
	}
}

func (d *Desk) doInSession(s *session.Session, a view.Act, arg string) {
	switch a {
	case view.ActStart:
		d.begin(s, !s.Plain.Load())
	case view.ActStop:
		s.Keeper.Stop()
	case view.ActStopEverything:
		s.Keeper.StopEverything()
	case view.ActStreamingOn, view.ActStreamingOff:
		d.toggle(s, a == view.ActStreamingOn)
	case view.ActRestart:
		if arg != "" {
			s.Keeper.RestartStep(arg)
			return
		}
		s.Keeper.Restart()
	case view.ActMend:
		d.mend(s, arg)
	case view.ActCanary:
		d.canary(s)
	case view.ActCopyAddress:
		if b := s.Bootstrap(); len(b) > 0 {
			d.copy(b[0])
		}
	case view.ActCopyPowerShell:
		d.copy(s.Environment(session.PowerShell))
	case view.ActCopyBash:
		d.copy(s.Environment(session.Bash))
	}
}

// toggle turns streaming: now, or, while nothing is kept, for the next start.
func (d *Desk) toggle(s *session.Session, on bool) {
	s.Plain.Store(!on)
	if s.Hub.State().Want.Up {
		s.Keeper.Toggle(on)
		return
	}
	d.refresh()
}

func (d *Desk) browse(page string) {
	u, err := url.Parse(page)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" {
		return
	}
	if err := d.app.OpenURL(u); err != nil {
		d.tell(page) // no browser could be started: here is the address
	}
}

func (d *Desk) copy(text string) { d.app.Clipboard().SetContent(termtext.Clean(text)) }

// canaryWithin bounds the round trip of a test record.
const canaryWithin = 30 * time.Second

func (d *Desk) canary(s *session.Session) {
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
				d.tell(text)
				return
			}
			d.tell(d.words.Text(note.ID, note.Args))
		})
	})
}
