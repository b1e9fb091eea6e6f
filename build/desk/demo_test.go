//go:build desk

package desk

import (
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"streamtray/build/rig"
)

// demo runs the demo as the README tells, on a display.
func demo(t *testing.T, d *Display) *Program {
	t.Helper()
	root, err := rig.SourceTree()
	must(t, err)
	cache, err := exec.CommandContext(t.Context(), "go", "env", "GOCACHE").Output()
	must(t, err) // a display has a cache of its own, in which C would be compiled anew
	env := []string{
		"STREAMTRAY_HOME=" + filepath.Join(d.dir, "home"), "STREAMTRAY_LANG=en", "FYNE_THEME=light",
		"GOCACHE=" + strings.TrimSpace(string(cache)),
	}
	build, err := d.Run(t.Context(), "go", env, "-C", root, "run", "./build", "demo")
	must(t, err)
	t.Cleanup(func() {
		build.Kill()
		if t.Failed() {
			t.Logf("it said:\n%s", build.Output())
		}
	})
	return build
}

func TestTheDemoOfTheBuildOpensTheTrayAndTheWindow(t *testing.T) {
	build := demo(t, desktop(t, Options{}))
	must(t, Until(t.Context(), 2*time.Minute, "the demo", func() (bool, error) {
		return strings.Contains(build.Output(), "the demo is in the tray"), nil
	}))
	p, err := build.Started(t.Context(), "/streamtray-window", soon)
	must(t, err)
	must(t, p.UntilTooltip(t.Context(), "records/s", soon))
	_, err = p.Window(t.Context(), "Overview")
	must(t, err)
	quit(t, p)
}

func TestTheDemoOfTheBuildIsInTheTerminalWhereNoWindowCanBeDrawn(t *testing.T) {
	build := demo(t, desktop(t, Options{NoOpenGL: true}))
	p, err := build.Started(t.Context(), "/dist/streamtray", 2*time.Minute)
	must(t, err)
	if why := "no window can be drawn here"; !strings.Contains(build.Output(), why) {
		t.Errorf("output %q; want %q", build.Output(), why)
	}
	must(t, Until(t.Context(), soon, "a story in the terminal", func() (bool, error) {
		_, story, _ := strings.Cut(build.Output(), "here is the demo in the terminal.\n")
		return strings.Contains(story, "Kafka"), nil
	}))
	must(t, interrupt(p))
	if code, err := build.Wait(10 * time.Second); code != 0 || err != nil {
		t.Errorf("exit code %d, %v; want 0\n%s", code, err, build.Output())
	}
}

// interrupt is a Ctrl-C.
func interrupt(p *Program) error { return syscall.Kill(p.PID(), syscall.SIGINT) }
