package ui

import (
	"image/color"
	"math"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"
)

// contrast is WCAG's: from 1 (none) to 21 (black on white).
func contrast(a, b color.Color) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func luminance(c color.Color) float64 {
	r, g, b, _ := c.RGBA()
	linear := func(v uint32) float64 {
		f := float64(v) / 0xffff
		if f <= 0.03928 {
			return f / 12.92
		}
		return math.Pow((f+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(r) + 0.7152*linear(g) + 0.0722*linear(b)
}

func TestEveryTextCanBeReadInBothThemes(t *testing.T) {
	surfaces := []fyne.ThemeColorName{theme.ColorNameBackground, colorCard, colorMono, theme.ColorNameInputBackground, theme.ColorNameOverlayBackground}
	texts := []fyne.ThemeColorName{
		theme.ColorNameForeground, theme.ColorNamePlaceHolder, colorMuted, colorInfo, theme.ColorNamePrimary,
		theme.ColorNameHyperlink, theme.ColorNameSuccess, theme.ColorNameWarning, theme.ColorNameError,
	}
	pairs := map[fyne.ThemeColorName]fyne.ThemeColorName{
		theme.ColorNameForegroundOnPrimary: theme.ColorNamePrimary, theme.ColorNameForegroundOnSuccess: theme.ColorNameSuccess,
		theme.ColorNameForegroundOnWarning: theme.ColorNameWarning, theme.ColorNameForegroundOnError: theme.ColorNameError,
		theme.ColorNameForeground: theme.ColorNameButton,
	}
	for _, name := range []string{"light", "dark"} {
		th := Themes(name)
		check := func(text, on fyne.ThemeColorName) {
			if got := contrast(th.Color(text, 0), th.Color(on, 0)); got < 4.5 {
				t.Errorf("%s: %s on %s has a contrast of %.2f, want 4.5 or more", name, text, on, got)
			}
		}
		for _, s := range surfaces {
			for _, text := range texts {
				check(text, s)
			}
		}
		for text, on := range pairs {
			check(text, on)
		}
		for _, on := range []fyne.ThemeColorName{theme.ColorNameBackground, colorCard} { // boxes and fields are no text
			if got := contrast(th.Color(theme.ColorNameInputBorder, 0), th.Color(on, 0)); got < 3 {
				t.Errorf("%s: the border of fields on %s has a contrast of %.2f, want 3 or more", name, on, got)
			}
		}
	}
}

func TestTheSystemChoosesWhereThePersonDidNot(t *testing.T) {
	for _, c := range []struct {
		name    string
		variant fyne.ThemeVariant
		want    color.Color
	}{
		{"", theme.VariantDark, dark[colorCard]},
		{"system", theme.VariantLight, light[colorCard]},
		{"light", theme.VariantDark, light[colorCard]},
		{"dark", theme.VariantLight, dark[colorCard]},
	} {
		if got := Themes(c.name).Color(colorCard, c.variant); got != c.want {
			t.Errorf("%q with the system at %d: %v, want %v", c.name, c.variant, got, c.want)
		}
	}
}

// Of the button that is meant, not one pixel changed when it had the focus; later all others turned grey as if they could not
// be pressed. A ring around them has a line that is seen on whatever is below it and beside it.
func TestTheFocusIsSeenOnEveryButton(t *testing.T) {
	for _, name := range []string{"light", "dark"} {
		th := Themes(name)
		outer, inner := th.Color(theme.ColorNameForeground, 0), th.Color(colorCard, 0)
		for _, button := range []fyne.ThemeColorName{theme.ColorNamePrimary, theme.ColorNameButton, theme.ColorNameInputBackground, colorCard, theme.ColorNameBackground, colorAlert} {
			if got := max(contrast(outer, th.Color(button, 0)), contrast(inner, th.Color(button, 0))); got < 3 {
				t.Errorf("%s: the ring on %s has a contrast of %.2f, want 3 or more", name, button, got)
			}
		}
		if got := contrast(outer, inner); got < 3 {
			t.Errorf("%s: the ring's lines have a contrast of %.2f, want 3 or more", name, got)
		}
	}
}

func TestARingIsDrawnAroundWhatHasTheKeys(t *testing.T) {
	test.NewTempApp(t).Settings().SetTheme(testTheme("light"))
	tapped := 0
	pushed, chosen, ticked := newButton("Start", func() { tapped++ }), newChoice([]string{"one", "two"}), newCheckBox("Wrap", nil)
	win := test.NewTempWindow(t, container.NewVBox(pushed, chosen, ticked))
	passed := ""
	win.Canvas().SetOnTypedKey(func(k *fyne.KeyEvent) { passed = string(k.Name) })
	for _, w := range []interface {
		fyne.Widget
		fyne.Focusable
	}{pushed, ticked, chosen} { // the one whose list lies over the others last
		r := test.WidgetRenderer(w).(*ringRenderer)
		if r.lines[0].Visible() || r.lines[1].Visible() {
			t.Errorf("%T: a ring without the keys", w)
		}
		win.Canvas().Focus(w)
		if !r.lines[0].Visible() || !r.lines[1].Visible() || r.lines[0].Size().Height != w.Size().Height {
			t.Errorf("%T: no ring around it", w)
		}
		passed = ""
		if w.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape}); passed != string(fyne.KeyEscape) {
			t.Errorf("%T: Esc does not reach the window", w)
		}
		w.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	}
	if tapped != 1 || !ticked.Checked || win.Canvas().Overlays().Top() == nil {
		t.Errorf("by Enter: pressed %d times, ticked %v, list %v; want once each", tapped, ticked.Checked, win.Canvas().Overlays().Top())
	}
}

// By keys alone, the first button of a page could be one below the fold: nothing seemed to have the keys, and Enter did something.
func TestWhatHasTheKeysIsScrolledTo(t *testing.T) {
	test.NewTempApp(t).Settings().SetTheme(testTheme("light"))
	box := container.NewVBox()
	var all []*pushButton
	for range 30 {
		b := newButton("Open log", func() {})
		all = append(all, b)
		box.Add(b)
	}
	scroll := container.NewVScroll(box)
	win := test.NewTempWindow(t, container.NewStack(scroll))
	win.Resize(fyne.NewSize(300, 200))
	for _, i := range []int{29, 14, 0, 3} {
		win.Canvas().Focus(all[i])
		top := all[i].Position().Y - scroll.Offset.Y
		if top < 0 || top+all[i].Size().Height > scroll.Size().Height {
			t.Errorf("button %d has the keys and stands at %.0f of %.0f", i, top, scroll.Size().Height)
		}
	}
}

// The g of "Streaming" in the header had no tail.
func TestNoTextOfAThemesSizesLosesItsTails(t *testing.T) {
	for _, name := range []fyne.ThemeSizeName{theme.SizeNameText, theme.SizeNameCaptionText, theme.SizeNameSubHeadingText, theme.SizeNameHeadingText, sizeTitle} {
		for _, bold := range []bool{false, true} {
			size, base := driver().RenderedTextSize("Mg", sizes[name], fyne.TextStyle{Bold: bold}, nil)
			height := float64(size.Height)
			if lost := math.Ceil(float64(base)) + height - float64(base) - math.Round(height); lost > 0.6 { // less is not seen
				t.Errorf("%s of %v, bold %v: %.2f pixels are lost", name, sizes[name], bold, lost)
			}
		}
	}
}
