package desktop

import (
	"context"
	"errors"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"streamtray/app"
	"streamtray/app/desktop/opengl"
	"streamtray/app/desktop/session"
	"streamtray/app/desktop/shoptest"
	"streamtray/app/desktop/trustcard"
	"streamtray/app/doctor"
	"streamtray/app/i18n"
	"streamtray/app/project"
	"streamtray/app/spies"
	"streamtray/app/ui"
	"streamtray/app/ui/uitest"
	"streamtray/app/view"
)

// Choosing the project that was open closed its own session: it had joined itself, and then ended what it had joined.
func TestChoosingTheProjectThatIsOpenKeepsItsSession(t *testing.T) {
	s := spies.Place(t)
	d := deskFor(t, s)
	d.screen.gl = opengl.Known(false) // nothing of it is to be seen
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
	d.control.keep(trusted(t, d, dir), false)
	uitest.Settle()
}

// trusted opens the project in dir and trusts it.
func trusted(t *testing.T, d *Desk, dir string) *project.Project {
	t.Helper()
	p, err := project.Open(t.Context(), d.opener.options(dir))
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Trust(); err != nil {
		t.Fatal(err)
	}
	return p
}

// Opening a second project stopped the first one's app without a word.
func TestAnotherProjectIsOpenedOnceThePersonKnowsWhatItStops(t *testing.T) {
	s := spies.Place(t)
	d := deskFor(t, s)
	second, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{second, s.Dir} {
		shoptest.Put(t, filepath.Join(dir, "streamtray.yaml"), shoptest.Embedded)
	}
	_ = trusted(t, d, second).Close()
	keepTrusted(t, d, s.Dir)
	d.reread()
	first := d.session
	t.Cleanup(func() { _ = d.session.Close(context.WithoutCancel(t.Context())) })

	first.Keeper.Start(true)
	uitest.Until(t, "the first is wanted", func() bool { return first.Hub.State().Want.Up })
	d.opener.open(filepath.Join(s.Dir, "."), true) // the same one
	uitest.Until(t, "its window", func() bool { return d.screen.window != nil })
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
	d.welcomer.Demo()
	asked(t, d, want)
	press(t, d, "Cancel")
	d.do(view.ActProject, second)
	asked(t, d, want)
	press(t, d, "Open")
	uitest.Until(t, "the second in the place of the first", func() bool { return first.Over() && d.kept.Load().Project.Dir == second })
}

