//go:build wine

package wine

import (
	"context"
	"fmt"
	"image"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"streamtray/build/pack"
	"streamtray/build/rig"
)

// programs is the folder with the programs as they are packed, made once.
var programs = sync.OnceValues(func() (string, error) { return packed("programs", intel) })

// installer is the folder with the installer, made once. To compress it takes its time.
var installer = sync.OnceValues(func() (string, error) { return packed("installer", pack.Installer) })

// intel builds the programs that Wine can run.
func intel(ctx context.Context, j pack.Job) error {
	return pack.Programs(ctx, j, pack.Program, pack.Terminal)
}

func packed(name string, make func(context.Context, pack.Job) error) (string, error) {
	source, err := source()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(here.dir, name)
	return dir, make(context.Background(), pack.Job{Source: source, Out: dir, Say: func(string, string) {}})
}

func source() (pack.Source, error) {
	root, err := rig.SourceTree()
	if err != nil {
		return pack.Source{}, err
	}
	return pack.Read(context.Background(), root)
}

// downloaded is the program with windows, as it is packed.
func downloaded(t *testing.T) string {
	t.Helper()
	dir, err := programs()
	must(t, err)
	return filepath.Join(dir, pack.Program)
}

// person is a home of settings that nobody has.
func person(t *testing.T) []string {
	t.Helper()
	return []string{"STREAMTRAY_LANG=en", "STREAMTRAY_HOME=" + Path(t.TempDir())}
}

// Intent: a double-click on what was downloaded shows a window and an icon in the taskbar, and the icon's menu ends it.
func TestTheProgramComesUpInTheTrayAndItsMenuEndsIt(t *testing.T) {
	proves(t)
	s := newScreen(t)
	p := start(t, s.windows, person(t), downloaded(t))
	s.see("Welcome to StreamTray")
	eventually(t, soon, "an icon in the taskbar", func() (bool, error) { return s.trayed(), nil })
	s.shoot("welcome")
	menu := s.menu()
	s.shoot("menu")
	x, y := s.bottomOf(menu)
	s.click(left, x, y) // the last line
	if code := p.exit(soon); code != 0 {
		t.Errorf("quit: exit code %d, want 0", code)
	}
	if left, err := filepath.Glob(filepath.Join(appData(t, here.Windows), "Temp", "systray_temp_icon_*")); err != nil || left != nil {
		t.Errorf("its icons are left behind: %v, %v", left, err)
	}
}

// Intent: started hidden, as at a log-in, it shows its icon and never a window, not even for a moment.
func TestAHiddenStartShowsAnIconAndNothingElse(t *testing.T) {
	proves(t)
	s := newScreen(t)
	if s.trayed() {
		t.Fatal("the taskbar has an icon before there is one")
	}
	start(t, s.windows, person(t), downloaded(t), "--hidden")
	eventually(t, soon, "an icon in the taskbar", func() (bool, error) { return s.trayed(), nil })
	s.shoot("hidden")
	if ids := s.flashed(); ids != nil {
		t.Errorf("windows %v were shown; there are %v", ids, s.all(programClass))
	}
}

// Intent: an app of the console kind, kept by an agent that has no console, must not open a black window. That such a
// window would be seen is shown first.
func TestNoConsoleFlashes(t *testing.T) {
	proves(t)
	p := newProject(t, filepath.Join(t.TempDir(), "project"))
	p.edit("mode: docker", "mode: embedded")
	s := newScreen(t)
	file, err := terminal()
	must(t, err)
	if black := start(t, s.windows, p.env, "start", "/wait", Path(file), "version"); black.exit(soon) != 0 {
		t.Fatal(black.said())
	}
	before := s.flashed()
	if before == nil {
		t.Fatal("a console of its own was not seen")
	}
	up := start(t, s.windows, p.env, file, "up", "--detach", "--trust", "--json", "--project", Path(p.dir))
	if code := up.exit(fromNil); code != 0 {
		t.Fatalf("up: exit code %d", code)
	}
	if free(appAddress) {
		t.Error("the app does not run")
	}
	if after := s.flashed(); !slices.Equal(after, before) {
		t.Errorf("windows %v were shown by keeping an app", after[len(before):])
	}
	down := start(t, s.windows, p.env, file, "down", "--project", Path(p.dir))
	if code := down.exit(soon); code != 0 || !free(appAddress) {
		t.Errorf("down: exit code %d, the app's port is free: %v", code, free(appAddress))
	}
}

// Intent: a second start shows the window of the first, says so by ending well, and there is still one icon.
func TestASecondStartShowsTheFirst(t *testing.T) {
	proves(t)
	file := downloaded(t)
	s := newScreen(t)
	env := person(t)
	first := start(t, s.windows, env, file, "--hidden")
	eventually(t, soon, "an icon in the taskbar", func() (bool, error) { return s.trayed(), nil })
	if code := start(t, s.windows, env, file).exit(soon); code != 0 {
		t.Errorf("second start: exit code %d, want 0", code)
	}
	s.see("Welcome to StreamTray")
	s.shoot("second")
	select {
	case <-first.ended:
		t.Error("the first has ended")
	default:
	}
}

