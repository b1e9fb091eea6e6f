package cli

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"streamtray/app"
	"streamtray/app/i18n"
	"streamtray/app/view"
	"streamtray/internal/termtext"
)

// rows draws the story in place on a terminal: one row a step, the time it has taken so far, what is waited for. It
// draws when something changed, and ten times a second while something is under way.
type rows struct {
	out   io.Writer
	words *i18n.Words
	title string
	size  func() size     // of the terminal now
	more  func() []string // further lines below the rows; nil: none
	drawn int             // lines of the last frame
	last  string          // the last frame, so that the same is not drawn again
	beat  int
}

const (
	tick = 100 * time.Millisecond
	// calm is the tick while nothing is under way: times stand still, only counts below the rows may move.
	calm = time.Second
)

func (r *rows) printer(ctx context.Context, h *app.Hub) (print func()) {
	states := h.Watch(ctx)
	return func() { r.print(states, h) }
}

func (r *rows) print(states <-chan app.State, h *app.Hub) {
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
	if height := r.size().lines; height > 1 { // what scrolled away cannot be drawn over
		lines = lines[:min(len(lines), height-1)]
	}
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
	case view.Said:
		return cyan + "?"
	case view.Pending, view.Off:
	}
	return grey + "·"
}

// minColumns is the narrowest terminal that the frame is laid out for; a narrower one sees its left part.
const minColumns = 40

// frame is the whole picture, no line wider than the terminal.
func (r *rows) frame(v view.View) (lines []string, moving bool) {
	columns := max(r.size().columns, minColumns)
	names := 0
	for _, row := range v.Rows {
		names = max(names, textWidth(row.Name))
	}
	lines = append(lines, "", bold+fit("  "+termtext.OneLine(r.title+" · "+v.Headline), columns-1)+plainText, "")
	for _, row := range v.Rows {
		moving = moving || row.Mark == view.Busy || row.Mark == view.Warn
		lines = append(lines, r.row(row, names, columns)...)
	}
	if r.more != nil {
		for _, l := range r.more() {
			lines = append(lines, fit(l, columns-1))
		}
	}
	for i, l := range lines {
		lines[i] = clip(l, r.size().columns-1)
	}
	return append(lines, ""), moving
}

// row is a step's lines: one, and more where there is a mistake to tell in full or something to do about it.
func (r *rows) row(row view.Row, names, columns int) []string {
	took := ""
	if row.Took >= tick {
		took = view.Seconds(row.Took, r.words)
	}
	room := columns - 1 - 4 - names - 2 - textWidth(took) - 2
	name := padded(row.Name, names)
	text, below := termtext.OneLine(row.Text), []string(nil)
	if row.Mark == view.Bad || row.Mark == view.Warn || row.Mark == view.Busy && row.Finding != nil && !row.Finding.Told {
		text, below = mistake(text, causeLines(row.Finding, row.Mark == view.Bad, row.Hint, r.words), names+6, room, columns)
	}
	text = fit(text, room)
	line := "  " + r.mark(row.Mark) + plainText + " " + name + "  " + padded(text, room) + "  " + grey + took + plainText
	if row.Mark == view.Off || row.Mark == view.Pending || row.Mark == view.Idle {
		line = "  " + r.mark(row.Mark) + " " + name + "  " + text + plainText
	}
	return append([]string{line}, below...)
}

// readable is how many columns a sentence needs to be read with ease.
const readable = 30

// mistake tells what is wrong and what to do in full: in the column of the texts, which begins at indent and has room,
// or below the name where that column is too narrow.
func mistake(text string, more []string, indent, room, columns int) (first string, below []string) {
	if room < readable {
		indent, room = 4, columns-1-4
		below = wrap(text, room)
	} else {
		told := wrap(text, room)
		first, below = told[0], told[1:]
	}
	for _, l := range more {
		below = append(below, wrap(l, room)...)
	}
	for i, l := range below {
		below[i] = strings.Repeat(" ", indent) + l
	}
	return first, below
}
