package desktop

import (
	"context"
	"os/exec"
	"time"

	"streamtray/app/ui"
	"streamtray/internal/procgroup"
)

// graphics knows whether windows can be drawn here. Showing one where OpenGL is missing (a remote desktop, a virtual
// machine) ends the process without a word, so a child of ours tries first.
type graphics struct {
	self    string
	known   bool
	drawn   bool
	waiting []func(drawn bool)
}

// probeWithin bounds the child; it takes a quarter of a second.
const probeWithin = 10 * time.Second

// then calls f on the main goroutine: at once where the answer is known, else when it is.
func (g *graphics) then(d *Desk, f func(drawn bool)) {
	if g.known {
		f(g.drawn)
		return
	}
	g.waiting = append(g.waiting, f)
	if len(g.waiting) > 1 {
		return
	}
	d.work.Go(func() {
		ctx, cancel := context.WithTimeout(d.ctx, probeWithin)
		defer cancel()
		probe := exec.CommandContext(ctx, g.self, argProbe)
		probe.SysProcAttr = procgroup.Quiet()
		err := probe.Run()
		ui.Later(func() {
			g.known, g.drawn = true, err == nil
			if !g.drawn {
				g.known = false // the next session, at the machine itself, may have what this one has not
			}
			all := g.waiting
			g.waiting = nil
			for _, f := range all {
				f(err == nil)
			}
		})
	})
}