// Intent: on a small screen, and on one whose pixels are scaled, the window is whole: none of it is off the
// screen. Its usual size would be.
func TestTheWindowOpensInsideTheWorkArea(t *testing.T) {
	proves(t)
	for _, c := range []struct {
		name        string
		wide, high  int
		dotsPerInch string
	}{
		{"1366x768", 1366, 768, "96"},
		{"1920x1080 at 150 %", 1920, 1080, "144"},
	} {
		t.Run(c.name, func(t *testing.T) {
			scale(t, c.dotsPerInch)
			s := newScreenOf(t, here.Windows, fmt.Sprintf("%dx%d", c.wide, c.high))
			start(t, s.windows, person(t), downloaded(t))
			w := s.see("Welcome to StreamTray")
			area := image.Rect(0, 0, c.wide, c.high) // Wine's: it does not leave out its taskbar
			eventually(t, soon, "the window is inside of the work area", func() (bool, error) {
				at := s.place(w)
				return at.In(area), fmt.Errorf("it is at %v, of %v", at, area)
			})
			s.shoot("size-" + strings.ReplaceAll(c.name, " ", "-"))
		})
	}
}

// scale sets how many dots an inch of the screen has: 96 is 100 %. It is as before after the test.
func scale(t *testing.T, dotsPerInch string) {
	t.Helper()
	set := func(dots string) error {
		out, err := here.Output(here.Command(context.WithoutCancel(t.Context()), "reg", "add", `HKCU\Control Panel\Desktop`,
			"/v", "LogPixels", "/t", "REG_DWORD", "/d", dots, "/f"))
		if err != nil {
			return fmt.Errorf("%s: %w", out, err)
		}
		return here.Close() // it is read when a Windows starts
	}
	must(t, set(dotsPerInch))
	t.Cleanup(func() {
		if err := set("96"); err != nil {
			t.Error(err)
		}
	})
}

// setup runs the installer, which asks nothing.
func setup(t *testing.T, s *screen, env []string) {
	t.Helper()
	source, err := source()
	must(t, err)
	dir, err := installer()
	must(t, err)
	if code := start(t, s.windows, env, filepath.Join(dir, pack.Setup(source.Number)), "/S").exit(fromNil); code != 0 {
		t.Fatalf("the installer: exit code %d", code)
	}
}

// Intent: the installer puts the program where the user may, the program installed runs, installing again keeps it, and
// uninstalling takes all of it away.
func TestTheInstallerInstallsUpgradesAndUninstalls(t *testing.T) {
	proves(t)
	s := newScreen(t)
	home := filepath.Join(appData(t, here.Windows), "Programs", "StreamTray")
	for _, what := range []string{"install", "upgrade"} {
		setup(t, s, nil)
		version := start(t, s.windows, person(t), filepath.Join(home, pack.Terminal), "version")
		if code := version.exit(soon); code != 0 {
			t.Errorf("%s: the terminal program: exit code %d", what, code)
		}
	}
	p := start(t, s.windows, person(t), filepath.Join(home, pack.Program))
	s.see("Welcome to StreamTray")
	s.shoot("installed")
	p.kill()
	uninstall(t, s, home)
}

func uninstall(t *testing.T, s *screen, home string) {
	t.Helper()
	if code := start(t, s.windows, nil, filepath.Join(home, "uninstall.exe"), "/S").exit(fromNil); code != 0 {
		t.Errorf("uninstall: exit code %d", code)
	}
	eventually(t, soon, "the program is gone", func() (bool, error) { // the uninstaller goes on as a copy of itself
		left, err := os.ReadDir(home)
		return len(left) == 0, fmt.Errorf("left: %v, %w", left, err)
	})
}

// Intent: installing while the program runs asks it to end, waits for it, and has it run again as it was: in the tray,
// without a window. It stayed off until the next log-in.
func TestAnUpgradeEndsTheRunningProgramAndStartsItAgain(t *testing.T) {
	proves(t)
	s := newScreen(t)
	home := filepath.Join(appData(t, here.Windows), "Programs", "StreamTray")
	env := person(t)
	setup(t, s, env)
	if s.trayed() {
		t.Fatal("installing starts a program that did not run")
	}
	old := start(t, s.windows, env, filepath.Join(home, pack.Program), "--hidden")
	eventually(t, soon, "an icon in the taskbar", func() (bool, error) { return s.trayed(), nil })
	setup(t, s, env)
	if code := old.exit(soon); code != 0 {
		t.Errorf("the program that ran: exit code %d, want 0: it was asked to end", code)
	}
	eventually(t, soon, "an icon in the taskbar again", func() (bool, error) { return s.trayed(), nil })
	quit := start(t, s.windows, env, filepath.Join(home, pack.Terminal), "quit")
	if code := quit.exit(soon); code != 0 || !strings.Contains(quit.said(), "has quit") {
		t.Errorf("quit: exit code %d: %s", code, quit.said())
	}
	uninstall(t, s, home)
}

// appData is the folder of this Windows' only user for what stays on this computer.
func appData(t *testing.T, w *Windows) string {
	t.Helper()
	users, err := os.ReadDir(filepath.Join(w.dir, "drive_c", "users"))
	must(t, err)
	for _, u := range users {
		if u.Name() != "Public" {
			return filepath.Join(w.dir, "drive_c", "users", u.Name(), "AppData", "Local")
		}
	}
	t.Fatal("there is no user in ", users)
	return ""
}
