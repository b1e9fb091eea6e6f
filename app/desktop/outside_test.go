package desktop

import (
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	"fyne.io/fyne/v2"

	"streamtray/app/ui/uitest"
)

// opened is an app that notes what the system was asked to open.
type opened struct {
	fyne.App
	urls []string
}

func (o *opened) OpenURL(u *url.URL) error {
	o.urls = append(o.urls, u.String())
	return nil
}

func TestOnlyPagesAreOpenedInTheBrowser(t *testing.T) {
	app := &opened{App: uitest.NewApp(t)}
	d := assemble(&Desk{app: app})
	for _, page := range []string{"file:///etc/passwd", "javascript:alert(1)", "vscode://x", ":", "", "http://127.0.0.1:8000/"} {
		d.outside.browse(page)
	}
	if want := []string{"http://127.0.0.1:8000/"}; !slices.Equal(app.urls, want) {
		t.Errorf("opened %q, want %q", app.urls, want)
	}
}

func TestAPlaceInAFileIsShownByTheEditorThatIsInstalled(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a program is found by its extension there")
	}
	bin, file := t.TempDir(), filepath.Join(t.TempDir(), "with space.py")
	for _, f := range []string{filepath.Join(bin, "codium"), file} {
		if err := os.WriteFile(f, []byte("#!/bin/sh\n"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", bin)
	app := &opened{App: uitest.NewApp(t)}
	d := assemble(&Desk{app: app})
	d.person.Quiet = true
	d.outside.openFile(file + ":12")
	d.outside.openFile(file + ".gone:1")
	d.outside.openFile("no place")
	want := (&url.URL{Scheme: "vscodium", Host: "file", Path: filepath.ToSlash(file) + ":12"}).String()
	if !slices.Equal(app.urls, []string{want}) {
		t.Errorf("opened %q, want %q", app.urls, want)
	}
}
