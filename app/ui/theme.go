package ui

import (
	"image/color"
	"sync/atomic"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
)

// Names of colours that Fyne has none for.
const (
	colorCard   fyne.ThemeColorName = "streamtrayCard"
	colorBorder fyne.ThemeColorName = "streamtrayBorder"
	colorMuted  fyne.ThemeColorName = "streamtrayMuted"
	colorInfo   fyne.ThemeColorName = "streamtrayInfo"
	colorMono   fyne.ThemeColorName = "streamtrayMono"  // behind logs and records
	colorHit    fyne.ThemeColorName = "streamtrayHit"   // behind what was searched for
	colorAlert  fyne.ThemeColorName = "streamtrayAlert" // behind what is wrong
	colorHot    fyne.ThemeColorName = "streamtrayHot"   // behind that of it which is looked at
)

// Sizes that Fyne has no name for.
const (
	sizeTitle fyne.ThemeSizeName = "streamtrayTitle"
	sizeMono  fyne.ThemeSizeName = "streamtrayMono"
)

// Theme is how StreamTray looks: calm surfaces, one accent, states in colours that can be read on all of them.
type Theme struct {
	fyne.Theme // what is not ours: most fonts, icons, sizes
	dark       *bool
	chinese    bool        // the program speaks it
	noChinese  func() bool // on this computer
}

// last is the theme that was made last, which is the one in force.
var last atomic.Pointer[Theme]

// Themes by the name that settings keep: "light", "dark", and anything else for the system's own choice.
func Themes(name string) *Theme {
	t := &Theme{Theme: theme.DefaultTheme(), noChinese: lacksChinese}
	dark := name == "dark"
	if dark || name == "light" {
		t.dark = &dark
	}
	last.Store(t)
	return t
}

// In is the theme of a program that speaks a language.
func (t *Theme) In(lang string) *Theme {
	t.chinese = lang == "zh"
	return t
}

// Color is the colour by name, in the wished variant.
func (t *Theme) Color(n fyne.ThemeColorName, v fyne.ThemeVariant) color.Color {
	palette := light
	if t.dark != nil && *t.dark || t.dark == nil && v == theme.VariantDark {
		palette, v = dark, theme.VariantDark
	} else {
		v = theme.VariantLight
	}
	if c, ok := palette[n]; ok {
		return c
	}
	return t.Theme.Color(n, v)
}

// Size is the size by name.
func (t *Theme) Size(n fyne.ThemeSizeName) float32 {
	if n == sizeMono {
		return wholeSize(windowScale())
	}
	if s, ok := sizes[n]; ok {
		return s
	}
	return t.Theme.Size(n)
}

// monospaced shows an entry in the size of monospaced text, which an entry cannot be told.
func monospaced(e fyne.CanvasObject) fyne.CanvasObject {
	return container.NewThemeOverride(e, monoTheme{})
}

// monoTheme is the theme that is in force, its text in the size of monospaced text.
type monoTheme struct{}

func (monoTheme) now() fyne.Theme { return last.Load() }

// Color is that of the theme in force.
func (t monoTheme) Color(n fyne.ThemeColorName, v fyne.ThemeVariant) color.Color {
	return t.now().Color(n, v)
}

// Font is that of the theme in force.
func (t monoTheme) Font(s fyne.TextStyle) fyne.Resource { return t.now().Font(s) }

// Icon is that of the theme in force.
func (t monoTheme) Icon(n fyne.ThemeIconName) fyne.Resource { return t.now().Icon(n) }

// Size is that of the theme in force, but for text.
func (t monoTheme) Size(n fyne.ThemeSizeName) float32 {
	if n == theme.SizeNameText {
		n = sizeMono
	}
	return t.now().Size(n)
}

// sizes of text are such that its tails are drawn whole on a plain screen: Fyne rounds the height of a line, and its base up.
var sizes = map[fyne.ThemeSizeName]float32{
	theme.SizeNameText:           13,
	theme.SizeNameCaptionText:    11.5,
	theme.SizeNameSubHeadingText: 14,
	theme.SizeNameHeadingText:    19,
	sizeTitle:                    24,
	theme.SizeNameInnerPadding:   7,
	theme.SizeNameInputRadius:    6,
	theme.SizeNameLineSpacing:    4,
	theme.SizeNameInlineIcon:     18,
	theme.SizeNameScrollBar:      10,
}

func rgb(hex uint32) color.NRGBA {
	return color.NRGBA{R: uint8(hex >> 16), G: uint8(hex >> 8), B: uint8(hex), A: 0xff}
}

func rgba(hex uint32, a uint8) color.NRGBA {
	c := rgb(hex)
	c.A = a
	return c
}

