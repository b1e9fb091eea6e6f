package diagnose

import (
	"bytes"
	"slices"
	"unicode/utf8"
)

// Bounds of lines that a terminal broke.
const (
	narrowest = 10      // columns of the shortest piece: a word that is longer than a line may follow it
	widest    = 250     // columns of the widest
	mostJoin  = 8 << 10 // bytes of a line put together again
)

// chain is a line that a terminal, PowerShell or a mail program may have broken into several: as long as no piece of it
// says that it is a line of its own, they are put together again and looked at as one.
type chain struct {
	text  []byte // the pieces, each with its break
	ends  []int  // where each piece ends in text
	width int    // columns of the widest piece; 0: not counted yet
	prior int    // columns of the last piece
	first int    // the line of the first piece
	src   *source
	said  []half // what the pieces said each for itself

	whole []byte // while it is looked at: the pieces put together; nil: it is not
	space []byte // for whole
	seams []int  // where in whole the pieces meet, from its end
}

// half is a pattern that a piece of a line matched, and the rule that it made active.
type half struct {
	pattern *compiled
	rule    int
}

// begin starts anew with a line that is no piece of the one before it.
func (c *chain) begin(b []byte, n int, src *source) {
	c.text, c.ends, c.said = c.text[:0], c.ends[:0], c.said[:0]
	c.width, c.prior, c.src, c.first = 0, 0, src, n
	if len(b) >= narrowest && len(b) <= 3*widest {
		c.add(b, 0)
	}
}

func (c *chain) add(b []byte, w int) {
	c.text = append(append(c.text, b...), '\n')
	c.ends = append(c.ends, len(c.text))
	c.width, c.prior = max(c.width, w), w
}

// takes adds a line if it can be the rest of what came before: it does not begin like an entry of a log, and its first
// word had no room on the line before.
func (c *chain) takes(b []byte) bool {
	if len(c.ends) == 0 || len(c.text)+len(b) > mostJoin || begins(b) {
		return false
	}
	if c.width == 0 {
		c.prior = columns(c.text[:len(c.text)-1])
		c.width = c.prior
	}
	w := columns(b)
	if w > widest || c.prior > widest || c.closed() || b[0] == ' ' && !edge(c.prior) {
		return false
	}
	word := b
	if i := bytes.IndexAny(b, " \t"); i > 0 {
		word = b[:i]
	}
	if c.prior+1+columns(word) <= max(c.width, w) {
		return false
	}
	c.add(b, w)
	return true
}

// closed reports whether the last piece ends as an entry of a log does, with the name of a class, and not at the edge.
func (c *chain) closed() bool {
	return c.text[len(c.text)-2] == ')' && !edge(c.prior)
}

// edge reports whether a line of that width reaches the edge of a common terminal.
func edge(width int) bool { return width == 80 || width == 100 || width == 120 || width == 132 }

// join puts the pieces together: with a space where a word ended with its line, or without any.
func (c *chain) join(space string) []byte {
	c.whole, c.seams = c.space[:0], c.seams[:0]
	if c.whole == nil {
		c.whole = []byte{}
	}
	from := 0
	for i, end := range c.ends {
		piece := c.text[from : end-1]
		from = end
		trimmed := bytes.TrimRight(piece, " \r")
		c.whole = append(c.whole, trimmed...)
		if i == len(c.ends)-1 {
			break
		}
		if len(trimmed) < len(piece) {
			c.whole = append(c.whole, ' ')
		} else {
			c.whole = append(c.whole, space...)
		}
		c.seams = append(c.seams, len(c.whole))
	}
	for i := range c.seams {
		c.seams[i] = len(c.whole) - c.seams[i]
	}
	c.space = c.whole
	return c.whole
}

// spans reports, while a line that was put together is looked at, whether what matched lies in more than one piece or
// reaches the edge of one: the rest was found in the pieces themselves.
func (c *chain) spans(l line, at, end int) bool {
	return c.whole == nil || c.piece(l, at) != c.piece(l, end)
}

// told reports whether a piece matched the pattern by itself: there it would be found again.
func (c *chain) told(p *compiled) bool {
	return slices.ContainsFunc(c.said, func(h half) bool { return h.pattern == p })
}

// piece is which piece of a line that was put together a place is in. What was taken off its beginning is not counted,
// so places are counted from the end.
func (c *chain) piece(l line, at int) int {
	n := 0
	for n < len(c.seams) && len(l.text)-at <= c.seams[n] {
		n++
	}
	return n
}

// lineOf is the line that a place of a line that was put together is in.
func (c *chain) lineOf(l line, at int) int { return c.first + c.piece(l, at) }

// sure reports whether it is likely that a terminal broke the line: at a width that terminals have, or after a space.
func (c *chain) sure() bool {
	if len(c.ends) > 2 {
		return true
	}
	if len(c.ends) > 0 && c.ends[0] > 1 && c.text[c.ends[0]-2] == ' ' {
		return true
	}
	return edge(c.width)
}

// columns is the width of a line on a terminal, where letters of Chinese take two.
func columns(b []byte) int {
	n := 0
	for i := 0; i < len(b); {
		if b[i] < utf8.RuneSelf {
			n++
			i++
			continue
		}
		r, size := utf8.DecodeRune(b[i:])
		n++
		if r >= 0x1100 {
			n++
		}
		i += size
	}
	return n
}

// begins reports whether a line starts an entry, a frame or a list, and so continues nothing.
func begins(b []byte) bool {
	if len(b) == 0 {
		return true
	}
	switch c := b[0]; c {
	case '\t', '{':
		return true
	case '=', '`':
		return len(b) > 1 && b[1] == c
	case ' ', '*', '+', '#', '>', '$', '|', '-', '~':
		return len(b) > 1 && (b[1] == ' ' || b[1] == c)
	case '%', '[':
		return len(b) > 1 && (b[1] >= '0' && b[1] <= '9' || b[1] == '+' || b[1] == ' ' || letter(b[1]))
	case 'I', 'W', 'E', 'D', 'C', 'F', 'T':
		if levelOf(b[:min(len(b), 24)]) != noLevel || bytes.HasPrefix(b, []byte("Traceback (")) {
			return true
		}
	case 'a':
		if bytes.HasPrefix(b, []byte("at ")) {
			return true
		}
	}
	if b[0] == '1' || b[0] == '2' {
		if len(b) > 10 && digits(b[:4]) && (b[4] == '-' || b[4] == '/') {
			return true
		}
		if len(b) > 12 && digits(b[:10]) {
			return true
		}
	}
	if rest := bytes.TrimLeft(b[:min(len(b), 17)], "0123456789."); len(rest) > 0 && rest[0] == ' ' && bytes.Count(b[:min(len(b), 17)], []byte(".")) == 3 {
		return true // the address that a web server names first
	}
	if i := bytes.Index(b[:min(len(b), 60)], []byte(": ")); i > 0 && !bytes.ContainsAny(b[:i], " /'\"") && exceptional(b[:i]) {
		return true
	}
	if i := bytes.IndexByte(b[:min(len(b), 40)], '|'); i > 0 {
		if name, _ := container(string(b[:i+1])); name != "" {
			return true
		}
	}
	return false
}

// exceptional reports whether a word is the name of an exception.
func exceptional(word []byte) bool {
	return bytes.HasSuffix(word, []byte("Error")) || bytes.HasSuffix(word, []byte("Exception")) || bytes.HasSuffix(word, []byte("error"))
}
