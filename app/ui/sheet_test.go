package ui

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
)

// numbered is a log of so many lines in a window.
func numbered(t *testing.T, n int) (*Logs, *string) {
	t.Helper()
	log := NewLog()
	for i := range n {
		log.Append(LogLine{Time: someLines()[0].Time, Source: "app", Level: "info", Text: fmt.Sprint("line ", i)})
	}
	return newTestLogs(t, english(t), log)
}

// rowAt is a place in a row of a sheet, counted from the first that is seen.
func rowAt(s *sheet, row int) fyne.Position { return fyne.NewPos(200, 3+float32(row)*s.lineHeight()) }

func tapRow(s *sheet, row int, m fyne.KeyModifier) {
	e := fyne.PointEvent{Position: rowAt(s, row)}
	s.MouseDown(&desktop.MouseEvent{PointEvent: e, Modifier: m})
	s.Tapped(&e)
}

func TestLinesAreChosenByMouseAndKeysAndCopied(t *testing.T) {
	for _, c := range []struct {
		name string
		do   func(s *sheet)
		want string
	}{
		{"a tap", func(s *sheet) { tapRow(s, 2, 0) }, "2"},
		{"shift and a tap", func(s *sheet) { tapRow(s, 2, 0); tapRow(s, 4, fyne.KeyModifierShift) }, "2 3 4"},
		{"upwards", func(s *sheet) { tapRow(s, 4, 0); tapRow(s, 2, fyne.KeyModifierShift) }, "2 3 4"},
		{"drawn over", func(s *sheet) {
			s.MouseDown(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: rowAt(s, 1)}})
			s.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: rowAt(s, 2)}, Dragged: fyne.NewDelta(0, s.lineHeight())})
			s.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: rowAt(s, 3)}, Dragged: fyne.NewDelta(0, s.lineHeight())})
			s.DragEnd()
		}, "1 2 3"},
		{"keys", func(s *sheet) {
			tapRow(s, 1, 0)
			s.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown})
			s.KeyDown(&fyne.KeyEvent{Name: desktop.KeyShiftLeft})
			s.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown})
			s.KeyUp(&fyne.KeyEvent{Name: desktop.KeyShiftLeft})
		}, "2 3"},
		{"all", func(s *sheet) { s.TypedShortcut(&fyne.ShortcutSelectAll{}) }, "0 1 2 3 4 5"},
		{"none: all", func(s *sheet) { tapRow(s, 1, 0); s.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape}) }, "0 1 2 3 4 5"},
		{"below the last line", func(s *sheet) { tapRow(s, 5, 0); tapRow(s, 20, 0) }, "5"},
	} {
		t.Run(c.name, func(t *testing.T) {
			l, copied := numbered(t, 6)
			c.do(l.view)
			l.view.TypedShortcut(&fyne.ShortcutCopy{})
			var got []string
			for line := range strings.Lines(*copied) {
				got = append(got, strings.Fields(line)[4])
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("copied %q, want %s", got, c.want)
			}
		})
	}
}

func TestTheBarIsDragged(t *testing.T) {
	for _, wrap := range []bool{false, true} {
		l, _ := numbered(t, 1000)
		s := l.view
		l.wrap.SetChecked(wrap)
		s.TypedKey(&fyne.KeyEvent{Name: fyne.KeyHome})
		bar, shown := s.bar()
		if !shown || bar.Y != 0 {
			t.Fatalf("bar %+v, %v; want it on top", bar, shown)
		}
		grip := fyne.NewPos(bar.X+2, bar.Y+bar.Height/2)
		s.MouseDown(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: grip}})
		half := (s.Size().Height - bar.Height) / 2
		s.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: grip.AddXY(0, half)}, Dragged: fyne.NewDelta(0, half)})
		if want := (1000 - s.rows()) / 2; s.top < want-2 || s.top > want+2 || l.follow.Checked {
			t.Errorf("half way down: top %d, following %v; want about %d, and no following", s.top, l.follow.Checked, want)
		}
		s.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: grip.AddXY(0, 4*half)}, Dragged: fyne.NewDelta(0, 3*half)})
		s.DragEnd()
		if s.top != 1000-s.rows() || !l.follow.Checked {
			t.Errorf("at the bottom: top %d, following %v; want %d, and following", s.top, l.follow.Checked, 1000-s.rows())
		}
		if _, _, ok := s.chosen(); ok {
			t.Error("dragging the bar chose lines")
		}
	}
}

// shownRows are the texts that are drawn, from top to bottom.
func shownRows(s *sheet) []string {
	var rows []string
	for _, o := range test.WidgetRenderer(s).Objects() {
		if text, ok := o.(*canvas.Text); ok && text.Text != "" && text.Position().X >= s.textAt()-1 {
			rows = append(rows, text.Text)
		}
	}
	return rows
}

