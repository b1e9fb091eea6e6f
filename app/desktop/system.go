package desktop

import (
	"os"

	"streamtray/app/settings"
	"streamtray/app/ui"
)

// heard is what the system tells a program of a person's session, and what is done then. The functions are called from
// any goroutine or thread.
type heard struct {
	clicked func() // a notification of ours
	woke    func() // the computer slept and is awake again
	ending  func() // the session ends; it returns once what must not outlive it has ended
	reason  string // why the session has to wait for that, for the person to read
}

// appID is the program's name towards the system: of its windows, its icon and its notifications, which a shortcut with
// the same one gives a name and a picture.
const appID = "app.streamtray"

func (d *Desk) heard() heard {
	return heard{
		clicked: func() { ui.Later(func() { d.show(d.usual()) }) },
		woke: func() {
			if s := d.kept.Load(); s != nil {
				s.project.LookAgain()
			}
		},
		ending: d.sessionEnds,
		reason: d.words.Text("tray.ending", nil),
	}
}

// listen hears the system until the program's life ends.
func (d *Desk) listen() {
	h := d.heard()
	d.work.Go(func() { d.system.hear(d.ctx, h) })
}

// sessionEnds stops what this process keeps, with the containers if the person wants that, before the session ends. The
// main loop may be blocked by an open menu meanwhile: nothing waits for it.
func (d *Desk) sessionEnds() {
	s := d.kept.Load()
	if s == nil || s.far {
		return
	}
	person, err := settings.Load(d.folders)
	d.close(s, err == nil && person.OnQuit == "stop")
	ui.Later(func() {
		if !d.going {
			d.going = true
			d.leave()
		}
	})
}

// showLogFolder shows the folder with the logs of the project, or where none is open of the program, in the file manager.
func (d *Desk) showLogFolder() {
	dir := d.folders.Data
	if d.session != nil {
		dir = d.session.project.LogFolder()
	}
	d.work.Go(func() {
		err := os.MkdirAll(dir, 0o700) // nothing was logged yet
		if err == nil {
			err = openFolder(d.ctx, dir)
		}
		if err != nil && d.ctx.Err() == nil {
			ui.Later(func() { d.tell(dir) }) // no file manager could be started: here is the path
		}
	})
}
