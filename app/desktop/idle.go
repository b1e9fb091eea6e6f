package desktop

import (
	"time"

	"streamtray/app/ui"
	"streamtray/internal/pause"
)

// nap is how long the main loop rests at a time: a click in the tray waits no longer, which nobody notices.
const nap = 80 * time.Millisecond

// doze has the main loop rest for most of the time as long as no window is open. Fyne looks at its windows sixty times
// a second, also when there are none, and that is most of what a program in the tray costs. Between two naps everything
// has its turn: what was queued meanwhile, and one look of Fyne's.
func (d *Desk) doze() {
	if d.ctx.Err() != nil || d.going || d.window != nil {
		d.dozing = false
		return
	}
	pause.For(d.ctx, nap)
	time.AfterFunc(time.Millisecond, func() { ui.Later(d.doze) })
}

// tire lets the main loop doze, unless it does already.
func (d *Desk) tire() {
	if !d.dozing {
		d.dozing = true
		ui.Later(d.doze)
	}
}
