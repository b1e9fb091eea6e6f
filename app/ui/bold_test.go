package ui

import (
	"bytes"
	"image"
	"image/color"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"
	"github.com/go-text/typesetting/font"
)

// Beside Latin headings that are bold, Chinese ones were not: Fyne asks the computer for a plain font.
func TestChineseHeadingsAreBold(t *testing.T) {
	th := Themes("light").In("zh")
	th.noChinese = func() bool { return false }
	if s := (fyne.TextStyle{}); th.Font(s) != th.Theme.Font(s) {
		t.Error("plain Chinese is not drawn by the computer's own font")
	}
	bold := th.Font(fyne.TextStyle{Bold: true})
	ours, err := font.ParseTTF(bytes.NewReader(bold.Content()))
	if err != nil {
		t.Fatal(err)
	}
	for r := range told() {
		if _, ok := ours.NominalGlyph(r); !ok {
			t.Errorf("%c is not bold", r)
		}
	}
	if len(told()) < 500 {
		t.Errorf("%d characters in all our texts", len(told()))
	}
	if _, ok := ours.NominalGlyph('鑫'); ok || len(bold.Content()) > 300_000 {
		t.Errorf("%d bytes, with what no text of ours has: it is read into memory", len(bold.Content()))
	}
	test.NewTempApp(t).Settings().SetTheme(th)
	plain := chineseFor(fyne.CurrentApp().Settings().Theme().Font(fyne.TextStyle{}), false, nil)
	const text = "概览日志诊断设置应用崩溃资源流式推送"
	thin, thick := ink(t, text, plain), ink(t, text, bold)
	if more := float64(thick) / float64(thin); more < 1.15 || more > 1.6 {
		t.Errorf("bold has %.2f times the ink, want 1.15 to 1.6: lines that are thicker, and none filled", more)
	}
	if wide, as := width(text, bold), width(text, plain); wide != as {
		t.Errorf("bold is %v wide, plain %v", wide, as)
	}
}

func drawn(text string, f fyne.Resource) *canvas.Text {
	c := canvas.NewText(text, color.Black)
	c.FontSource, c.TextSize = f, 40
	return c
}

func width(text string, f fyne.Resource) float32 { return drawn(text, f).MinSize().Width }

// ink is how much of a text's picture is dark.
func ink(t *testing.T, text string, f fyne.Resource) (sum int) {
	t.Helper()
	win := test.NewTempWindow(t, drawn(text, f))
	m := win.Canvas().Capture()
	gray := func(x, y int) int { return int(color.GrayModel.Convert(m.At(x, y)).(color.Gray).Y) }
	paper := gray(0, 0)
	for y := range m.Bounds().Dy() {
		for x := range m.Bounds().Dx() {
			sum += paper - gray(x, y)
		}
	}
	return sum
}

// A glyph that is moved by nothing is what it was.
func TestAnOutlineIsReadAndWrittenAsItIs(t *testing.T) {
	glyph := outlineOf([]point{{0, 0, 1}, {0, 300, 1}, {200, 310, 0}, {200, -20, 1}, {50, 50, 1}, {150, 50, 1}, {150, 250, 1}}, []int{3, 6})
	if again := bolder(glyph, 0); !bytes.Equal(again, glyph) {
		t.Errorf("% x\nbecame\n% x", glyph, again)
	}
	points, ends := outlinePoints(bolder(outlineOf([]point{{0, 0, 1}, {0, 100, 1}, {100, 100, 1}, {100, 0, 1}, {25, 25, 1}, {75, 25, 1}, {75, 75, 1}, {25, 75, 1}}, []int{3, 7}), 5))
	box := func(all []point) image.Rectangle {
		r := image.Rect(int(all[0].x), int(all[0].y), int(all[0].x), int(all[0].y))
		for _, p := range all {
			r = image.Rect(min(r.Min.X, int(p.x)), min(r.Min.Y, int(p.y)), max(r.Max.X, int(p.x)), max(r.Max.Y, int(p.y)))
		}
		return r
	}
	if outer, inner := box(points[:ends[0]+1]), box(points[ends[0]+1:]); outer != image.Rect(-5, -5, 105, 105) || inner != image.Rect(30, 30, 70, 70) {
		t.Errorf("a square with a hole became %v with %v, want it larger by 5 on each side and its hole smaller", outer, inner)
	}
}
