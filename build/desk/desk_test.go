//go:build desk

package desk

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
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
		if strings.HasPrefix(i.Label, "Streaming mode") && !i.Ticked {
			t.Error("streaming, and yet the mode is not ticked")
		}
	}
	want := []string{
		"demo · Streaming", "Stop (Kafka keeps running)", "Streaming mode (ALGO_ENABLE_KAFKA_STREAMING)", "Restart the app", "Open the app in the browser",
		"Dashboard", "Logs", "Open log folder", "Check-up", "Kafka", "  Topics…", "  Send a test record and read it back", "  Copy the bootstrap address",
		"  Copy environment for PowerShell", "  Copy environment for bash", "Projects", "  Open another…", "Settings…",
		"Stop everything (containers too)", "Quit StreamTray",
	}
	if got := strings.Join(labels, "\n"); got != strings.Join(want, "\n") {
		t.Errorf("menu:\n%s\nwant:\n%s", got, strings.Join(want, "\n"))
	}
	must(t, p.Click("Streaming mode"))
	must(t, p.UntilTooltip(t.Context(), "Running without streaming", soon))
	must(t, p.Click("Stop (Kafka"))
	must(t, p.UntilTooltip(t.Context(), "Stopped", soon))
	must(t, p.Click("Start streaming"))
	must(t, p.UntilTooltip(t.Context(), "Streaming", soon))
	quit(t, p)
}

func TestEveryWindowOpensAndClosingThemKeepsTheTray(t *testing.T) {
	d := desktop(t, Options{})
	p := run(t, d, "demo", "--window")
	must(t, p.UntilTooltip(t.Context(), "Streaming", soon))
	for item, title := range map[string]string{"Logs": "Logs", "Topics…": "Topics", "Settings…": "Settings", "Dashboard": "Dashboard", "Check-up": "Check-up"} {
		must(t, p.Click(item))
		_, err := p.Window(t.Context(), title)
		must(t, err)
	}
	must(t, Until(t.Context(), soon, "all windows closed", func() (bool, error) {
		all, err := p.Windows(t.Context())
		if err != nil || len(all) == 0 {
			return len(all) == 0, err
		}
		for _, id := range all {
			// The key reaches the window that has the focus by then. A window that is gone meanwhile is an error of
			// xdotool's, and what we want.
			_, _ = d.tool(t.Context(), "xdotool", "windowactivate", fmt.Sprint(id), "key", "alt+F4")
		}
		return false, fmt.Errorf("still there: %v", all)
	}))
	must(t, p.Click("Dashboard")) // the tray is still there, and a window comes back
	_, err := p.Window(t.Context(), "Dashboard")
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
	must(t, p.Click("Dashboard"))
	must(t, p.Click("Logs"))
	must(t, p.Click("Streaming mode")) // and works on
	must(t, p.UntilTooltip(t.Context(), "Running without streaming", soon))
	quit(t, p)
}

func TestWithoutATrayThereIsAWindow(t *testing.T) {
	d := desktop(t, Options{NoPanel: true})
	p := run(t, d, "--hidden") // hidden where nobody could find it: it is shown
	_, err := p.Window(t.Context(), "Welcome to StreamTray")
	must(t, err)
}
