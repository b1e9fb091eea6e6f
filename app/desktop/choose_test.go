package desktop

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"streamtray/app/desktop/shoptest"
	"streamtray/app/filechooser"
	"streamtray/app/i18n"
	"streamtray/app/spies"
	"streamtray/app/ui/uitest"
	"streamtray/app/view"
)

// Where no desktop has a dialog, a path can be typed: the toolkit's own list has no place for one.
func TestAPathCanBeTyped(t *testing.T) {
	uitest.NewApp(t)
	w, err := i18n.New("en")
	if err != nil {
		t.Fatal(err)
	}
	win := &window{Window: test.NewTempWindow(t, widget.NewLabel("page")), desk: &Desk{words: w}}
	got := ""
	win.typePath(filechooser.Question{Title: "Save as", Save: true, Start: filepath.FromSlash("/home/x"), Name: "a.log"}, func(path string) { got = path })
	entry, ok := win.Canvas().Focused().(interface {
		fyne.Focusable
		SetText(string)
	})
	if !ok {
		t.Fatalf("the keys go to %T; want the path that is suggested", win.Canvas().Focused())
	}
	if entry.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape}); got != "" || win.Canvas().Overlays().Top() != nil {
		t.Fatalf("after Esc: %q", got)
	}
	win.typePath(filechooser.Question{Title: "Save as", Save: true, Start: filepath.FromSlash("/home/x"), Name: "a.log"}, func(path string) { got = path })
	win.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if want := filepath.FromSlash("/home/x/a.log"); got != want {
		t.Errorf("the path that is suggested is %q, want %q", got, want)
	}
	win.typePath(filechooser.Question{Title: "Save as", Save: true, Start: filepath.FromSlash("/home/x"), Name: "a.log"}, func(path string) { got = path })
	entry, _ = win.Canvas().Focused().(interface {
		fyne.Focusable
		SetText(string)
	})
	entry.SetText("/tmp/b.log")
	win.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if got != "/tmp/b.log" {
		t.Errorf("chosen %q", got)
	}
}

func TestTheSampleGoesWhereThePersonsDocumentsAre(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows says where they are, and not the environment")
	}
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("XDG_CONFIG_HOME", filepath.Join(home, ".config"))
	where := func(want string) {
		t.Helper()
		if got, err := samplePlace(); got != want || err != nil {
			t.Errorf("%q, %v; want %q", got, err, want)
		}
	}
	where(home)
	for _, dir := range []string{"Documents", ".config"} {
		if err := os.MkdirAll(filepath.Join(home, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	where(filepath.Join(home, "Documents"))
	shoptest.Put(t, filepath.Join(home, ".config", "user-dirs.dirs"), "# names\nXDG_DESKTOP_DIR=\"$HOME/桌面\"\nXDG_DOCUMENTS_DIR=\"$HOME/文档\"\n")
	where(home)
	if err := os.Mkdir(filepath.Join(home, "文档"), 0o755); err != nil {
		t.Fatal(err)
	}
	where(filepath.Join(home, "文档"))
	if hasSample(home) {
		t.Error("there is no sample")
	}
	dir := home
	if err := unpackSample(&dir); err != nil || !hasSample(home) || filepath.Dir(dir) != home {
		t.Errorf("unpacked into %q: %v", dir, err)
	}
}

// A project whose folder was gone looked in the welcome like all the others.
func TestARecentProjectWhoseFolderIsGoneIsMarkedInTheWelcome(t *testing.T) {
	s := spies.Place(t)
	d := deskFor(t, s)
	there, gone := t.TempDir(), filepath.Join(t.TempDir(), "gone")
	d.person.Recent = []string{there, gone}
	d.lookForRecent()
	d.screen.show(view.PageOverview)
	settled(t, d)
	mark := d.words.Text("ui.recent.gone", nil) + " · "
	marked := func() (dirs []string) {
		for _, o := range test.LaidOutObjects(d.screen.window.Content()) {
			if o, ok := o.(interface{ String() string }); ok && strings.HasPrefix(o.String(), mark) {
				dirs = append(dirs, strings.TrimPrefix(o.String(), mark))
			}
		}
		return dirs
	}
	if got := marked(); !slices.Equal(got, []string{gone}) {
		t.Errorf("marked %q, want %q alone", got, gone)
	}
	if err := os.Mkdir(gone, 0o700); err != nil {
		t.Fatal(err)
	}
	d.screen.show(view.PageOverview) // looked at again
	settled(t, d)
	if got := marked(); len(got) > 0 {
		t.Errorf("marked %q, and it is back", got)
	}
}
