package ui

import (
	"strings"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"github.com/go-text/typesetting/segmenter"
)

// span is a part of a text, in bytes.
type span struct{ from, to int }

// meter measures monospaced text as it is drawn. What is no ASCII may be of any width; characters that belong together, as
// joined emoji do, are never parted.
type meter struct{ digit, size float32 }

// clusterWidths remembers how wide characters are, by their size. The main goroutine alone draws.
var clusterWidths = map[cluster]float32{}

type cluster struct {
	text string
	size float32
}

// mostClusters is how many are remembered.
const mostClusters = 10_000

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// width is that of a text.
func (m meter) width(s string) float32 {
	if ascii(s) {
		return float32(len(s)) * m.digit
	}
	w := float32(0)
	m.each(s, func(part string, wide float32) bool {
		w += wide
		return true
	})
	return w
}

// exact is the width of a text as it is drawn: what is no ASCII has other widths among its like than alone.
func (m meter) exact(s string) float32 {
	if ascii(s) {
		return m.width(s)
	}
	return fyne.MeasureText(s, m.size, styleOf(s, fyne.TextStyle{Monospace: true})).Width
}

// each gives a text's characters with their widths, until it is told to stop.
func (m meter) each(s string, f func(part string, wide float32) bool) {
	for s != "" {
		n := strings.IndexFunc(s, func(r rune) bool { return r >= utf8.RuneSelf })
		if n < 0 {
			n = len(s)
		}
		for i := range max(n-1, 0) { // the last may be joined by what follows
			if !f(s[i:i+1], m.digit) {
				return
			}
		}
		s = s[max(n-1, 0):]
		if ascii(s) {
			for i := range len(s) {
				if !f(s[i:i+1], m.digit) {
					return
				}
			}
			return
		}
		end := strings.IndexByte(s[1:], ' ') + 1
		if end <= 0 {
			end = len(s)
		}
		if !m.joined(s[:end], f) {
			return
		}
		s = s[end:]
	}
}

func (m meter) joined(s string, f func(part string, wide float32) bool) bool {
	var seg segmenter.Segmenter
	seg.Init([]rune(s))
	for all := seg.GraphemeIterator(); all.Next(); {
		part := string(all.Grapheme().Text)
		if !f(part, m.cluster(part)) {
			return false
		}
	}
	return true
}

func (m meter) cluster(part string) float32 {
	if len(part) == 1 {
		return m.digit
	}
	key := cluster{part, m.size}
	w, known := clusterWidths[key]
	if !known {
		if len(clusterWidths) > mostClusters {
			clear(clusterWidths)
		}
		w = fyne.MeasureText(part, m.size, styleOf(part, fyne.TextStyle{Monospace: true})).Width
		clusterWidths[key] = w
	}
	return w
}

// fits is how many bytes of a text, in whole characters, are at most so wide.
func (m meter) fits(s string, wide float32) int {
	if n := int(wide/m.digit + 0.01); ascii(s[:min(max(n, 0)+1, len(s))]) {
		return min(max(n, 0), len(s))
	}
	used, n := float32(0), 0
	m.each(s, func(part string, w float32) bool {
		if used += w; used > wide+0.5 {
			return false
		}
		n += len(part)
		return true
	})
	return n
}

// cut shortens a text to a width, with an ellipsis in place of what is left out.
func (m meter) cut(s string, wide float32) string {
	if n := m.fits(s, wide); n == len(s) {
		return s
	}
	return s[:m.fits(s, wide-m.cluster("…"))] + "…"
}

// wrap breaks a text into rows of a width, behind a space where there is one in the last third of a row.
func (m meter) wrap(s string, wide float32) []span {
	rows := []span{}
	for from := 0; ; {
		n := m.fits(s[from:], wide)
		if from+n >= len(s) {
			return append(rows, span{from, len(s)})
		}
		if n == 0 { // one character is wider than there is room
			m.each(s[from:], func(part string, _ float32) bool {
				n = len(part)
				return false
			})
		}
		if space := strings.LastIndexByte(s[from:from+n], ' ') + 1; space > n*2/3 {
			n = space
		}
		rows = append(rows, span{from, from + n})
		from += n
	}
}

// middle shortens a text to a width by leaving out its middle: a path's file and a name's end say most.
func middle(s string, fits func(string) bool) string {
	if fits(s) {
		return s
	}
	all := []rune(s)
	low, high := 0, len(all) // runes that are kept: so many fit, so many do not
	for high-low > 1 {
		keep := (low + high) / 2
		if fits(elided(all, keep)) {
			low = keep
		} else {
			high = keep
		}
	}
	return elided(all, low)
}

func elided(all []rune, keep int) string {
	head := keep / 2
	return string(all[:head]) + "…" + string(all[len(all)-(keep-head):])
}

// clipped is at most the first n characters of a text.
func clipped(s string, n int) string {
	for i := range s {
		if n--; n < 0 {
			return s[:i] + "…"
		}
	}
	return s
}
