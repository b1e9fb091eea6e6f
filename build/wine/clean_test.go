//go:build wine

package wine

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"streamtray/build/pack"
)

// Intent: on a Windows where nothing but itself ever ran, the packed setup gives a person all the way: from the Start menu
// to the first record, over an upgrade while it streams, after which the program is in the tray again and streams, to an
// uninstall after which nothing is left but settings and logs, which were to be kept. The shortcut carries the program's id.
func TestACleanMachineFromSetupToTheFirstRecordAndBack(t *testing.T) {
	proves(t)
	if !free(appAddress) {
		t.Fatalf("%s is in use", appAddress)
	}
	dir := filepath.Join(t.TempDir(), "windows")
	must(t, os.Mkdir(dir, 0o755))
	must(t, create(t.Context(), here.usr, dir))
	s := newScreenOf(t, at(here.usr, dir), desktopSize, "FYNE_SCALE=1", "STREAMTRAY_LANG=en")
	local := appData(t, s.windows)
	roaming := filepath.Join(filepath.Dir(local), "Roaming")
	home := filepath.Join(local, "Programs", "StreamTray")
	shortcut := filepath.Join(roaming, "Microsoft", "Windows", "Start Menu", "Programs", "StreamTray.lnk")

	setup(t, s, nil)
	link, err := os.ReadFile(shortcut)
	must(t, err)
	if !bytes.Contains(link, wide("app.streamtray")) {
		t.Errorf("the shortcut does not carry the program's id: %q", link)
	}
	s.open(shortcut)
	s.see("Welcome to StreamTray")
	eventually(t, soon, "an icon in the taskbar", func() (bool, error) { return s.trayed(), nil })
	s.shoot("clean-welcome")
	p := &project{T: t, dir: filepath.Join(t.TempDir(), "project"), on: s.windows, twin: filepath.Join(home, pack.Terminal)}
	if quit := p.start("quit"); quit.exit(soon) != 0 {
		t.Fatal("quit: ", quit.said())
	}

	p.unpack()
	p.withoutPython()
	p.edit("mode: docker", "mode: embedded")
	p.opensNext(filepath.Join(roaming, "StreamTray"))
	s.open(shortcut)
	s.see("Trust this project?")
	eventually(t, soon, "the question whether the project may run", func() (bool, error) { return s.white(1018, 400), nil })
	s.press("Tab", "Tab", "space")
	p.throughAllTopics(p.streams(), "first", 5)
	s.shoot("clean-streams")

	setup(t, s, nil)
	eventually(t, soon, "an icon in the taskbar after the upgrade", func() (bool, error) { return s.trayed(), nil })
	p.throughAllTopics(p.streams(), "upgraded", 5)

	uninstall(t, s, home)
	eventually(t, soon, "the app is gone", func() (bool, error) { return free(appAddress), nil })
	must(t, s.windows.Close()) // it writes its registry
	kept := []string{filepath.Join(local, "StreamTray"), filepath.Join(roaming, "StreamTray"), filepath.Join(roaming, "fyne", "app.streamtray")}
	for _, left := range named(t, filepath.Join(dir, "drive_c"), "streamtray") {
		if !slices.ContainsFunc(kept, func(k string) bool { return left == k || strings.HasPrefix(left, k+"/") }) {
			t.Errorf("left behind: %s", left)
		}
	}
	for _, file := range []string{"user.reg", "system.reg"} {
		registry, err := os.ReadFile(filepath.Join(dir, file))
		must(t, err)
		for line := range strings.Lines(string(registry)) {
			if strings.Contains(strings.ToLower(line), "streamtray") {
				t.Errorf("left in %s: %s", file, line)
			}
		}
	}
}

// open starts what a file of this Windows stands for, as a click in the Start menu does.
func (s *screen) open(file string) {
	s.Helper()
	onC := strings.TrimPrefix(Path(file), Path(filepath.Join(s.windows.dir, "drive_c"))) // Wine opens no shortcut of a long path
	if click := start(s.T, s.windows, nil, "start", "C:"+onC); click.exit(soon) != 0 {
		s.Fatalf("%s: %s", file, click.said())
	}
}

// named are the files and folders below dir with a word in their names.
func named(t *testing.T, dir, word string) (found []string) {
	t.Helper()
	must(t, filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if strings.Contains(strings.ToLower(filepath.Base(path)), word) {
			found = append(found, path)
		}
		return err
	}))
	return found
}

// wide is a text as Windows has it in files.
func wide(text string) (b []byte) {
	for _, unit := range utf16.Encode([]rune(text)) {
		b = append(b, byte(unit), byte(unit>>8))
	}
	return b
}
