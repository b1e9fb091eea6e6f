package desktop

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"streamtray/app/desktop/session"
	"streamtray/app/desktop/shoptest"
	"streamtray/app/i18n"
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
		keepTrusted(t, d, s.Dir)
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

// keepTrusted opens the project in dir, trusts it and has it kept.
func keepTrusted(t *testing.T, d *Desk, dir string) {
	t.Helper()
	p, err := project.Open(t.Context(), d.projectOptions(dir))
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Trust(); err != nil {
		t.Fatal(err)
	}
	d.keep(p, false)
}

// Opening a second project stopped the first one's app without a word.
func TestAnotherProjectIsOpenedOnceThePersonKnowsWhatItStops(t *testing.T) {
	if raced { // the suite tries it again without the detector
		t.Skip("Fyne's test driver draws on whichever goroutine queues it")
	}
	s := spies.Place(t)
	d := deskFor(t, s)
	second, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	trusted := func(dir string) *project.Project {
		t.Helper()
		shoptest.Put(t, filepath.Join(dir, "streamtray.yaml"), shoptest.Embedded)
		p, err := project.Open(t.Context(), d.projectOptions(dir))
		if err != nil {
			t.Fatal(err)
		}
		if err := p.Trust(); err != nil {
			t.Fatal(err)
		}
		return p
	}
	_ = trusted(second).Close()
	d.keep(trusted(s.Dir), false)
	d.reread()
	first := d.session
	t.Cleanup(func() { _ = d.session.Close(context.WithoutCancel(t.Context())) })

	first.Keeper.Start(true)
	soon(t, "the first is wanted", func() bool { return first.Hub.State().Want.Up })
	d.openProject(filepath.Join(s.Dir, "."), true) // the same one
	soon(t, "its window", func() bool { return d.window != nil })
	if seen := asking(d); seen != "" || first.Over() {
		t.Fatalf("asked about the project that is open already, which is over: %v\n%s", first.Over(), seen)
	}
	want := "calm is running. Its app and its embedded Kafka are stopped when another project opens"
	d.do(view.ActProject, second)
	asked(t, d, want)
	press(t, d, "Cancel")
	if seen := asking(d); seen != "" || d.session != first || first.Over() || !first.Hub.State().Want.Up {
		t.Fatalf("cancelled, and yet the first is over: %v\n%s", first.Over(), seen)
	}
	welcomer{d}.Demo()
	asked(t, d, want)
	press(t, d, "Cancel")
	d.do(view.ActProject, second)
	asked(t, d, want)
	press(t, d, "Open")
	soon(t, "the second in the place of the first", func() bool { return first.Over() && d.kept.Load().Project.Dir == second })
}

// What goes on and what does not depends on where Kafka runs.
func TestItIsSaidWhatBecomesOfTheFirstProjectsKafka(t *testing.T) {
	for yaml, want := range map[string]map[string]string{
		shoptest.Embedded: {"en": "the data in this Kafka is discarded", "zh": "数据不保留"},
		"version: 1\nname: calm\nkafka: {mode: remote, bootstrap: ['127.0.0.1:1']}\napp: {command: [sleep, '60']}\n": {"en": "Its app is stopped when another project opens.", "zh": "它的应用会停止。"},
		shoptest.Project: {"en": "its Kafka containers keep running", "zh": "Kafka 容器继续运行"},
	} {
		dir := t.TempDir()
		shoptest.Put(t, filepath.Join(dir, "streamtray.yaml"), yaml)
		shoptest.Put(t, filepath.Join(dir, "compose.yaml"), shoptest.Compose)
		opened, err := session.Open(t.Context(), shoptest.Open(t, dir, t.TempDir(), "tcp://127.0.0.1:1"), nil)
		if err != nil {
			t.Fatal(err)
		}
		for lang, text := range want {
			w, err := i18n.New(lang)
			if err != nil {
				t.Fatal(err)
			}
			if said := (&Desk{words: w}).instead(opened); !strings.Contains(said, text) {
				t.Errorf("%s: said %q, want %q", lang, said, text)
			}
		}
		_ = opened.Close(context.WithoutCancel(t.Context()))
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
	keepTrusted(t, d, s.Dir)
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
