//go:build cgo && !headless

package desktop

import (
	"context"

	fyneapp "fyne.io/fyne/v2/app"
	"github.com/go-gl/glfw/v3.3/glfw"

	"streamtray/app/desktop/fyneenv" // before Fyne reads it
)

func init() { fyneenv.Restore() }

// Main runs the desktop if the program's arguments ask for it: none, --hidden, "demo --window", or the probe that the
// desktop itself starts. done is false where they are for somebody else. It must be called on the main goroutine.
func Main(ctx context.Context, args []string, o Options) (code int, done bool) {
	switch {
	case len(args) == 1 && args[0] == argProbe:
		return probe(), true
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
	o.workArea = workArea
	return RunOn(ctx, o, fyneapp.NewWithID)
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
