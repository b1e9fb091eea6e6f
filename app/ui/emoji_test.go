package ui

import (
	"bytes"
	"runtime"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
	"github.com/go-text/typesetting/font"
)

func parsed(t *testing.T, ttf []byte) *font.Face {
	t.Helper()
	f, err := font.ParseTTF(bytes.NewReader(ttf))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// Every style of text that was used held five megabytes for emoji that nobody had written.
func TestTheFontOfEmojiIsReadForTextsThatHaveSome(t *testing.T) {
	if emojiFont == nil {
		t.Skip("Fyne is built without it")
	}
	heap := func(read func()) int64 {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		read()
		runtime.GC()
		runtime.ReadMemStats(&after)
		return int64(after.HeapAlloc) - int64(before.HeapAlloc)
	}
	emojiFont.StaticContent = theme.DefaultSymbolFont().Content() // as before any test had some
	styles := []fyne.TextStyle{{}, {Bold: true}, {Monospace: true}}
	for _, s := range styles {
		if got := styleOf("No. 3 → café ▲ ─ │", s); got != s {
			t.Errorf("a text without emoji has the style %+v, want %+v", got, s)
		}
	}
	var face *font.Face
	if spare := heap(func() { face = parsed(t, emojiFont.Content()) }); spare > 1<<20 {
		t.Errorf("what every style reads takes %d bytes, want next to nothing", spare)
	}
	runtime.KeepAlive(face)
	for _, s := range styles {
		got := styleOf("done ✅", s)
		if got == s {
			t.Errorf("%+v: a text with emoji has no style of its own", s)
		}
		if got.TabWidth = s.TabWidth; got != s {
			t.Errorf("%+v: a text with emoji looks like %+v", s, got)
		}
	}
	face = parsed(t, emojiFont.Content())
	if _, has := face.NominalGlyph('✅'); !has {
		t.Error("what such a style reads has no emoji")
	}
}

// What only the font of emoji has is known as one: of monospaced text, which has the most of its own, all; of other text, all
// but what is drawn by the system's fonts as before it was.
func TestWhatOnlyTheFontOfEmojiHasIsOne(t *testing.T) {
	if emojiFont == nil {
		t.Skip("Fyne is built without it")
	}
	emoji, mono := parsed(t, emojiContent), parsed(t, theme.DefaultTextMonospaceFont().Content())
	for r := rune(0x2000); r < 0x20000; r++ {
		_, has := emoji.NominalGlyph(r)
		_, other := mono.NominalGlyph(r)
		cjk := r >= 0x3000 && r < 0x3300 // a Chinese font has them
		if has && !other && !cjk && r != 0x200d && !hasEmoji(string(r)) {
			t.Errorf("%U is not known as an emoji", r)
		}
	}
}
