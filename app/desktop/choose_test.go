package desktop

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"streamtray/app/desktop/shoptest"
	"streamtray/app/filechooser"
	"streamtray/app/i18n"
)

// Where no desktop has a dialog, a path can be typed: the toolkit's own list has no place for one.
func TestAPathCanBeTyped(t *testing.T) {
	test.NewTempApp(t)
	w, err := i18n.New("en")
	if err != nil {
		t.Fatal(err)
	}
	d := &Desk{words: w}
	win := test.NewTempWindow(t, widget.NewLabel("page"))
	got := ""
	d.typePath(win, filechooser.Question{Title: "Save as", Save: true, Start: filepath.FromSlash("/home/x"), Name: "a.log"}, func(path string) { got = path })
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
	d.typePath(win, filechooser.Question{Title: "Save as", Save: true, Start: filepath.FromSlash("/home/x"), Name: "a.log"}, func(path string) { got = path })
	win.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if want := filepath.FromSlash("/home/x/a.log"); got != want {
		t.Errorf("the path that is suggested is %q, want %q", got, want)
	}
	d.typePath(win, filechooser.Question{Title: "Save as", Save: true, Start: filepath.FromSlash("/home/x"), Name: "a.log"}, func(path string) { got = path })
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
