package cli

import (
	"io"
	"os"

	"golang.org/x/term"
)

// defaultColumns is the width taken where there is no terminal to ask.
const defaultColumns = 100

// terminalColumns tells the width of the terminal behind out, now and when asked again, and whether there is one that
// can be drawn on.
func terminalColumns(out io.Writer) (columns func() int, terminal bool) {
	f, ok := out.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) || !drawable(f) {
		return func() int { return defaultColumns }, false
	}
	return func() int {
		if w, _, err := term.GetSize(int(f.Fd())); err == nil && w > 0 {
			return w
		}
		return defaultColumns
	}, true
}

// interactive reports whether a person can be asked: both what they type and what they see is a terminal.
func (c *call) interactive() bool {
	in, ok := c.In.(*os.File)
	err, ok2 := c.Err.(*os.File)
	return ok && ok2 && term.IsTerminal(int(in.Fd())) && term.IsTerminal(int(err.Fd()))
}
