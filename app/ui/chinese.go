package ui

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io/fs"
	"math"
	"sync"
	"unicode"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/font/opentype"

	"streamtray/assets"
)

// Font is Fyne's. Where this computer has none for Chinese, one that has Chinese characters and spaces is asked before it;
// that is found out, which has a Chinese font read, once there is Chinese to draw. Where it has one, only what is bold is
// drawn by ours, as far as our own texts go: of the computer's fonts, Fyne takes none that is bold.
func (t *Theme) Font(s fyne.TextStyle) fyne.Resource {
	own := t.Theme.Font(s)
	switch {
	case s.Symbol || !t.chinese && s.TabWidth != chineseTab:
		return own
	case t.noChinese():
		return chineseFor(own, s.Bold, nil)
	case s.Bold && !s.Monospace && t.chinese:
		return chineseFor(own, true, told())
	}
	return own
}

// chineseFonts are ours, by the name of the font that each goes with, and whether it has all that we have.
var chineseFonts sync.Map

// chineseFor is our font that goes with another; one that is bold has these characters alone, or, for nil, all.
func chineseFor(own fyne.Resource, bold bool, characters map[rune]bool) fyne.Resource {
	type key struct {
		name  string
		whole bool
	}
	of := key{own.Name(), characters == nil}
	made, ok := chineseFonts.Load(of)
	if !ok {
		tables := ourChinese()
		if bold {
			thicken(tables, characters)
		}
		made, _ = chineseFonts.LoadOrStore(of, fyne.NewStaticResource("chinese-"+own.Name(), chineseLike(own.Content(), tables)))
	}
	return made.(fyne.Resource)
}

// told are the Chinese characters of our own texts, without the signs: ours stand in the middle of their room, and the
// computer's, which are then taken, where a reader of simplified characters has them.
var told = sync.OnceValue(func() map[rune]bool {
	all := map[rune]bool{}
	files, err := fs.Glob(assets.Texts, "text/*.zh.json")
	for _, name := range files {
		text, bad := fs.ReadFile(assets.Texts, name)
		err = errors.Join(err, bad)
		for _, r := range string(text) {
			if unicode.Is(unicode.Han, r) {
				all[r] = true
			}
		}
	}
	if err != nil {
		panic(err) // they are in this program
	}
	return all
})

// firstChinese begins the characters of which our font has some.
const firstChinese = 0x3000

// ourChinese are the tables of our font, by their names.
func ourChinese() map[string][]byte {
	ours, err := opentype.NewLoader(bytes.NewReader(assets.ChineseFont()))
	if err != nil {
		panic(err) // it is in this program
	}
	tables := map[string][]byte{}
	for _, tag := range ours.Tables() {
		content, err := ours.RawTable(tag)
		if err != nil {
			panic(err)
		}
		tables[tag.String()] = content
	}
	return tables
}

// chineseLike is a font with another's spaces and heights, as those of a line are the first font's.
func chineseLike(other []byte, tables map[string][]byte) []byte {
	like, err := font.ParseTTF(bytes.NewReader(other))
	if err != nil {
		panic(err) // Fyne's
	}
	high, _ := like.FontHExtents()
	space, _ := like.NominalGlyph(' ')
	be := binary.BigEndian
	scaled := func(v float32) uint16 {
		return uint16(int16(math.Round(float64(v) * float64(be.Uint16(tables["head"][18:])) / float64(like.Upem()))))
	}
	for i, v := range []float32{high.Ascender, high.Descender, high.LineGap} {
		be.PutUint16(tables["hhea"][4+2*i:], scaled(v))
	}
	be.PutUint16(tables["hmtx"][4:], scaled(like.HorizontalAdvance(space))) // build/font.go has it be the first glyph
	var all []opentype.Table
	for tag, content := range tables {
		all = append(all, opentype.Table{Tag: opentype.MustNewTag(tag), Content: content})
	}
	return opentype.WriteTTF(all)
}

// lacksChinese asks Fyne itself: a Chinese character is as wide as it is high, and what is drawn in its stead is not. The
// text's font is one that has next to nothing, so that the computer's are asked.
var lacksChinese = sync.OnceValue(func() bool {
	const high = 100
	size, _ := driver().RenderedTextSize("中", high, fyne.TextStyle{}, theme.DefaultSymbolFont())
	return size.Width != high
})
