package diagnose

import (
	"bytes"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// order is which half of a character of UTF-16 comes first in a text.
type order uint8

const (
	unknownOrder order = iota
	littleEnd          // as wsl.exe and PowerShell write
	bigEnd
)

// wide is what is known of a text in UTF-16. A text that begins so is decoded as it comes; in another one, a line may be
// in it: wsl.exe writes in between what others do.
type wide struct {
	asked bool // the beginning was looked at
	whole bool // all of the text is in UTF-16
	order order
	held  []byte // the bytes of a character that has not come whole
}

// narrow gives the next bytes of a text in UTF-8, if all of it is in UTF-16; else as they are.
func (w *wide) narrow(p []byte) []byte {
	if !w.asked {
		w.held = append(w.held, p...)
		if len(w.held) < 2 {
			return nil
		}
		p, w.held, w.asked = w.held, nil, true
		switch {
		case p[0] == 0xff && p[1] == 0xfe, p[0] != 0 && p[1] == 0:
			w.whole, w.order = true, littleEnd
		case p[0] == 0xfe && p[1] == 0xff, p[0] == 0 && p[1] != 0:
			w.whole, w.order = true, bigEnd
		}
	}
	if !w.whole {
		return p
	}
	p = append(w.held, p...)
	n := len(p) &^ 1
	if n >= 2 && w.unit(p[n-2:])>>10 == 0xd800>>10 { // half of a pair
		n -= 2
	}
	w.held = append([]byte(nil), p[n:]...)
	return []byte(strings.ReplaceAll(w.text(p[:n]), "\ufeff", ""))
}

// rest is what was held back when the text ended.
func (w *wide) rest() []byte {
	p := w.held
	w.held = nil
	if w.whole {
		return nil
	}
	return p
}

func (w *wide) unit(p []byte) uint16 {
	if w.order == bigEnd {
		return uint16(p[0])<<8 | uint16(p[1])
	}
	return uint16(p[1])<<8 | uint16(p[0])
}

func (w *wide) text(p []byte) string {
	units := make([]uint16, 0, len(p)/2)
	for i := 0; i+1 < len(p); i += 2 {
		units = append(units, w.unit(p[i:]))
	}
	return string(utf16.Decode(units))
}

// decode reads a line that is not UTF-8: as UTF-16, or as the Chinese code page.
func (w *wide) decode(b []byte) []byte {
	if bytes.IndexByte(b, 0) >= 0 || bytes.HasPrefix(b, []byte("\xff\xfe")) || bytes.HasPrefix(b, []byte("\xfe\xff")) {
		return []byte(w.line(b))
	}
	if g, err := simplifiedchinese.GB18030.NewDecoder().Bytes(b); err == nil && !bytes.ContainsRune(g, utf8.RuneError) {
		return g
	}
	return bytes.ToValidUTF8(b, []byte("\ufffd"))
}

// line decodes one line of UTF-16. Lines are cut at the byte 0x0a: where the little end comes first, the other half of
// the break begins the next line; where the big end does, it ends this one.
func (w *wide) line(b []byte) string {
	switch {
	case bytes.HasPrefix(b, []byte("\xff\xfe")):
		w.order = littleEnd
	case bytes.HasPrefix(b, []byte("\xfe\xff")):
		w.order = bigEnd
	case w.order == unknownOrder:
		w.order = littleEnd
		if even, odd := zeros(b); even > odd {
			w.order = bigEnd
		}
	}
	if w.order == littleEnd && b[0] == 0 {
		b = b[1:]
	}
	return strings.Trim(w.text(b), "\x00\ufeff")
}

// zeros counts the zero bytes at even and at odd places.
func zeros(b []byte) (even, odd int) {
	for i, c := range b {
		if c == 0 && i&1 == 0 {
			even++
		} else if c == 0 {
			odd++
		}
	}
	return even, odd
}

// plain takes out what a terminal does not show: colours and other sequences, as they are or as logs write them out,
// and control characters.
func plain(s string) string {
	if !marked(s) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		if n := sequence(s[i:]); n > 0 {
			i += n
			continue
		}
		if c := s[i]; c >= ' ' && c != 0x7f || c == '\t' {
			b.WriteByte(c)
		}
		i++
	}
	return b.String()
}

// marked reports whether there may be anything to take out.
func marked(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' && c != '\t' || c == 0x7f {
			return true
		}
	}
	return strings.Contains(s, "^[[") || strings.Contains(s, "\\u001b") || strings.Contains(s, "\\x1b") || strings.Contains(s, "\u241b")
}

// escapes are how the character that begins a sequence is written.
var escapes = []string{"\x1b", "^[", `\u001b`, `\u001B`, `\x1b`, "\u241b"}

// sequence is the length of the terminal sequence that s begins with; 0: none.
func sequence(s string) int {
	for _, e := range escapes {
		rest, ok := strings.CutPrefix(s, e)
		if !ok {
			continue
		}
		return len(e) + sequenceBody(rest, len(e) == 1)
	}
	return 0
}

func sequenceBody(s string, real bool) int {
	switch {
	case strings.HasPrefix(s, "["):
		for i := 1; i < len(s); i++ {
			if s[i] >= '@' && s[i] <= '~' {
				return i + 1
			}
		}
		return len(s)
	case strings.HasPrefix(s, "]"): // up to BEL or ESC \, as they are or written out
		end, size := len(s), 0
		for _, t := range []string{"\a", "\x1b\\", `\u0007`, `\x07`, `\u001b\\`} {
			if i := strings.Index(s, t); i >= 0 && i < end {
				end, size = i, len(t)
			}
		}
		if size == 0 && !real {
			return 0
		}
		return end + size
	case real && s != "" && s[0] >= '(' && s[0] <= '/' && len(s) > 1: // a character set
		return 2
	case real && s != "" && s[0] >= '0' && s[0] <= '~':
		return 1
	}
	return 0
}
