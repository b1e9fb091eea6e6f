package ui

import (
	"regexp"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"

	"streamtray/app"
	"streamtray/app/i18n"
	"streamtray/app/ui/uitest"
	"streamtray/app/view"
)

func frame(w *i18n.Words, scene string) view.Frame {
	return view.FrameOf(uitest.State(scene), uitest.Live(scene), w, uitest.Now)
}

func TestTheFrameOfEachScene(t *testing.T) {
	each(t, func(t *testing.T, w *i18n.Words, name string) {
		for _, scene := range uitest.Scenes {
			s := NewShell(w, nothing)
			s.Open(view.PageOverview, muted("page"), true)
			s.Show(frame(w, scene))
			golden(t, "frame-"+scene+"-"+name, s.Content, fyne.NewSize(1000, 420))
		}
		s := NewShell(w, nothing)
		s.Open(view.PageOverview, muted("page"), false)
		s.Show(view.FrameOf(app.State{}, view.Live{Version: "0.2.0"}, w, uitest.Now))
		golden(t, "frame-none-"+name, s.Content, fyne.NewSize(1000, 420))
	})
}

// colours are what a theme may change.
var colours = regexp.MustCompile(` (fillColor|strokeColor|color|themed)="[^"]*"|(rsc|fillMode)="[^"]*"`)

func TestAThemeIsColours(t *testing.T) {
	if *pictures != "" {
		t.Skip("there is nothing to see")
	}
	w := english(t)
	drawn := map[string]string{}
	for _, look := range []string{"light", "dark"} {
		test.NewTempApp(t).Settings().SetTheme(testTheme(look))
		s := NewShell(w, nothing)
		o := NewOverview(w, nothing)
		o.Show(board(w, "lost"))
		s.Open(view.PageOverview, o.Content, true)
		s.Show(frame(w, "lost"))
		win := test.NewTempWindow(t, s.Content)
		win.Resize(fyne.NewSize(1000, 700))
		drawn[look] = test.RenderToMarkup(win.Canvas())
	}
	if drawn["light"] == drawn["dark"] {
		t.Error("the two look the same")
	}
	light, dark := colours.ReplaceAllString(drawn["light"], ""), colours.ReplaceAllString(drawn["dark"], "")
	if light != dark {
		t.Errorf("the themes differ in more than colours:\n%s", difference(dark, light))
	}
}

// texts are the texts that are to be seen in an object.
func texts(o fyne.CanvasObject) string {
	var all []string
	for _, o := range test.LaidOutObjects(o) {
		if t, ok := o.(*canvas.Text); ok && t.Visible() && t.Text != "" {
			all = append(all, t.Text)
		}
	}
	return strings.Join(all, "\n")
}

func TestANarrowWindowHasARailOfIcons(t *testing.T) {
	s := NewShell(english(t), nothing)
	s.Open(view.PageOverview, muted("page"), true)
	win := test.NewTempWindow(t, s.Content)
	win.SetPadded(false)
	for _, c := range []struct{ wide, rail float32 }{{1200, railWidth}, {960, railWidth}, {959, railNarrow}, {800, railNarrow}, {1200, railWidth}} {
		win.Resize(fyne.NewSize(c.wide, 500))
		if got := s.rail.content.Size().Width; got != c.rail {
			t.Errorf("at %v the rail is %v wide, want %v", c.wide, got, c.rail)
		}
		if named := strings.Contains(texts(s.rail.content), "Diagnose"); named != (c.rail == railWidth) {
			t.Errorf("at %v the rail has names: %v", c.wide, named)
		}
	}
}

func TestTheFrameIsUsedByKeysAlone(t *testing.T) {
	w := english(t)
	var done []string
	s := NewShell(w, func(a view.Act, arg string) { done = append(done, string(a)) })
	s.Open(view.PageOverview, muted("page"), true)
	s.Show(frame(w, "streaming"))
	win := test.NewTempWindow(t, s.Content)
	win.Resize(fyne.NewSize(1000, 500))
	var order []string
	for range 16 {
		test.FocusNext(win.Canvas())
		switch o := win.Canvas().Focused().(type) {
		case *pushButton:
			order = append(order, o.Text)
		case *pill:
			order = append(order, o.text)
		case *railTab:
			order = append(order, o.text)
		}
		if f := win.Canvas().Focused(); f != nil && len(order) == 2 {
			f.TypedKey(&fyne.KeyEvent{Name: fyne.KeySpace}) // the switch
		}
		if f := win.Canvas().Focused(); f != nil && len(order) == 6 {
			f.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn}) // a page
			break
		}
	}
	if got, want := strings.Join(order, " "), "detection Streaming Open app Stop Overview Logs"; got != want {
		t.Errorf("Tab goes %q, want %q", got, want)
	}
	if got, want := strings.Join(done, " "), "streaming-off logs"; got != want {
		t.Errorf("done %q, want %q", got, want)
	}
	escaped := false
	win.Canvas().SetOnTypedKey(func(e *fyne.KeyEvent) { escaped = e.Name == fyne.KeyEscape })
	win.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if !escaped {
		t.Error("Esc does not reach the window while a page of the rail has the focus")
	}
}

// With a banner, each page gave the keys to what the banner offers, and Enter did that.
func TestAPageThatIsOpenedByKeysHasThem(t *testing.T) {
	w := english(t)
	s := NewShell(w, nothing)
	first := newButton("first", func() {})
	s.Open(view.PageSettings, first, true)
	s.Show(frame(w, "lost"))
	win := test.NewTempWindow(t, s.Content)
	win.Resize(fyne.NewSize(1000, 500))
	if !s.banner.content.Visible() || len(s.banner.fix.Objects) == 0 {
		t.Fatal("no banner with a button")
	}
	if s.FocusPage(win.Canvas()); win.Canvas().Focused() != fyne.Focusable(first) {
		t.Errorf("%#v has the keys, want the page's first button", win.Canvas().Focused())
	}
	s.Open(view.PageOverview, first, true)
	if s.FocusPage(win.Canvas()); win.Canvas().Focused() != s.banner.fix.Objects[0].(fyne.Focusable) {
		t.Errorf("%#v has the keys, want what helps", win.Canvas().Focused())
	}
}