func TestALongLineGoesOnBelowItselfAndTheEndIsSeen(t *testing.T) {
	log := NewLog()
	for i := range 200 {
		log.Append(LogLine{Time: someLines()[0].Time, Source: "app", Text: fmt.Sprint(i, " ", strings.Repeat("x", 20*(i%17)), " 人🙂 end", i)})
	}
	l, _ := newTestLogs(t, english(t), log)
	l.wrap.SetChecked(true)
	rows := shownRows(l.view)
	if got := rows[len(rows)-1]; !strings.HasSuffix(got, "end199") || len(rows) != l.view.rows() {
		t.Errorf("%d rows of %d, the last %q; want the end of the last line", len(rows), l.view.rows(), got)
	}
	for range 1000 { // to the top, row by row: none is left out
		l.view.scroll(-1)
	}
	var all []string
	for range 2000 {
		all = append(all, shownRows(l.view)[0])
		if before := l.view.top*1000 + l.view.sub; true {
			l.view.scroll(1)
			if l.view.top*1000+l.view.sub == before {
				break
			}
		}
	}
	all = append(all, shownRows(l.view)[1:]...)
	whole := strings.ReplaceAll(strings.Join(all, ""), " ", "")
	for i := range 200 {
		if !strings.Contains(whole, fmt.Sprint("end", i)) {
			t.Errorf("line %d was never seen whole", i)
		}
	}
}

func TestWhatBelongsTogetherIsNeverParted(t *testing.T) {
	test.NewTempApp(t).Settings().SetTheme(testTheme("light"))
	m := meter{digit: 8, size: 13}
	family, flag := "👨‍👩‍👧‍👦", "🇨🇳"
	text := strings.Repeat("ab "+family+flag+" 检测", 6)
	for wide := float32(10); wide < 600; wide += 7 {
		got := m.cut(text, wide)
		for _, r := range m.wrap(text, wide) {
			got += "\n" + text[r.from:r.to]
		}
		left := strings.NewReplacer(family, "", flag, "").Replace(got)
		if strings.ContainsAny(left, "👨👩👧👦🇨🇳\u200d") {
			t.Fatalf("%.0f wide: parted: %q", wide, got)
		}
	}
	var all []string
	for _, r := range m.wrap(text, 100) {
		all = append(all, text[r.from:r.to])
	}
	if strings.Join(all, "") != text {
		t.Errorf("wrapped, it reads %q", strings.Join(all, ""))
	}
}

func TestTheMiddleIsLeftOut(t *testing.T) {
	fits := func(n int) func(string) bool { return func(s string) bool { return len([]rune(s)) <= n } }
	for _, c := range []struct {
		n    int
		want string
	}{{40, "streamtray.detection.results.v1"}, {11, "strea…ts.v1"}, {3, "s…1"}} {
		if got := middle("streamtray.detection.results.v1", fits(c.n)); got != c.want {
			t.Errorf("%d: %q, want %q", c.n, got, c.want)
		}
	}
}

func TestASearchMarksCountsAndGoesRound(t *testing.T) {
	l, _ := numbered(t, 300)
	l.matches.SetChecked(false)
	l.view.TypedKey(&fyne.KeyEvent{Name: fyne.KeyHome})
	l.search.SetText("LINE 7")
	if len(l.found) != 300 || len(l.hits) != 11 {
		t.Fatalf("%d lines, %d hits; want all lines and 11 hits", len(l.found), len(l.hits))
	}
	l.view.top = 0
	var went []string
	for _, step := range []int{1, 1, 1, -1, -1, -1} {
		l.next(step)
		went = append(went, l.place.whole+" "+l.log.at([]int64{l.at})[0].Text)
	}
	want := []string{"1/11 line 7", "2/11 line 70", "3/11 line 71", "2/11 line 70", "1/11 line 7", "11/11 line 79"}
	if !slices.Equal(went, want) {
		t.Errorf("went\n%q, want\n%q", went, want)
	}
	shown := l.lines(l.view.top, l.view.rows())
	marked := 0
	for _, line := range shown {
		if len(line.hits) == 1 && line.text.text[line.hits[0].from:line.hits[0].to] == "line 7" {
			marked++
		}
	}
	if marked == 0 || l.follow.Checked {
		t.Errorf("%d hits are marked, following %v", marked, l.follow.Checked)
	}
	// Only the hits, and from one of them all that stands around it.
	l.matches.SetChecked(true)
	if len(l.found) != 11 {
		t.Fatalf("%d lines; want the 11 hits", len(l.found))
	}
	l.view.choose(3, false)
	l.context()
	first, _, ok := l.view.chosen()
	if !ok || len(l.found) != 300 || l.log.at(l.found[first : first+1])[0].Text != "line 72" || first < l.view.top || first >= l.view.top+l.view.rows() {
		t.Errorf("context: line %d of %d from %d, %v; want line 72 in view among all", first, len(l.found), l.view.top, ok)
	}
}

