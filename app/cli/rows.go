package cli

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"golang.org/x/text/width"

	"streamtray/app"
	"streamtray/app/view"
	"streamtray/app/words"
)

// rows draws the story in place on a terminal: one row a step, the time it has taken so far, what is waited for. It
// draws when something changed, and ten times a second while something is under way.
type rows struct {
	out     io.Writer
	words   *words.Words
	title   string
	columns func() int      // the terminal's width now
	more    func() []string // further lines below the rows; nil: none
	drawn   int             // lines of the last frame
	last    string          // the last frame, so that the same is not drawn again
	beat    int
}

const (
	tick = 100 * time.Millisecond
	// calm is the tick while nothing is under way: times stand still, only counts below the rows may move.
	calm = time.Second
)

func (r *rows) print(ctx context.Context, h *app.Hub) {
	states := h.Watch(ctx)
	var s app.State
	t := time.NewTimer(0)
	defer t.Stop()
	for {
		select {
		case next, open := <-states:
			if !open {
				r.draw(h.State())
				return
			}
			s = next
		case <-t.C:
		}
		if r.draw(s) {
			t.Reset(tick)
		} else {
			t.Reset(calm)
		}
	}
}

// draw puts the frame on the terminal and reports whether something in it moves.
func (r *rows) draw(s app.State) (moving bool) {
	v := view.Of(s, r.words, time.Now())
	r.beat++
	lines, moving := r.frame(v)
	text := strings.Join(lines, "\n") + "\n"
	if text == r.last {
		return moving
	}
	b := &strings.Builder{}
	if r.drawn > 0 {
		fmt.Fprintf(b, "\x1b[%dA\r", r.drawn)
	}
	for _, l := range lines {
		b.WriteString(l + "\x1b[K\n")
	}
	b.WriteString("\x1b[J") // what the last frame had below
	_, _ = io.WriteString(r.out, b.String())
	r.drawn, r.last = len(lines), text
	return moving
}

var spinner = []rune("⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏")

// Colours of the marks; a mark is told by its shape as well.
const (
	green, red, yellow, cyan, grey, bold, plainText = "\x1b[32m", "\x1b[31m", "\x1b[33m", "\x1b[36m", "\x1b[90m", "\x1b[1m", "\x1b[0m"
)

func (r *rows) mark(m view.Mark) string {
	switch m {
	case view.Good:
		return green + "✓"
	case view.Bad:
		return red + "✗"
	case view.Warn:
		return yellow + "!"
	case view.Busy:
		return cyan + string(spinner[r.beat%len(spinner)])
	case view.Idle:
		return grey + "–"
	case view.Pending, view.Off:
	}
	return grey + "·"
}

// frame is the whole picture, no line wider than the terminal.
func (r *rows) frame(v view.View) (lines []string, moving bool) {
	columns := max(r.columns(), 40)
	names := 0
	for _, row := range v.Rows {
		names = max(names, textWidth(row.Name))
	}
	lines = append(lines, "", bold+fit("  "+r.title+" · "+v.Headline, columns-1)+plainText, "")
	for _, row := range v.Rows {
		moving = moving || row.Mark == view.Busy || row.Mark == view.Warn
		lines = append(lines, r.row(row, names, columns))
		if row.Hint != "" && (row.Mark == view.Bad || row.Mark == view.Warn) {
			for _, l := range wrap(row.Hint, columns-names-8) {
				lines = append(lines, strings.Repeat(" ", names+6)+l)
			}
		}
	}
	if r.more != nil {
		for _, l := range r.more() {
			lines = append(lines, fit(l, columns-1))
		}
	}
	return append(lines, ""), moving
}

func (r *rows) row(row view.Row, names, columns int) string {
	took := ""
	if row.Took >= tick {
		took = view.Seconds(row.Took, r.words)
	}
	room := columns - 1 - 4 - names - 2 - textWidth(took) - 2
	text := fit(row.Text, room)
	gap := strings.Repeat(" ", max(room-textWidth(text), 0)+2)
	name := row.Name + strings.Repeat(" ", names-textWidth(row.Name))
	if row.Mark == view.Off || row.Mark == view.Pending || row.Mark == view.Idle {
		return "  " + r.mark(row.Mark) + " " + name + "  " + text + plainText
	}
	return "  " + r.mark(row.Mark) + plainText + " " + name + "  " + text + gap + grey + took + plainText
}

// textWidth is how many columns s takes: East Asian wide characters take two.
func textWidth(s string) int {
	n := 0
	for _, c := range s {
		n += runeWidth(c)
	}
	return n
}

func runeWidth(c rune) int {
	switch width.LookupRune(c).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}

// fit cuts s to at most n columns, with an ellipsis where something was cut.
func fit(s string, n int) string {
	if textWidth(s) <= n {
		return s
	}
	used := 0
	for i, c := range s {
		if used+runeWidth(c) > n-1 {
			return s[:i] + "…"
		}
		used += runeWidth(c)
	}
	return s
}

// wrap breaks s into lines of at most n columns, between words where there are spaces.
func wrap(s string, n int) []string {
	n = max(n, 20)
	var lines []string
	for textWidth(s) > n {
		cut, space, used := len(s), -1, 0
		for i, c := range s {
			if used+runeWidth(c) > n {
				cut = i
				break
			}
			if c == ' ' {
				space = i
			}
			used += runeWidth(c)
		}
		if space > 0 {
			cut = space
		}
		lines = append(lines, s[:cut])
		s = strings.TrimLeft(s[cut:], " ")
	}
	return append(lines, s)
}
