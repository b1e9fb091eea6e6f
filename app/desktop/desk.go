package desktop

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"fyne.io/fyne/v2"

	"streamtray/app"
	"streamtray/app/desktop/opengl"
	"streamtray/app/desktop/platform"
	"streamtray/app/desktop/session"
	"streamtray/app/desktop/tray"
	"streamtray/app/i18n"
	"streamtray/app/settings"
	"streamtray/app/ui"
	"streamtray/app/view"
)

// Desk is StreamTray on a desktop: what all of its parts share, and the parts, each with what it alone changes. The fields of
// all belong to the main goroutine.
type Desk struct {
	options Options
	app     fyne.App
	tray    *tray.Tray // nil: none is possible here
	folders settings.Folders
	person  settings.Settings
	words   *i18n.Words

	recent  atomic.Pointer[[]view.Place]    // the projects that were opened last
	session *session.Session                // nil: no project is open
	kept    atomic.Pointer[session.Session] // the same, for who is not on the main goroutine
	system  platform.System

	opener   opener
	welcomer welcomer
	control  control
	screen   screen
	outside  outside
	remedies remedies
	resetter resetter
	notifier notifier
	ending   ending

	ctx    context.Context //nolint:containedctx // the program's life
	cancel context.CancelFunc
	work   sync.WaitGroup
}

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
	d := assemble(&Desk{options: o, app: a, folders: folders, person: person})
	d.ending.leave = leave
	if d.words, err = i18n.New(d.language()); err != nil {
		return nil, err
	}
	d.ctx, d.cancel = context.WithCancel(ctx)
	d.screen.gl = opengl.New(d.ctx, &d.work, o.Self)
	a.Settings().SetTheme(ui.Themes(person.Theme).In(d.words.Lang()))
	a.Lifecycle().SetOnEnteredForeground(func() {
		d.screen.front = true
		if w := d.screen.window; w != nil {
			w.wake()
		}
	})
	a.Lifecycle().SetOnExitedForeground(func() { d.screen.front = false })
	return d, nil
}

// assemble makes a desk's parts known to each other.
func assemble(d *Desk) *Desk {
	d.opener.desk, d.welcomer.desk, d.control.desk, d.screen.desk, d.outside.desk = d, d, d, d, d
	d.remedies.desk, d.resetter.desk, d.notifier.desk, d.ending.desk = d, d, d, d
	return d
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
	d.lookForRecent()
	d.refresh()
	if d.person.Notice != nil {
		text, hint := d.words.Error(d.person.Notice)
		d.notifier.tell(text + " " + hint)
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
		d.opener.openDemo()
	case dir != "":
		d.opener.open(dir, !d.options.Hidden)
	case !d.options.Hidden || d.tray == nil:
		d.screen.show(view.PageOverview)
	}
}

// refresh shows the state in the tray, and tells what is worth telling.
func (d *Desk) refresh() {
	var s app.State
	var facts view.Facts
	recent := d.places()
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
	if text, ok := d.notifier.last.of(s, d.words); ok && !d.screen.looking() {
		d.notifier.tell(text)
	}
}

// do carries out what the user chose. It never waits.
func (d *Desk) do(a view.Act, arg string) {
	switch a {
	case view.ActQuit:
		d.ending.quit(arg)
	case view.ActOverview, view.ActTopics, view.ActDiagnose, view.ActSettings:
		d.screen.show(view.Page(a))
	case view.ActLogs:
		d.screen.showLogs(arg)
	case view.ActOpen:
		d.welcomer.ask("", d.welcomer.choice(nil))
	case view.ActProject:
		d.opener.open(arg, true)
	case view.ActOpenFile:
		d.outside.openFile(arg)
	case view.ActLogFolder:
		d.outside.showLogFolder()
	case view.ActBrowse:
		if s := d.session; arg == "" && s != nil {
			arg = s.Project.Config.App.Ready.HTTP
		}
		d.outside.browse(arg)
	default:
		if d.session == nil {
			d.screen.show(view.PageOverview)
			return
		}
		d.control.do(d.session, a, arg)
	}
}

// places are the recent projects, as their folders were seen last. It may be called from anywhere.
func (d *Desk) places() []view.Place {
	if all := d.recent.Load(); all != nil {
		return *all
	}
	return nil
}

// lookForRecent takes over which projects are recent, and looks which of them are still there: apart, since a folder may lie
// on a drive that does not answer.
func (d *Desk) lookForRecent() {
	all := make([]view.Place, len(d.person.Recent))
	for i, dir := range d.person.Recent {
		was := slices.ContainsFunc(d.places(), func(p view.Place) bool { return p.Dir == dir && p.Gone })
		all[i] = view.Place{Title: filepath.Base(dir), Dir: dir, Gone: was}
	}
	d.recent.Store(&all)
	d.work.Go(func() {
		seen := slices.Clone(all)
		for i := range seen {
			_, err := os.Stat(seen[i].Dir)
			seen[i].Gone = errors.Is(err, fs.ErrNotExist)
		}
		if !slices.Equal(seen, all) && d.recent.CompareAndSwap(&all, &seen) {
			ui.Later(func() {
				d.refresh()
				d.screen.showRecent()
			})
		}
	})
}
