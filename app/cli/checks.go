package cli

import (
	"fmt"
	"io"
	"strings"

	"streamtray/app/doctor"
	"streamtray/internal/termtext"
)

// layout is what checks are printed on.
type layout struct {
	columns int // to break lines at; 0: lines are as long as they are
	colour  bool
}

// printChecks prints all results in their own order, and how many there are of each kind.
func (c *call) printChecks(out io.Writer, results []doctor.Result) {
	var on layout
	if size, terminal := terminalSize(out); terminal {
		on, out = layout{columns: max(size().columns, minColumns), colour: true}, drawing(out)
	}
	for _, r := range results {
		c.printCheck(out, r, on)
	}
	c.printSum(out, results)
}

func (c *call) printCheck(out io.Writer, r doctor.Result, on layout) {
	for _, l := range c.checkLines(r, on) {
		fmt.Fprintln(out, l)
	}
}

// printSum says how many results there are of each kind.
func (c *call) printSum(out io.Writer, results []doctor.Result) {
	fmt.Fprintf(out, "\n%s\n", c.words.Text("cli.doctor.sum", doctor.Counts(results)))
}

// marks are the statuses by shape, and by colour as well.
var marks = map[doctor.Status]struct{ colour, shape string }{
	doctor.OK: {green, "✓"}, doctor.Warning: {yellow, "!"}, doctor.Problem: {red, "✗"}, doctor.Skipped: {grey, "·"},
}

// idColumns is room for the longest id.
const idColumns = 18

// checkLines tells one result: the sentence, and below it what else was found and what to do.
func (c *call) checkLines(r doctor.Result, on layout) []string {
	m := marks[r.Status]
	head := m.shape + " " + padded(r.ID, idColumns) + "  "
	if on.colour {
		head = m.colour + m.shape + plainText + " " + padded(r.ID, idColumns) + "  "
	}
	indent := 2 + idColumns + 2
	told := []string{r.Text(c.words)}
	told = append(told, r.Details(c.words)...)
	if fix := r.Advice(c.words); fix != "" {
		told = append(told, "→ "+fix)
	}
	var lines []string
	for _, text := range told {
		text = termtext.OneLine(text)
		if on.columns == 0 {
			lines = append(lines, text)
			continue
		}
		lines = append(lines, wrap(text, max(on.columns-1-indent, readable))...)
	}
	for i, l := range lines {
		if i == 0 {
			lines[i] = head + l
		} else {
			lines[i] = strings.Repeat(" ", indent) + l
		}
	}
	return lines
}

// liveChecks shows lines on a terminal as they come, the last ones where there is no room for all, until it is cleared.
type liveChecks struct {
	out   io.Writer
	size  func() size
	lines []string
	drawn int
}

func (a *liveChecks) add(line string) {
	a.lines = append(a.lines, line)
	shown := a.lines
	now := a.size()
	if now.lines > 1 {
		shown = shown[max(0, len(shown)-now.lines+1):]
	}
	var b strings.Builder
	b.WriteString(a.back())
	for _, l := range shown {
		b.WriteString(clip(l, now.columns-1) + plainText + "\x1b[K\n")
	}
	a.drawn = len(shown)
	_, _ = io.WriteString(a.out, b.String())
}

// clear takes away what was drawn.
func (a *liveChecks) clear() {
	_, _ = io.WriteString(a.out, a.back())
	a.drawn = 0
}

// back moves to where the drawing began and empties the screen from there.
func (a *liveChecks) back() string {
	if a.drawn == 0 {
		return ""
	}
	return fmt.Sprintf("\x1b[%dA\r\x1b[J", a.drawn)
}
