//go:build cgo && !headless

package desktop

import (
	"context"
	"time"

	"fyne.io/fyne/v2"
	fyneapp "fyne.io/fyne/v2/app"
	"github.com/go-gl/glfw/v3.3/glfw"

	"streamtray/app/desktop/fyneenv" // before Fyne reads it
	"streamtray/app/desktop/opengl"
	"streamtray/app/ui"
)

func init() { fyneenv.Restore() }

// Main runs the desktop if the program's arguments ask for it: none, --hidden, "demo --window", or the probe that the
// desktop itself starts. done is false where they are for somebody else. It must be called on the main goroutine.
func Main(ctx context.Context, args []string, o Options) (code int, done bool) {
	switch {
	case len(args) == 1 && args[0] == opengl.ArgProbe:
		return opengl.Probe(), true
	case len(args) == 1 && args[0] == argHidden:
		o.Hidden = true
	case len(args) == 2 && args[0] == "demo" && args[1] == "--window":
		o.Demo = true
	case len(args) > 0:
		return 0, false
	}
	return Run(ctx, o), true
}

// Run shows the tray, and a window unless told to hide, until the user quits; it returns the exit code. A second start
// by the same user shows the first one's window instead, and is done. It must be called on the main goroutine.
func Run(ctx context.Context, o Options) int {
	o.workArea, o.minimised, o.resized = workArea, minimised(), drawLater
	return RunOn(ctx, o, fyneapp.NewWithID)
}

// drawLater draws a window once more, soon after it got a new size: X may tell that before Mesa has it, and what is drawn then
// stands too low, with nothing above it, until the next drawing, which may be long in coming.
func drawLater(draw func()) {
	const settled = 250 * time.Millisecond
	time.AfterFunc(settled, func() { ui.Later(draw) })
}

// minimised tells whether a window that is open is, which Fyne does not. It is for the main goroutine. A window is asked once
// for what GLFW knows it by: whoever takes its drawing context between a new size and the drawing of it has Mesa draw at the
// old one.
func minimised() func(fyne.Window) bool {
	var of fyne.Window
	var drawn *glfw.Window
	return func(w fyne.Window) bool {
		defer func() { _ = recover() }() // glfw panics where it cannot tell
		if c, ok := w.(interface{ RunWithContext(f func()) }); ok && of != w {
			c.RunWithContext(func() { of, drawn = w, glfw.GetCurrentContext() }) // not before it is shown
		}
		return of == w && drawn != nil && drawn.GetAttrib(glfw.Iconified) == glfw.True
	}
}

// workArea is what of the screen the taskbar and the like leave, in pixels. It is for the main goroutine, while there is a
// window.
func workArea() (width, height int) {
	defer func() { _ = recover() }() // glfw panics where it cannot tell
	if m := glfw.GetPrimaryMonitor(); m != nil {
		_, _, width, height = m.GetWorkarea()
	}
	return width, height
}
