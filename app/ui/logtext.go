package ui

import (
	"io"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
)

// text is all lines that pass the filters.
func (l *Logs) text() string {
	var b strings.Builder
	for _, n := range l.log.at(l.found) {
		if n.Time.IsZero() {
			continue // let go meanwhile
		}
		b.WriteString(n.Time.Format("2006-01-02 15:04:05.000") + " " + n.Source + " " + n.Text + "\n")
	}
	return b.String()
}

func (l *Logs) save() {
	d := dialog.NewFileSave(func(f fyne.URIWriteCloser, err error) {
		if err != nil || f == nil {
			return
		}
		_, err = io.WriteString(f, l.text())
		if closed := f.Close(); err == nil {
			err = closed
		}
		if err != nil {
			dialog.ShowError(err, l.window)
		}
	}, l.window)
	d.SetFileName("streamtray.log")
	d.Show()
}

// Copy puts what passes the filters on the clipboard.
func (l *Logs) Copy() { l.copy(l.text()) }

// Find gives the search the keys.
func (l *Logs) Find() { l.window.Canvas().Focus(l.search) }
