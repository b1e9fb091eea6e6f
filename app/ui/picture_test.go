package ui

import (
	"flag"
	"image/png"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"streamtray/app/i18n"
	"streamtray/app/view"
)

var (
	update   = flag.Bool("update", false, "write the goldens anew")
	pictures = flag.String("pictures", "", "a folder to draw every window into, for a person to look at")
)

// each runs f in every language, in an app of its own. Themes differ in colours only, which TestAThemeIsColours holds: one
// of them is enough, unless pictures are wanted.
func each(t *testing.T, f func(t *testing.T, w *i18n.Words, name string)) {
	t.Helper()
	for _, lang := range i18n.Languages {
		looks := map[string]string{lang: "light"}
		if *pictures != "" {
			looks = map[string]string{lang + "-light": "light", lang + "-dark": "dark"}
		}
		for name, look := range looks {
			t.Run(name, func(t *testing.T) {
				w, err := i18n.New(lang)
				if err != nil {
					t.Fatal(err)
				}
				test.NewTempApp(t).Settings().SetTheme(testTheme(look))
				f(t, w, name)
			})
		}
	}
}

// geometry is left out of goldens: people read them, and numbers that move with every word hide what changed.
var geometry = regexp.MustCompile(` (size|pos|minSize|padded)="[^"]*"`)

// golden compares what is shown with testdata/name.xml, where things stand left out. With -pictures, which has the
// computer's own fonts, it draws it instead.
func golden(t *testing.T, name string, content fyne.CanvasObject, size fyne.Size) {
	t.Helper()
	win := test.NewTempWindow(t, content)
	win.SetPadded(false)
	win.Resize(size)
	snap(t, name, win)
}

// snap is golden of a window with what lies over it.
func snap(t *testing.T, name string, win fyne.Window) {
	t.Helper()
	if *pictures != "" {
		draw(t, filepath.Join(*pictures, name+".png"), win)
		return
	}
	got := geometry.ReplaceAllString(test.RenderToMarkup(win.Canvas()), "")
	file := filepath.Join("testdata", name+".xml")
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (go test -update writes it anew, for you to read what changed):\n%s", file, difference(got, string(want)))
	}
}

// difference is the first line that differs.
func difference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			return "got  " + g[i] + "\nwant " + w[i]
		}
	}
	return "one ends before the other"
}

func draw(t *testing.T, file string, win fyne.Window) {
	t.Helper()
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := png.Encode(f, win.Canvas().Capture()); err != nil {
		t.Fatal(err)
	}
}

// nothing is a listener that hears nothing.
func nothing(view.Act, string) {}
