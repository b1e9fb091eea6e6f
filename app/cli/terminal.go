package cli

import (
	"io"
	"os"

	"golang.org/x/term"
)

// size is how much a terminal shows; no lines: nothing scrolls away.
type size struct{ columns, lines int }

// defaultSize is taken where there is no terminal to ask.
var defaultSize = size{columns: 100}

// terminalSize tells the size of the terminal behind out, now and when asked again, and whether there is one that can
// be drawn on.
func terminalSize(out io.Writer) (now func() size, terminal bool) {
	f, ok := out.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) || !drawable(f) {
		return func() size { return defaultSize }, false
	}
	return func() size {
		if w, h, err := term.GetSize(int(f.Fd())); err == nil && w > 0 {
			return size{w, h}
		}
		return defaultSize
	}, true
}

// interactive reports whether a person can be asked: both what they type and what they see is a terminal.
func (c *call) interactive() bool {
	in, ok := c.In.(*os.File)
	err, ok2 := c.Err.(*os.File)
	return ok && ok2 && term.IsTerminal(int(in.Fd())) && term.IsTerminal(int(err.Fd()))
}
