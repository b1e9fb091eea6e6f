package desktop

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"streamtray/app/desktop/session"
	"streamtray/app/desktop/shoptest"
	"streamtray/app/project"
	"streamtray/app/spies"
	"streamtray/app/ui"
	"streamtray/app/ui/uitest"
	"streamtray/app/view"
)

// Choosing the project that was open closed its own session: it had joined itself, and then ended what it had joined.
func TestChoosingTheProjectThatIsOpenKeepsItsSession(t *testing.T) {
	if raced { // the suite tries it again without the detector
		t.Skip("Fyne's test driver draws on whichever goroutine queues it: what watches the session, beside what opens the next")
	}
	s := spies.Place(t)
	d := deskFor(t, s)
	d.gl.drawn = false // nothing of it is to be seen
	keep := func(yaml string) {
		t.Helper()
		shoptest.Put(t, filepath.Join(s.Dir, "streamtray.yaml"), yaml)
		p, err := project.Open(t.Context(), d.projectOptions(s.Dir))
		if err != nil {
			t.Fatal(err)
		}
		if err := p.Trust(); err != nil {
			t.Fatal(err)
		}
		d.keep(p, false)
	}
	t.Cleanup(func() { _ = d.session.Close(context.WithoutCancel(t.Context())) })
	keep(shoptest.Embedded)
	first := d.session
	for range 2 {
		keep(shoptest.Embedded)
	}
	if d.session != first || first.Over() || first.Far {
		t.Errorf("the same session: %v, over: %v, kept elsewhere: %v; want it to go on", d.session == first, first.Over(), first.Far)
	}
	keep(strings.Replace(shoptest.Embedded, "60", "61", 1)) // another plan takes its place
	if d.session == first || !first.Over() || d.session.Over() || d.session.Far {
		t.Errorf("the first is over: %v, the second: %v, kept elsewhere: %v; want the second, kept here", first.Over(), d.session.Over(), d.session.Far)
	}
}

// A start went on with what was read when the project was opened, whatever its file said by then: only ending StreamTray
// and starting it again helped.
func TestAStartReadsTheProjectAgain(t *testing.T) {
	s := spies.Place(t)
	d := deskFor(t, s)
	d.gl.drawn = false // nothing of it is to be seen
	file := filepath.Join(s.Dir, "streamtray.yaml")
	shoptest.Put(t, file, shoptest.Embedded)
	p, err := project.Open(t.Context(), d.projectOptions(s.Dir))
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Trust(); err != nil {
		t.Fatal(err)
	}
	d.keep(p, false)
	if err := d.session.Close(t.Context()); err != nil { // what it is told to start is of no interest, and does not
		t.Fatal(err)
	}
	settled(t, d)
	d.do(view.ActStart, "")
	settled(t, d)
	if d.pending != nil {
		t.Error("a project that is as it was is asked about again")
	}
	shoptest.Put(t, file, strings.Replace(shoptest.Embedded, "60", "61", 1))
	d.do(view.ActStart, "")
	settled(t, d)
	if d.pending == nil || !card(d.pending, d.words).Changed {
		t.Errorf("a project that has changed is not asked about: %v", d.pending)
	}
}

// While a project was led through its first start, the card of another one was drawn anew with every look, and what had been
// ticked on it was gone.
func TestAnotherQuestionTakesTheGuidesPlaceForGood(t *testing.T) {
	if raced { // the suite tries it again without the detector
		t.Skip("Fyne's test driver draws on whichever goroutine queues it")
	}
	d, g := led(t)
	g.show()
	if g.over() {
		t.Fatal("nothing took its place")
	}
	shown := 0
	d.ask(func(*ui.Welcome) { shown++ })
	once := shown
	g.show()
	if once == 0 || shown != once || !g.over() {
		t.Errorf("the other question was drawn %d times, and %d by the guide; the guide is over: %v", once, shown-once, g.over())
	}
}

// An app that ran already was told as being started.
func TestTheGuideSaysThatTheAppRunsWhileItsConnectionIsAwaited(t *testing.T) {
	if raced { // the suite tries it again without the detector
		t.Skip("Fyne's test driver draws on whichever goroutine queues it")
	}
	d, g := led(t)
	g.started = true
	for scene, want := range map[string]string{"starting": "ui.guide.starting.own", "said": "ui.guide.connection", "connected": "ui.guide.record", "streaming": "ui.guide.done"} {
		g.state = uitest.State(scene)
		if got, want := g.view().About, d.words.Text(want, nil); got != want {
			t.Errorf("%s: the guide says %q, want %q", scene, got, want)
		}
	}
}

// led is the desktop of a project that is led through its first start.
func led(t *testing.T) (*Desk, *guide) {
	t.Helper()
	s := spies.Place(t)
	d := deskFor(t, s)
	shoptest.Put(t, filepath.Join(s.Dir, "streamtray.yaml"), shoptest.Embedded)
	p, err := project.Open(t.Context(), d.projectOptions(s.Dir))
	if err != nil {
		t.Fatal(err)
	}
	opened, err := session.Open(t.Context(), p, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		d.session = nil
		_ = opened.Close(context.WithoutCancel(t.Context()))
	})
	d.session = opened
	g := &guide{desk: d, session: opened}
	g.asked = d.ask(func(w *ui.Welcome) { w.ShowGuide(g.view(), g.do) })
	return d, g
}
