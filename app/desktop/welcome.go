package desktop

import (
	"path/filepath"

	"streamtray/app/filechooser"
	"streamtray/app/ui"
)

// welcomer is what the welcome asks for.
type welcomer struct{ desk *Desk }

var _ ui.Welcomer = welcomer{}

// Choose has the user choose a folder.
func (c welcomer) Choose() {
	d := c.desk
	d.choosePath(d.window, filechooser.Question{Title: d.words.Text("ui.choose.project", nil)}, func(dir string) { d.openProject(dir, true) })
}

// Demo opens the project that needs nothing but this program.
func (c welcomer) Demo() { c.desk.openDemo() }

// Sample puts the sample project into the person's documents and opens it; one that is there already is opened.
func (c welcomer) Sample() {
	d := c.desk
	d.work.Go(func() {
		dir, err := samplePlace()
		switch {
		case err != nil:
		case hasSample(dir):
			dir = filepath.Join(dir, sampleFolder)
		default:
			err = unpackSample(&dir)
		}
		if err != nil {
			d.failed(err)
			return
		}
		ui.Later(func() { d.openProject(dir, true) })
	})
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
			ui.Later(func() { d.open(p.Dir, true) })
			return
		}
		consent := p.Consent()
		for _, r := range shown.Remote {
			consent = consent.With(r.Name, r.Agreed)
		}
		if err := p.Agree(consent); err != nil {
			p.Close()
			d.failed(err)
			return
		}
		d.prepare(p, true)
	})
}

// Decline goes back to the choice.
func (c welcomer) Decline() {
	d := c.desk
	d.drop()
	d.answered()
}
