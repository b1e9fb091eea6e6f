package desktop

import (
	"streamtray/app/desktop/platform"
	"streamtray/app/ui"
)

func (d *Desk) heard() platform.Heard {
	return platform.Heard{
		Clicked: func() { ui.Later(func() { d.screen.open() }) },
		Woke: func() {
			if s := d.kept.Load(); s != nil {
				s.Project.LookAgain()
			}
		},
		Ending: d.ending.sessionEnds,
		Reason: d.words.Text("tray.ending", nil),
	}
}

// listen hears the system until the program's life ends.
func (d *Desk) listen() {
	h := d.heard()
	d.work.Go(func() { d.system.Hear(d.ctx, h) })
}
