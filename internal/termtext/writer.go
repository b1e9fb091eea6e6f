package termtext

import (
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"
)

// Mode says what a Writer passes on.
type Mode int

// The modes of a Writer.
const (
	Plain   Mode = iota // clean text
	JSON                // JSON: what is not clean is written as \u escapes, and means the same
	Drawing             // clean text, and the few sequences that a program draws with itself: colours, the cursor up, erasing
)

// Writer passes clean text on, whatever is written to it: the last gate before a terminal. A character, and
// what is hidden, must not be split between two writes.
type Writer struct {
	W    io.Writer
	Mode func() Mode              // asked at every write
	Hide func(text string) string // text without what must not leave the process; nil: there is nothing of the kind
}

// Write passes b on, clean. It reports all of it as written when what is left of it was.
func (w *Writer) Write(b []byte) (int, error) {
	text := string(b)
	if w.Hide != nil {
		text = w.Hide(text)
	}
	if firstUnfit(text) >= 0 {
		switch w.Mode() {
		case Plain:
			text = Clean(text)
		case JSON:
			text = escaped(text)
		case Drawing:
			text = drawn(text)
		}
	}
	if _, err := io.WriteString(w.W, text); err != nil {
		return 0, err
	}
	return len(b), nil
}

// escaped writes what is not clean as JSON does; outside of its texts, JSON has nothing of the kind.
func escaped(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case !hides(r) && r != 0x7f && (r >= ' ' || r == '\n' || r == '\t' || r == '\r'):
			b.WriteRune(r)
		case r > 0xffff:
			const surrogates, low = 0xd800, 0xdc00
			fmt.Fprintf(&b, `\u%04x\u%04x`, surrogates+(r-0x10000)>>10, low+(r-0x10000)&0x3ff)
		case r != utf8.RuneError:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// stroke is a sequence that a program draws with.
var stroke = regexp.MustCompile(`\x1b\[[0-9;]{0,8}[mAJK]\r?`)

// drawn is s clean but for the strokes.
func drawn(s string) string {
	var b strings.Builder
	last := 0
	for _, at := range stroke.FindAllStringIndex(s, -1) {
		b.WriteString(Clean(s[last:at[0]]))
		b.WriteString(s[at[0]:at[1]])
		last = at[1]
	}
	b.WriteString(Clean(s[last:]))
	return b.String()
}
