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
