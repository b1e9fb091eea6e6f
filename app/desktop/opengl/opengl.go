// Package opengl tells whether windows can be drawn here.
package opengl

import (
	"context"
	"os/exec"
	"sync"
	"time"

	"streamtray/app/ui"
	"streamtray/internal/procgroup"
)

// ArgProbe is the program's argument by which a child of it tries (Probe).
const ArgProbe = "--gl-probe"

// Drawable knows whether windows can be drawn. Showing one where OpenGL is missing (a remote desktop, a virtual machine)
// ends the process without a word, so a child of ours tries first. It belongs to the main goroutine.
type Drawable struct {
	ctx     context.Context //nolint:containedctx // the program's life
	work    *sync.WaitGroup
	self    string
	known   bool // what cannot be drawn now is tried again: the next session may be at the machine itself
	drawn   bool
	waiting []func(drawn bool)
}

// New asks self, this program, when it is asked first; what runs apart is in work.
func New(ctx context.Context, work *sync.WaitGroup, self string) *Drawable {
	return &Drawable{ctx: ctx, work: work, self: self}
}

// Known is one that needs not try: for tests.
func Known(drawn bool) *Drawable { return &Drawable{known: true, drawn: drawn} }

// probeWithin bounds the child; it takes a quarter of a second.
const probeWithin = 10 * time.Second

// Then calls f on the main goroutine: at once where windows are known to be drawn, else when a child has tried.
func (d *Drawable) Then(f func(drawn bool)) {
	if d.known {
		f(d.drawn)
		return
	}
	if d.waiting = append(d.waiting, f); len(d.waiting) > 1 {
		return
	}
	d.work.Go(func() {
		ctx, cancel := context.WithTimeout(d.ctx, probeWithin)
		defer cancel()
		probe := exec.CommandContext(ctx, d.self, ArgProbe)
		probe.SysProcAttr = procgroup.Quiet()
		drawn := probe.Run() == nil
		ui.Later(func() {
			all := d.waiting
			d.known, d.drawn, d.waiting = drawn, drawn, nil
			for _, f := range all {
				f(drawn)
			}
		})
	})
}