var light = map[fyne.ThemeColorName]color.Color{
	theme.ColorNameBackground:          rgb(0xf4f5f8),
	theme.ColorNameOverlayBackground:   rgb(0xffffff),
	theme.ColorNameMenuBackground:      rgb(0xffffff),
	theme.ColorNameHeaderBackground:    rgb(0xffffff),
	theme.ColorNameInputBackground:     rgb(0xeff2f6),
	theme.ColorNameInputBorder:         rgb(0x848c9b),
	theme.ColorNameSeparator:           rgb(0xe3e6ec),
	theme.ColorNameForeground:          rgb(0x1c2230),
	theme.ColorNamePlaceHolder:         rgb(0x5b6577),
	theme.ColorNameDisabled:            rgb(0x8b93a3),
	theme.ColorNameButton:              rgb(0xe8ebf1),
	theme.ColorNameDisabledButton:      rgb(0xeef0f4),
	theme.ColorNameHover:               rgba(0x1c2230, 0x0f),
	theme.ColorNamePressed:             rgba(0x1c2230, 0x1f),
	theme.ColorNameFocus:               rgba(0x2b5fd0, 0x2e),
	theme.ColorNameSelection:           rgba(0x2b5fd0, 0x26),
	theme.ColorNamePrimary:             rgb(0x2b5fd0),
	theme.ColorNameHyperlink:           rgb(0x2b5fd0),
	theme.ColorNameForegroundOnPrimary: rgb(0xffffff),
	theme.ColorNameSuccess:             rgb(0x14703a),
	theme.ColorNameForegroundOnSuccess: rgb(0xffffff),
	theme.ColorNameWarning:             rgb(0x8f5200),
	theme.ColorNameForegroundOnWarning: rgb(0xffffff),
	theme.ColorNameError:               rgb(0xbd2323),
	theme.ColorNameForegroundOnError:   rgb(0xffffff),
	theme.ColorNameScrollBar:           rgba(0x1c2230, 0x4d),
	theme.ColorNameScrollBarBackground: rgba(0x1c2230, 0x08),
	theme.ColorNameShadow:              rgba(0x000000, 0x24),
	colorCard:                          rgb(0xffffff),
	colorBorder:                        rgb(0xe0e4ea),
	colorMuted:                         rgb(0x5b6577),
	colorInfo:                          rgb(0x2b5fd0),
	colorMono:                          rgb(0xffffff),
	colorAlert:                         rgb(0xfdecea),
	colorHit:                           rgba(0xf5c518, 0x66),
	colorHot:                           rgba(0xf08c00, 0xa6),
}

var dark = map[fyne.ThemeColorName]color.Color{
	theme.ColorNameBackground:          rgb(0x14161b),
	theme.ColorNameOverlayBackground:   rgb(0x22262e),
	theme.ColorNameMenuBackground:      rgb(0x22262e),
	theme.ColorNameHeaderBackground:    rgb(0x1d2027),
	theme.ColorNameInputBackground:     rgb(0x181b21),
	theme.ColorNameInputBorder:         rgb(0x707a8c),
	theme.ColorNameSeparator:           rgb(0x2b303a),
	theme.ColorNameForeground:          rgb(0xe7eaf0),
	theme.ColorNamePlaceHolder:         rgb(0x9fa8b8),
	theme.ColorNameDisabled:            rgb(0x6d7686),
	theme.ColorNameButton:              rgb(0x2d323d),
	theme.ColorNameDisabledButton:      rgb(0x22262e),
	theme.ColorNameHover:               rgba(0xffffff, 0x12),
	theme.ColorNamePressed:             rgba(0xffffff, 0x24),
	theme.ColorNameFocus:               rgba(0x7ea6ff, 0x38),
	theme.ColorNameSelection:           rgba(0x7ea6ff, 0x38),
	theme.ColorNamePrimary:             rgb(0x7ea6ff),
	theme.ColorNameHyperlink:           rgb(0x7ea6ff),
	theme.ColorNameForegroundOnPrimary: rgb(0x0c1220),
	theme.ColorNameSuccess:             rgb(0x5bc98a),
	theme.ColorNameForegroundOnSuccess: rgb(0x07140c),
	theme.ColorNameWarning:             rgb(0xe8aa4e),
	theme.ColorNameForegroundOnWarning: rgb(0x180f02),
	theme.ColorNameError:               rgb(0xff8585),
	theme.ColorNameForegroundOnError:   rgb(0x1c0505),
	theme.ColorNameScrollBar:           rgba(0xffffff, 0x4d),
	theme.ColorNameScrollBarBackground: rgba(0xffffff, 0x08),
	theme.ColorNameShadow:              rgba(0x000000, 0x80),
	colorCard:                          rgb(0x1d2027),
	colorBorder:                        rgb(0x2b303a),
	colorMuted:                         rgb(0x9fa8b8),
	colorInfo:                          rgb(0x7ea6ff),
	colorMono:                          rgb(0x111317),
	colorAlert:                         rgb(0x3a2022),
	colorHit:                           rgba(0xf5c518, 0x4d),
	colorHot:                           rgba(0xf08c00, 0xa6),
}
