package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// Fyne reads its font of emoji, five megabytes in memory, once for every style of text, whether or not a text has an emoji.
// Until one has, a small font is in its place. A text with emoji has a style of its own, for which Fyne looks for fonts anew.
var emojiFont, emojiContent = withheldEmoji()

func withheldEmoji() (font *fyne.StaticResource, content []byte) {
	font, ok := theme.DefaultEmojiFont().(*fyne.StaticResource)
	if !ok { // Fyne is built without
		return nil, nil
	}
	content, font.StaticContent = font.StaticContent, theme.DefaultSymbolFont().Content()
	return font, content
}

// Widths of a tab that Fyne takes for the same as 0: they make other styles of one, and look the same.
const (
	emojiTab   = 4
	chineseTab = -1
)

// styleOf is a style as a text needs it.
func styleOf(text string, s fyne.TextStyle) fyne.TextStyle {
	switch t := last.Load(); {
	case emojiFont != nil && hasEmoji(text):
		emojiFont.StaticContent = emojiContent
		s.TabWidth = emojiTab
	case (t == nil || !t.chinese) && hasChinese(text):
		s.TabWidth = chineseTab
	}
	return s
}

// hasChinese reports whether a text has characters of East Asia.
func hasChinese(text string) bool {
	for _, r := range text {
		if r >= 0x2e80 && r < 0xfe00 {
			return true
		}
	}
	return false
}

// hasEmoji reports whether a text may have a character that only the font of emoji has.
func hasEmoji(text string) bool {
	for _, r := range text {
		if r >= 0x1f000 || r >= 0x2300 && r < 0x2c00 && (r < 0x2500 || r >= 0x2600) || r == 0x20e3 || r == 0x2139 || r == 0xfe0f {
			return true
		}
	}
	return false
}
