package ui

import (
	"bytes"
	"encoding/binary"
	"sync"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/font/opentype"
)

// tested is a theme with fonts that are the same on every computer. Fyne brings none for Chinese and takes what the
// computer has, so that lines would break elsewhere on each.
type tested struct{ *Theme }

// testTheme is the theme by name, for tests. Pictures for a person have the computer's own fonts.
func testTheme(name string) fyne.Theme {
	if *pictures != "" {
		return Themes(name)
	}
	return tested{Themes(name)}
}

// Font is asked before Fyne's own font, and so has only the characters that this one lacks.
func (t tested) Font(style fyne.TextStyle) fyne.Resource {
	return lacking(t.Theme.Font(style))
}

// lastRune ends the planes that people's languages use.
const lastRune = 0x2ffff

// made are the fonts of lacking, by the name of the font that they complete.
var made sync.Map

// lacking is a font in which every character that other lacks is as wide as it is high.
func lacking(other fyne.Resource) fyne.Resource {
	if known, ok := made.Load(other.Name()); ok {
		return known.(fyne.Resource)
	}
	has, err := font.ParseTTF(bytes.NewReader(other.Content()))
	if err != nil {
		panic(err) // Fyne's own font
	}
	var groups []uint32
	count := uint32(0)
	for first := rune(' '); first <= lastRune; first++ {
		last := first
		for ; last <= lastRune; last++ {
			if _, there := has.NominalGlyph(last); there {
				break
			}
		}
		if last > first {
			groups = append(groups, uint32(first), uint32(last-1), 1)
			count++
		}
		first = last
	}
	known, _ := made.LoadOrStore(other.Name(), fyne.NewStaticResource("lacking-"+other.Name(), square(count, groups)))
	return known.(fyne.Resource)
}

// square is a font whose glyph 1, which draws nothing, stands for count groups of characters (the first, the last, 1).
func square(count uint32, groups []uint32) []byte {
	table := func(tag string, values ...any) opentype.Table {
		var b bytes.Buffer
		for _, v := range values {
			if err := binary.Write(&b, binary.BigEndian, v); err != nil {
				panic(err)
			}
		}
		return opentype.Table{Tag: opentype.MustNewTag(tag), Content: b.Bytes()}
	}
	const em, ascent, descent = 1000, 880, -120
	return opentype.WriteTTF([]opentype.Table{
		table("cmap",
			[]uint16{0, 1, 3, 10}, uint32(12), // one table, for all of Unicode
			[]uint16{13, 0}, []uint32{16 + 12*count, 0, count}, groups), // 13: all characters of a group have one glyph
		table("glyf"),
		table("head", []uint32{0x10000, 0x10000, 0, 0x5f0f3cf5}, []uint16{0, em}, [16]byte{}, []int16{0, descent, em, ascent}, [5]int16{}),
		table("hhea", uint32(0x10000), []int16{ascent, descent, 0, em}, [11]int16{}, uint16(2)),
		table("hmtx", []uint16{em, 0, em, 0}),
		table("loca", [3]uint16{}),
		table("maxp", uint32(0x5000), uint16(2)),
	})
}

func TestTextsAreAsWideOnEveryComputer(t *testing.T) {
	if *pictures != "" {
		t.Skip("pictures have the computer's fonts")
	}
	test.NewTempApp(t).Settings().SetTheme(testTheme("light"))
	for name, style := range map[string]fyne.TextStyle{"regular": {}, "bold": {Bold: true}, "italic": {Italic: true}, "mono": {Monospace: true}} {
		for _, text := range []string{"检测应用", "한국어를", "𠀀𠀁𠀂𠀃"} {
			if got := fyne.MeasureText(text, 10, style).Width; got != 40 {
				t.Errorf("%s, %s: %v wide, want four squares of 10", name, text, got)
			}
		}
	}
}
