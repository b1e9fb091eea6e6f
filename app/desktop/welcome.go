package desktop

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"

	"streamtray/app/ui"
)

// welcomer is what the welcome asks for.
type welcomer struct{ desk *Desk }

var _ ui.Welcomer = welcomer{}

// Choose has the user choose a folder.
func (c welcomer) Choose() {
	dialog.ShowFolderOpen(func(f fyne.ListableURI, err error) {
		if err == nil && f != nil {
			c.desk.openProject(f.Path(), true)
		}
	}, c.desk.window)
}

// Sample has the user choose where the sample project goes, and opens it.
func (c welcomer) Sample() {
	dialog.ShowFolderOpen(func(f fyne.ListableURI, err error) {
		if err != nil || f == nil {
			return
		}
		dir := f.Path()
		c.desk.work.Go(func() {
			if err := unpackSample(&dir); err != nil {
				c.desk.failed(err)
				return
			}
			ui.Later(func() { c.desk.openProject(dir, true) })
		})
	}, c.desk.window)
}

// Open opens a recent project.
func (c welcomer) Open(dir string) { c.desk.openProject(dir, true) }

// Agree remembers what was shown as trusted, and starts it.
func (c welcomer) Agree(shown ui.Card) {
	d := c.desk
	p := d.pending
	if p == nil {
		return
	}
	d.pending, d.question = nil, nil
	d.work.Go(func() {
		if spaced(p.Plan().Hash()) != shown.Hash || !p.Unchanged(d.ctx) { // it changed while it was being read
			p.Close()
			ui.Later(func() { d.openProject(p.Dir, true) })
			return
		}
		if err := p.Trust(); err != nil {
			p.Close()
			d.failed(err)
			return
		}
		d.keep(p, true)
	})
}

// Decline goes back to the choice.
func (c welcomer) Decline() {
	d := c.desk
	d.drop()
	d.answered()
}
