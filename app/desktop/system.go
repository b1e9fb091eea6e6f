package desktop

import (
	"os"

	"streamtray/app/desktop/platform"
	"streamtray/app/settings"
	"streamtray/app/ui"
)

func (d *Desk) heard() platform.Heard {
	return platform.Heard{
		Clicked: func() { ui.Later(func() { d.show(d.usual()) }) },
		Woke: func() {
			if s := d.kept.Load(); s != nil {
				s.Project.LookAgain()
			}
		},
		Ending: d.sessionEnds,
		Reason: d.words.Text("tray.ending", nil),
	}
}

// listen hears the system until the program's life ends.
func (d *Desk) listen() {
	h := d.heard()
	d.work.Go(func() { d.system.Hear(d.ctx, h) })
}

// sessionEnds stops what this process keeps, with the containers if the person wants that, before the session ends. The
// main loop may be blocked by an open menu meanwhile: nothing waits for it.
func (d *Desk) sessionEnds() {
	s := d.kept.Load()
	if s == nil || s.Far {
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
		dir = d.session.Project.LogFolder()
	}
	d.work.Go(func() {
		err := os.MkdirAll(dir, 0o700) // nothing was logged yet
		if err == nil {
			err = platform.OpenFolder(d.ctx, dir)
		}
		if err != nil && d.ctx.Err() == nil {
			ui.Later(func() { d.tell(dir) }) // no file manager could be started: here is the path
		}
	})
}