func TestWhatWasDiscardedIsSaid(t *testing.T) {
	l, _ := numbered(t, 10)
	opened := false
	l.OpenFile = func() { opened = true }
	for range logLines {
		l.log.Append(LogLine{Text: "more"})
	}
	l.refresh()
	if got := l.status.whole; !strings.Contains(got, "10 older lines discarded") {
		t.Errorf("status %q", got)
	}
	if test.Tap(l.open); !opened || !l.open.Visible() {
		t.Error("the file with all of them cannot be opened")
	}
	l.clear()
	if got := l.status.whole; strings.Contains(got, "discarded") {
		t.Errorf("cleared: %q", got)
	}
}

func TestSeveralSourcesAreShownTogether(t *testing.T) {
	log := NewLog()
	log.Append(someLines()...)
	l, _ := newTestLogs(t, english(t), log)
	for _, c := range []struct{ toggle, want string }{{"app", "4"}, {"kafka", "6"}, {"app", "2"}, {"kafka", "8"}, {"agent", "1"}, {"", "8"}} {
		l.toggle(c.toggle)
		if got := fmt.Sprint(len(l.found)); got != c.want {
			t.Errorf("after %q: %s lines, want %s", c.toggle, got, c.want)
		}
	}
}

func TestWhatTheColumnsSayIsLeftOutOfTheText(t *testing.T) {
	for text, want := range map[string]string{
		"2026-03-04 09:29:00,123 - INFO - model loaded":          "model loaded",
		"2026-03-04 09:29:00,123 ERROR app: it broke":            "app: it broke",
		"[2026-03-04 09:29:00,412] INFO binding (o.a.zookeeper)": "binding (o.a.zookeeper)",
		"2026-03-04T09:29:00.123Z level=info msg=x":              "level=info msg=x",
		"WARNING: This is a development server.":                 "This is a development server.",
		"INFO":                                                   "INFO",
		"Information":                                            "Information",
		"2026-03-04 09:29:00":                                    "2026-03-04 09:29:00",
		"ERROR - ":                                               "ERROR - ",
		"\tat org.apache":                                        "    at org.apache",
	} {
		if got := bare(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestTheFocusOfTheLinesIsSeen(t *testing.T) {
	l, _ := numbered(t, 3)
	ring := test.WidgetRenderer(l.view).(*sheetRenderer).ring //nolint:forcetypeassert // the sheet's
	l.window.Canvas().Focus(l.view)
	if !ring.Visible() {
		t.Error("nothing shows that the keys come here")
	}
	if l.window.Canvas().Unfocus(); ring.Visible() {
		t.Error("it stays")
	}
}

// A text that is cut is told whole to the mouse that rests on it; one that is not, is not.
func TestACutTextIsToldWhole(t *testing.T) {
	english(t)
	long := newLine("streamtray.detection.results.of.the.front.camera", style{middle: true})
	page := WithTips(long)
	win := test.NewTempWindow(t, page)
	win.Resize(fyne.NewSize(160, 60))
	if got := long.segment.Text; !strings.Contains(got, "…") || !strings.HasSuffix(got, "camera") {
		t.Errorf("shown as %q; want its middle left out", got)
	}
	tips := findTips(win.Content())
	showTip(long, long.cutText(), fyne.NewPos(20, 20))
	if !tips.Visible() || tips.text != "streamtray.detection.results.of.the.front.camera" {
		t.Errorf("told %q", tips.text)
	}
	if long.MouseOut(); tips.Visible() {
		t.Error("it is told still")
	}
	if win.Resize(fyne.NewSize(900, 60)); long.cutText() != "" || long.segment.Text != long.whole {
		t.Errorf("with room for it: %q, to be told %q", long.segment.Text, long.cutText())
	}
}

// The window's own keys went nowhere while the lines had the focus.
func TestTheWindowsKeysWorkWhereverTheFocusIs(t *testing.T) {
	l, _ := numbered(t, 3)
	c := l.window.Canvas()
	went := 0
	page := &desktop.CustomShortcut{KeyName: fyne.Key3, Modifier: fyne.KeyModifierControl}
	c.AddShortcut(page, func(fyne.Shortcut) { went++ })
	l.view.TypedShortcut(page)
	l.search.SetText("a b")
	l.search.TypedShortcut(page)
	back := &desktop.CustomShortcut{KeyName: fyne.KeyLeft, Modifier: fyne.KeyModifierControl}
	c.AddShortcut(back, func(fyne.Shortcut) { went += 100 })
	l.search.CursorColumn = 3
	l.search.TypedShortcut(back)
	if went != 2 || l.search.CursorColumn == 3 {
		t.Errorf("the window heard %d, the cursor is at %d; want 2, and that it moved", went, l.search.CursorColumn)
	}
}
