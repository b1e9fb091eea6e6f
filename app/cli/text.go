package cli

import (
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// literal shows every character of s, those that cannot be seen as escapes: for what a person has to judge.
func literal(s string) string {
	if strings.ContainsFunc(s, func(c rune) bool { return !unicode.IsGraphic(c) }) {
		return strconv.QuoteToGraphic(s)
	}
	return s
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

// padded is s with spaces behind it, n columns in all.
func padded(s string, n int) string { return s + strings.Repeat(" ", max(n-textWidth(s), 0)) }

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

// clip cuts a line that has colours in it to n columns; the colours stay.
func clip(s string, n int) string {
	var b strings.Builder
	colour := false
	for _, c := range s {
		switch {
		case c == '\x1b':
			colour = true
		case colour:
		case n < runeWidth(c):
			n = 0 // a narrow one behind a wide one that did not fit is not let through
			continue
		default:
			n -= runeWidth(c)
		}
		b.WriteRune(c)
		colour = colour && c != 'm'
	}
	return b.String()
}

// wrap breaks s into lines of at most n columns (2 at least), between words where there are spaces.
func wrap(s string, n int) []string {
	n = max(n, 2)
	var lines []string
	for {
		cut := breakAt(s, n)
		lines = append(lines, s[:cut])
		if cut == len(s) {
			return lines
		}
		if s = strings.TrimLeft(s[cut:], " "); s == "" {
			return lines
		}
	}
}

// breakAt is where the first line of s ends: all of it, or at most n columns.
func breakAt(s string, n int) int {
	space, used := 0, 0
	for i, c := range s {
		if c == ' ' {
			space = i
		}
		if used += runeWidth(c); used <= n {
			continue
		}
		if space > 0 {
			return space
		}
		return i
	}
	return len(s)
}

// tableLines puts rows into columns; wide characters count as two.
func tableLines(rows [][]string) []string {
	widths := map[int]int{}
	for _, r := range rows {
		for i, cell := range r {
			widths[i] = max(widths[i], textWidth(cell))
		}
	}
	lines := make([]string, len(rows))
	for n, r := range rows {
		var b strings.Builder
		for i, cell := range r {
			b.WriteString(padded(cell, widths[i]) + "  ")
		}
		lines[n] = strings.TrimRight(b.String(), " ")
	}
	return lines
}
