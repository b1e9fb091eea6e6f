package cli

import (
	"encoding/json"
	"io"
	"os"
	"strings"
	"sync"

	"golang.org/x/term"

	"streamtray/app/redact"
	"streamtray/docker/compose"
	"streamtray/internal/termtext"
)

// size is how much a terminal shows; no lines: nothing scrolls away.
type size struct{ columns, lines int }

// defaultSize is taken where there is no terminal to ask.
var defaultSize = size{columns: 100}

// terminalSize tells the size of the terminal behind out, now and when asked again, and whether there is one that can
// be drawn on.
func terminalSize(out io.Writer) (now func() size, terminal bool) {
	f, ok := fileOf(out)
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

// guarded passes on what is printed without what a terminal would obey: all of it goes through here, whoever prints it.
func (c *call) guarded(w io.Writer, hide func(text string) string) io.Writer {
	mode := func() termtext.Mode {
		if c.json {
			return termtext.JSON
		}
		return termtext.Plain
	}
	return &termtext.Writer{W: w, Mode: mode, Hide: hide}
}

// hiding puts a mark in the place of an environment's secrets, which it finds when first asked: a project's files can ask for
// any of them by its name. JSON spells some characters in its own way, hosts are lower case, and so are the names of compose
// projects, which lack what is no letter.
func hiding(environ []string) func(text string) string {
	marks := sync.OnceValue(func() *strings.Replacer {
		var pairs []string
		for _, value := range redact.Values(environ) {
			inJSON, _ := json.Marshal(value) // a text always marshals
			for _, spelt := range []string{value, strings.Trim(string(inJSON), `"`), strings.ToLower(value), compose.ProjectName(value)} {
				if len(spelt) >= redact.Unmistakable {
					pairs = append(pairs, spelt, redact.Mark)
				}
			}
		}
		return strings.NewReplacer(pairs...)
	})
	return func(text string) string { return marks().Replace(text) }
}

// drawing is out for who draws on a terminal with our own colours and moves of the cursor.
func drawing(out io.Writer) io.Writer {
	if g, ok := out.(*termtext.Writer); ok {
		return &termtext.Writer{W: g.W, Mode: func() termtext.Mode { return termtext.Drawing }, Hide: g.Hide}
	}
	return out
}

// fileOf is the file that a guarded writer writes to.
func fileOf(w io.Writer) (*os.File, bool) {
	if g, ok := w.(*termtext.Writer); ok {
		w = g.W
	}
	f, ok := w.(*os.File)
	return f, ok
}

// interactive reports whether a person can be asked: both what they type and what they see is a terminal.
func (c *call) interactive() bool {
	in, ok := c.In.(*os.File)
	err, ok2 := fileOf(c.Err)
	return ok && ok2 && term.IsTerminal(int(in.Fd())) && term.IsTerminal(int(err.Fd()))
}
