package desktop

import (
	"path/filepath"

	"streamtray/app/desktop/trustcard"
	"streamtray/app/filechooser"
	"streamtray/app/project"
	"streamtray/app/ui"
	"streamtray/app/view"
)

// welcomer asks what has to be known before a project is kept, in the overview's place, and does what the person answers.
type welcomer struct {
	desk     *Desk
	pending  *project.Project // that question is about, opened; nil: none is
	question *question        // until it is answered; nil: none
}

// question is what the person is asked. Each is one of its own: who asked one knows by it whether another took its place.
type question struct {
	head string // the text that names it in the window's title; empty: the choice of a project
	show func(*ui.Welcome)
}

var _ ui.Welcomer = (*welcomer)(nil)

// Choose has the user choose a folder.
func (c *welcomer) Choose() {
	d := c.desk
	d.screen.window.choosePath(filechooser.Question{Title: d.words.Text("ui.choose.project", nil)}, func(dir string) { d.opener.open(dir, true) })
}

// Demo opens the project that needs nothing but this program.
func (c *welcomer) Demo() { c.desk.opener.openDemo() }

// Sample puts the sample project into the person's documents and opens it; one that is there already is opened.
func (c *welcomer) Sample() {
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
			d.opener.failed(err)
			return
		}
		ui.Later(func() { d.opener.open(dir, true) })
	})
}

// Open opens a recent project.
func (c *welcomer) Open(dir string) { c.desk.opener.open(dir, true) }

// Agree remembers what was shown as trusted, and starts it.
func (c *welcomer) Agree(shown ui.Card) {
	d, p := c.desk, c.pending
	if p == nil {
		return
	}
	c.pending, c.question = nil, nil
	d.work.Go(func() {
		if trustcard.Hash(p) != shown.Hash || !p.Unchanged(d.ctx) { // it changed while it was being read
			p.Close()
			ui.Later(func() { d.opener.openAnyway(p.Dir, true) })
			return
		}
		consent := p.Consent()
		for _, r := range shown.Remote {
			consent = consent.With(r.Name, r.Agreed)
		}
		if err := p.Agree(consent); err != nil {
			p.Close()
			d.opener.failed(err)
			return
		}
		d.opener.prepare(p, true)
	})
}

// Decline goes back to the choice.
func (c *welcomer) Decline() {
	c.drop()
	c.answered()
}

// askTrust shows what the project runs.
func (c *welcomer) askTrust(p *project.Project, card ui.Card, start bool) {
	text := "ui.trust.head"
	if card.Changed {
		text = "ui.trust.changed"
	}
	c.put(p, text, start, func(w *ui.Welcome) { w.ShowCard(card) })
}

// put shows a question about a project, instead of the one before. A program that was started hidden
// waits to be looked at.
func (c *welcomer) put(p *project.Project, text string, start bool, show func(*ui.Welcome)) {
	d := c.desk
	c.drop()
	c.pending, c.question = p, &question{text, show}
	if d.options.Hidden && !start && d.tray != nil && d.screen.window == nil {
		d.notifier.tell(d.words.Text(text, nil))
		return
	}
	c.ask(text, show)
}

// drop forgets the project that is asked about.
func (c *welcomer) drop() {
	if c.pending != nil {
		_ = c.pending.Close()
	}
	c.pending = nil
}

// ask shows a question in the overview's place, where a window can be drawn, and returns which one it is.
func (c *welcomer) ask(head string, show func(*ui.Welcome)) *question {
	d := c.desk
	asked := &question{head, show}
	c.question = asked
	d.screen.gl.Then(func(drawn bool) {
		if drawn {
			d.screen.show(view.PageOverview)
		}
	})
	return asked
}

// answered takes the question away.
func (c *welcomer) answered() {
	d := c.desk
	c.question = nil
	if d.screen.window != nil {
		d.screen.window.open(d.screen.window.shown)
	}
}

// choice offers the ways to a project, and says why the last one that was tried did not lead to one.
func (c *welcomer) choice(fault error) func(*ui.Welcome) {
	return func(w *ui.Welcome) {
		w.ShowChoice(c.desk.places())
		c.desk.lookForRecent()
		if fault != nil {
			w.ShowFault(fault)
		}
	}
}
