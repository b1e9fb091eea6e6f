package ui

import (
	"image/color"
	"math"
	"testing"

	"fyne.io/fyne/v2"
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

// Of the button that is meant, not one pixel changed when it had the focus.
func TestTheFocusIsSeenOnEveryButton(t *testing.T) {
	over := func(top, below color.Color) color.Color {
		r, g, b, a := top.RGBA() // with the alpha in them
		r0, g0, b0, _ := below.RGBA()
		mix := func(x, y uint32) uint16 { return uint16(x + y*(0xffff-a)/0xffff) }
		return color.RGBA64{R: mix(r, r0), G: mix(g, g0), B: mix(b, b0), A: 0xffff}
	}
	for _, name := range []string{"light", "dark"} {
		th := Themes(name)
		for _, button := range []fyne.ThemeColorName{theme.ColorNamePrimary, theme.ColorNameButton, colorCard, theme.ColorNameBackground} {
			plain := th.Color(button, 0)
			if got := contrast(over(th.Color(theme.ColorNameFocus, 0), plain), plain); got < 1.4 {
				t.Errorf("%s: with the focus, %s differs by a contrast of %.2f, want 1.4 or more", name, button, got)
			}
		}
		if got := contrast(over(th.Color(theme.ColorNameFocus, 0), th.Color(theme.ColorNamePrimary, 0)), th.Color(theme.ColorNameForegroundOnPrimary, 0)); got < 4.5 {
			t.Errorf("%s: the text of the button that is meant has a contrast of %.2f with the focus, want 4.5", name, got)
		}
	}
}