// What goes on and what does not depends on where Kafka runs.
func TestItIsSaidWhatBecomesOfTheFirstProjectsKafka(t *testing.T) {
	records := map[string]string{"en": "the records in this Kafka are kept for its next start", "zh": "会保留到它下次启动"}
	if runtime.GOOS == "windows" {
		records = map[string]string{"en": "the records in this Kafka are discarded", "zh": "不保留"}
	}
	for yaml, want := range map[string]map[string]string{
		shoptest.Embedded: records,
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
			if said := assemble(&Desk{words: w}).opener.instead(opened); !strings.Contains(said, text) {
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
	d.screen.gl = opengl.Known(false) // nothing of it is to be seen
	file := filepath.Join(s.Dir, "streamtray.yaml")
	shoptest.Put(t, file, shoptest.Embedded)
	keepTrusted(t, d, s.Dir)
	if err := d.session.Close(t.Context()); err != nil { // what it is told to start is of no interest, and does not
		t.Fatal(err)
	}
	settled(t, d)
	d.do(view.ActStart, "")
	settled(t, d)
	if d.welcomer.pending != nil {
		t.Error("a project that is as it was is asked about again")
	}
	shoptest.Put(t, file, strings.Replace(shoptest.Embedded, "60", "61", 1))
	d.do(view.ActStart, "")
	settled(t, d)
	if d.welcomer.pending == nil || !trustcard.Of(d.welcomer.pending, d.words).Changed {
		t.Errorf("a project that has changed is not asked about: %v", d.welcomer.pending)
	}
}

// While a project was led through its first start, the card of another one was drawn anew with every look, and what had been
// ticked on it was gone.
func TestAnotherQuestionTakesTheGuidesPlaceForGood(t *testing.T) {
	d, g := led(t)
	g.show()
	if g.over() {
		t.Fatal("nothing took its place")
	}
	if title := d.screen.window.Title(); !strings.HasPrefix(title, "First start · ") {
		t.Errorf("the guide's window is called %q", title)
	}
	shown := 0
	d.welcomer.ask("", func(*ui.Welcome) { shown++ })
	once := shown
	g.show()
	if once == 0 || shown != once || !g.over() {
		t.Errorf("the other question was drawn %d times, and %d by the guide; the guide is over: %v", once, shown-once, g.over())
	}
}

// An app that ran already was told as being started.
func TestTheGuideSaysThatTheAppRunsWhileItsConnectionIsAwaited(t *testing.T) {
	d, g := led(t)
	g.started = true
	for scene, want := range map[string]string{"starting": "ui.guide.starting.own", "said": "ui.guide.connection", "connected": "ui.guide.record", "streaming": "ui.guide.done"} {
		g.state = uitest.State(scene)
		if got, want := g.view().About, d.words.Text(want, nil); got != want {
			t.Errorf("%s: the guide says %q, want %q", scene, got, want)
		}
	}
}

// What asked for something to be done could stand below the fold, under what was in order.
func TestTheGuideTellsWhatFailedFirst(t *testing.T) {
	_, g := led(t)
	fine := app.Note{ID: "doctor.engine.mode.ok"}
	g.ids, g.known = results(
		doctor.Result{ID: "project.load", Status: doctor.OK, Message: fine}, doctor.Result{ID: "disk.host", Status: doctor.Warning, Message: fine},
		doctor.Result{ID: "ports.free", Status: doctor.OK, Message: fine}, doctor.Result{ID: "python.imports", Status: doctor.Problem, Message: fine},
	)
	var order []string
	for _, s := range g.view().Steps {
		order = append(order, s.Step)
	}
	if got, want := strings.Join(order, " "), "python.imports disk.host project.load ports.free"; got != want {
		t.Errorf("in the order %s; want %s", got, want)
	}
}

// The diagnosis went on to say that Kafka did not run when it did.
func TestTheDiagnosisIsMadeAnewOnceTheProjectIsInAnotherState(t *testing.T) {
	d, _ := led(t)
	w := d.screen.window
	w.cancel() // nothing else draws meanwhile
	w.shown = view.PageDiagnose
	e := &examiner{desk: d, window: w, ctx: t.Context(), cancel: func() {}, shown: ui.NewDoctor(d.words, new(examiner))}
	e.Again()
	uitest.Until(t, "a diagnosis", func() bool { return e.last != nil })
	first := e.last
	if e.outdated(); e.last == nil {
		t.Fatal("nothing changed, and it is made anew")
	}
	hub := d.session.Hub
	hub.Emit(app.Event{At: time.Now(), Kind: app.Wants, Want: app.Want{Up: true, Streaming: true}})
	hub.Emit(app.Event{At: time.Now(), Step: "embedded", Kind: app.Failed, Err: errors.New("no")})
	uitest.Until(t, "another state", func() bool { return hub.State().Phase() == app.PhaseFailed })
	w.shown = view.PageSettings
	if e.outdated(); e.last == nil {
		t.Fatal("it is made anew for nobody to see")
	}
	w.shown = view.PageDiagnose
	e.outdated()
	uitest.Until(t, "another diagnosis", func() bool { return e.last != nil && &e.last[0] != &first[0] })
}

// led is the desktop of a project that is led through its first start.
func led(t *testing.T) (*Desk, *guide) {
	t.Helper()
	s := spies.Place(t)
	d := deskFor(t, s)
	shoptest.Put(t, filepath.Join(s.Dir, "streamtray.yaml"), shoptest.Embedded)
	p, err := project.Open(t.Context(), d.opener.options(s.Dir))
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
	g.asked = d.welcomer.ask("ui.guide.head", func(w *ui.Welcome) { w.ShowGuide(g.view(), g.do) })
	return d, g
}
