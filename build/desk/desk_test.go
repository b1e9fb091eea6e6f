//go:build desk

package desk

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"streamtray/app/testenv"
	"streamtray/build/rig"
)

var program string

func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == "pour" {
		os.Exit(pourHere())
	}
	dir, err := os.MkdirTemp("", "streamtray-desk-")
	if err == nil {
		program = filepath.Join(dir, "streamtray")
		err = Build(context.Background(), program)
	}
	code := 1
	if err != nil {
		os.Stderr.WriteString(err.Error() + "\n")
	} else {
		code = m.Run()
	}
	os.RemoveAll(dir)
	os.Exit(code)
}

// desktop starts a desktop for the length of a test.
func desktop(t *testing.T, o Options) *Display {
	t.Helper()
	dir, err := os.MkdirTemp("", "desk-") // short: the path of a unix socket has at most 107 bytes
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	d, err := Start(t.Context(), dir, o)
	var lacks *rig.Unavailable
	if errors.As(err, &lacks) {
		testenv.Of(t, lacks, lacks.How)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	return d
}

// run starts the program in English with settings of its own, and looks at its log at the end.
func run(t *testing.T, d *Display, args ...string) *Program {
	t.Helper()
	env := []string{"STREAMTRAY_HOME=" + filepath.Join(d.dir, "home"), "STREAMTRAY_LANG=en", "FYNE_THEME=light"}
	p, err := d.Run(t.Context(), program, env, args...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		p.Kill()
		if t.Failed() {
			t.Logf("the program said:\n%s", p.Output())
		}
		for _, bad := range []string{"call thread", "panic", "fatal error", "DATA RACE"} {
			if strings.Contains(p.Output(), bad) {
				t.Errorf("the program said %q:\n%s", bad, p.Output())
			}
		}
	})
	return p
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// quit quits by the menu and holds the program to its five seconds.
func quit(t *testing.T, p *Program) {
	t.Helper()
	must(t, p.Click("Quit"))
	if code, err := p.Wait(5 * time.Second); code != 0 || err != nil {
		t.Errorf("quit: exit code %d, %v; want 0 within 5 s\n%s", code, err, p.Output())
	}
}

const soon = 20 * time.Second

func TestTheTrayTellsAndSteersTheStory(t *testing.T) {
	p := run(t, desktop(t, Options{}), "demo", "--window")
	must(t, p.UntilTooltip(t.Context(), "records/s", soon))
	items, err := p.Menu()
	must(t, err)
	var labels []string
	for _, i := range items {
		if i.Label != "" {
			labels = append(labels, strings.Repeat("  ", i.Depth)+i.Label)
		}
		if i.Label == "Streaming" && !i.Ticked {
			t.Error("streaming, and yet that is not ticked")
		}
	}
	want := []string{
		"demo · Streaming", "Stop app, keep Kafka", "Stop app and Kafka", "Streaming", "Restart app", "Open app", "Open StreamTray", "Logs",
		"Copy", "  Kafka address", "  Environment for PowerShell", "  Environment for bash", "Projects", "  Open folder…", "Quit StreamTray",
	}
	if got := strings.Join(labels, "\n"); got != strings.Join(want, "\n") {
		t.Errorf("menu:\n%s\nwant:\n%s", got, strings.Join(want, "\n"))
	}
	must(t, p.Click("Streaming"))
	must(t, p.UntilTooltip(t.Context(), "Running without streaming", soon))
	must(t, p.Click("Stop app, keep"))
	must(t, p.UntilTooltip(t.Context(), "Stopped", soon))
	must(t, p.Click("Start")) // streaming is still off
	must(t, p.UntilTooltip(t.Context(), "Running without streaming", soon))
	must(t, p.Click("Stop app, keep"))
	must(t, p.UntilTooltip(t.Context(), "Stopped", soon))
	must(t, p.Click("Streaming")) // on, for the next start
	must(t, Until(t.Context(), soon, "a tick", func() (bool, error) {
		items, err := p.Menu()
		return slices.ContainsFunc(items, func(i Item) bool { return i.Label == "Streaming" && i.Ticked }), err
	}))
	must(t, p.Click("Start"))
	must(t, p.UntilTooltip(t.Context(), "Streaming", soon))
	quit(t, p)
}

func TestClosingTheWindowKeepsTheTrayAndItComesBackAsItWas(t *testing.T) {
	d := desktop(t, Options{})
	p := run(t, d, "demo", "--window")
	must(t, p.UntilTooltip(t.Context(), "Streaming", soon))
	_, err := p.Window(t.Context(), "Overview · demo")
	must(t, err)
	must(t, p.Click("Logs"))
	id, err := p.Window(t.Context(), "Logs · demo")
	must(t, err)
	if all, err := p.Windows(t.Context()); len(all) != 1 || err != nil {
		t.Errorf("windows %v, %v; want one for all pages", all, err)
	}
	must(t, p.Resize(t.Context(), id, "900x600"))
	must(t, p.Close(t.Context(), id))
	must(t, p.Click("Logs")) // the tray is still there, and the window comes back
	id, err = p.Window(t.Context(), "Logs")
	must(t, err)
	out, err := d.tool(t.Context(), "xdotool", "getwindowgeometry", "--shell", id)
	must(t, err)
	if !strings.Contains(out, "WIDTH=900\nHEIGHT=600\n") {
		t.Errorf("it comes back as %q; want 900 by 600", out)
	}
	quit(t, p)

	p = run(t, d, "demo", "--window") // as in another run
	_, err = p.Window(t.Context(), "Logs")
	must(t, err)
	quit(t, p)
}

func TestAHiddenStartShowsNothingAndASecondStartShowsTheFirst(t *testing.T) {
	d := desktop(t, Options{})
	first := run(t, d, "--hidden")
	must(t, first.UntilTooltip(t.Context(), "No project open", soon))
	if all, err := first.Windows(t.Context()); len(all) != 0 || err != nil {
		t.Errorf("windows of a hidden start: %v, %v", all, err)
	}
	second := run(t, d)
	if code, err := second.Wait(5 * time.Second); code != 0 || err != nil {
		t.Errorf("second start: exit code %d, %v; want 0\n%s", code, err, second.Output())
	}
	_, err := first.Window(t.Context(), "Welcome to StreamTray")
	must(t, err)
	quit(t, first)
}

func TestWithoutOpenGLTheTrayStays(t *testing.T) {
	p := run(t, desktop(t, Options{NoOpenGL: true}), "demo", "--window")
	must(t, p.UntilTooltip(t.Context(), "records/s", soon))
	must(t, p.Click("Open StreamTray"))
	must(t, p.Click("Logs"))
	must(t, p.Click("Streaming")) // and works on
	must(t, p.UntilTooltip(t.Context(), "Running without streaming", soon))
	quit(t, p)
}

func TestWithoutATrayThereIsAWindow(t *testing.T) {
	d := desktop(t, Options{NoPanel: true})
	p := run(t, d, "--hidden") // hidden where nobody could find it: it is shown
	_, err := p.Window(t.Context(), "Welcome to StreamTray")
	must(t, err)
}
