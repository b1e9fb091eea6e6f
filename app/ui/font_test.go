package ui

import (
	"bytes"
	"encoding/binary"
	"io/fs"
	"math"
	"os"
	"strings"
	"sync"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/font/opentype"

	"streamtray/assets"
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
	return lacking(t.Theme.Theme.Font(style))
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

// Intent: a computer without any Chinese font shows our texts all the same, and Latin letters as always.
func TestWithoutAChineseFontOursDrawsChinese(t *testing.T) {
	th := Themes("light").In("zh")
	th.noChinese = func() bool { return true }
	ours, err := font.ParseTTF(bytes.NewReader(th.Font(fyne.TextStyle{}).Content()))
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	const rules = "rules/*.yaml"
	for dir, files := range map[string]fs.FS{"text/*.zh.json": assets.Texts, rules: os.DirFS("../diagnose")} {
		names, err := fs.Glob(files, dir)
		if err != nil || len(names) == 0 {
			t.Fatal(names, err)
		}
		for _, name := range names {
			text, err := fs.ReadFile(files, name)
			if err != nil {
				t.Fatal(err)
			}
			for line := range strings.Lines(string(text)) {
				if dir == rules && !strings.Contains(line, "zh: ") { // what others write is in other languages too
					continue
				}
				for _, r := range line {
					if r < 0x3000 {
						continue
					}
					seen++
					if _, ok := ours.NominalGlyph(r); !ok {
						t.Errorf("%s: %c is missing: let build/font.go take it, and go run ./build font", name, r)
					}
				}
			}
		}
	}
	if seen < 10_000 {
		t.Errorf("%d Chinese characters in all texts", seen)
	}
	if _, ok := ours.NominalGlyph('A'); ok {
		t.Error("Latin letters would be drawn by it, too")
	}
	sizes := func(th fyne.Theme, style fyne.TextStyle, text string) fyne.Size {
		test.NewTempApp(t).Settings().SetTheme(th)
		return fyne.MeasureText(text, 100, style)
	}
	for name, style := range map[string]fyne.TextStyle{"regular": {}, "bold": {Bold: true}, "mono": {Monospace: true}} {
		const text = " Kafka\u00a0is ready now "
		if got, want := sizes(th, style, text), sizes(Themes("light"), style, text); math.Abs(float64(got.Width-want.Width)) > 3 || math.Abs(float64(got.Height-want.Height)) > 1 {
			t.Errorf("%s: Latin text is %v large, and %v where Chinese is there", name, got, want)
		}
		if got, want := sizes(th, style, "启　动 Kafka").Width, 300+sizes(th, style, " Kafka").Width; math.Abs(float64(got-want)) > 1 {
			t.Errorf("%s: a space after Chinese: %v wide, want %v", name, got, want)
		}
	}
}

// Whether the computer has a Chinese font was asked at the first text of all, which had that font read, 25 MB in memory, for a
// program that speaks English and shows no Chinese.
func TestAChineseFontIsLookedForOnceThereIsChinese(t *testing.T) {
	defer Themes("light")
	asked := 0
	th := Themes("light")
	th.noChinese = func() bool { asked++; return false }
	for _, text := range []string{"Kafka", "café → done ✅"} {
		if th.Font(styleOf(text, fyne.TextStyle{})); asked != 0 {
			t.Fatalf("asked for %q", text)
		}
	}
	if th.Font(styleOf("第 3 条", fyne.TextStyle{Bold: true})); asked != 1 {
		t.Error("not asked for a Chinese text")
	}
	th.In("zh")
	if th.Font(styleOf("Kafka", fyne.TextStyle{})); asked != 2 { // buttons and the like are not told apart
		t.Error("not asked where the program speaks Chinese")
	}
	if s := (fyne.TextStyle{Bold: true}); styleOf("第 3 条", s) != s {
		t.Error("Chinese has a style of its own where all have a font for it")
	}
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
