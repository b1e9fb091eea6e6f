package view

import (
	"errors"
	"fmt"

	"streamtray/app"
	"streamtray/app/i18n"
)

// Crash is where a program of the project ended by its own error, as its log tells.
type Crash struct {
	File string // its whole path
	Name string // as a reader knows it: "app.py"
	Line int
}

// Where is the place in a word: "app.py:4"; empty: it is not known.
func (c Crash) Where() string {
	if c.Name == "" {
		return ""
	}
	return fmt.Sprintf("%s:%d", c.Name, c.Line)
}

// Crashed finds the row of a program that ended although it should run, which is then what is wrong, whatever else does not
// hold because of it.
func Crashed(s app.State) (row int, ok bool) {
	if p := s.Phase(); p != app.PhaseFailed && p != app.Degraded {
		return 0, false
	}
	for i, r := range s.Rows {
		if base, _ := program(r.Step); base != "app" || r.Holding() {
			continue
		}
		if id := messageOf(r.Err); id == "detector.exited" || id == "detector.killed" || id == "detector.exited_clean" {
			return i, true
		}
	}
	return 0, false
}

// messageOf is the text that an error names; empty: none.
func messageOf(err error) string {
	var told interface {
		Message() (id string, args map[string]any)
	}
	if !errors.As(err, &told) {
		return ""
	}
	id, _ := told.Message()
	return id
}

// crashHead says that a program crashed, and how.
func crashHead(r app.Row, w *i18n.Words) string {
	var told interface {
		Message() (id string, args map[string]any)
	}
	errors.As(r.Err, &told)
	id, args := told.Message()
	own := map[string]any{"Program": r.Program}
	for k, v := range args {
		own[k] = v
	}
	return w.Text("view.crash."+id[len("detector."):], own)
}
