package ui

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"streamtray/app/i18n"
	"streamtray/app/view"
)

// examiner notes what a check-up asks for.
type examiner []string

func (a *examiner) Again()                    { *a = append(*a, "again") }
func (a *examiner) Copy()                     { *a = append(*a, "copy") }
func (a *examiner) Bundle()                   { *a = append(*a, "bundle") }
func (a *examiner) Do(act view.Act, s string) { *a = append(*a, string(act)+" "+s) }

// row is a check as the doctor tells it.
func row(w *i18n.Words, id, text string, m view.Mark, args map[string]any) view.Step {
	st := view.Step{Word: w.Text("ui.doctor.mark."+m.String(), nil)}
	st.Step, st.Name, st.Mark = id, w.Text("doctor."+id, nil), m
	if text != "" {
		st.Text = w.Text("doctor."+id+text, args)
	}
	if m == view.Bad || m == view.Warn {
		st.Hint = w.Text("doctor."+id+text+".fix", args)
	}
	return st
}

func examined(w *i18n.Words) []view.Step {
	return []view.Step{
		row(w, "engine.running", ".ok", view.Good, map[string]any{"Host": "npipe:////./pipe/docker_engine"}),
		row(w, "engine.version", ".ok", view.Good, map[string]any{"Version": "27.3.1", "API": "1.47", "OS": "linux"}),
		row(w, "disk.host", ".full", view.Warn, map[string]any{"Path": `C:\`, "Free": "2.1 GB", "Good": "5 GB"}),
		row(w, "images.present", "", view.Busy, nil),
		row(w, "clock.engine", ".skew", view.Bad, map[string]any{"Seconds": 74}),
		row(w, "python.imports", "", view.Off, nil),
	}
}

func TestTheCheckUpShowsEachCheckAndItsFix(t *testing.T) {
	each(t, func(t *testing.T, w *i18n.Words, name string) {
		d := NewDoctor(w, new(examiner))
		d.Show(view.Checkup{Mark: view.Bad, Headline: w.Text("ui.doctor.ill", nil), Steps: examined(w), Sum: w.Text("ui.doctor.sum", map[string]any{
			"Problems": 1, "Warnings": 1, "OK": 2, "Skipped": 1,
		})})
		golden(t, "doctor-"+name, d.Content, fyne.NewSize(900, 560))
	})
}

// A failing check stood below the lower edge, under thirteen that were fine.
func TestProblemsComeFirstAndWhatPassedIsFolded(t *testing.T) {
	d := NewDoctor(english(t), new(examiner))
	win := test.NewTempWindow(t, d.Content)
	win.Resize(fyne.NewSize(800, 500))
	d.Show(view.Checkup{Mark: view.Bad, Steps: examined(d.words)})
	var names []string
	for _, r := range d.wrong.rows {
		names = append(names, r.shown.Step)
	}
	if len(names) != 2 || names[0] != "clock.engine" || names[1] != "disk.host" {
		t.Errorf("first come %v, want the problem, then the warning", names)
	}
	if d.passed.card.Visible() || d.passed.head.Text != "2 passed" || d.skipped.head.Text != "1 skipped" {
		t.Errorf("passed are shown: %v; folds %q and %q", d.passed.card.Visible(), d.passed.head.Text, d.skipped.head.Text)
	}
	test.Tap(d.passed.head)
	if !d.passed.card.Visible() || !strings.Contains(texts(d.passed.content), "Docker Engine 27.3.1") {
		t.Errorf("opened, the fold shows:\n%s", texts(d.passed.content))
	}
	d.Show(view.Checkup{Mark: view.Good, Steps: examined(d.words)[:2]})
	if d.rows.Objects[0].Visible() || d.skipped.content.Visible() {
		t.Error("all is fine, and yet there is room for what is not")
	}
}

func TestNothingIsAskedTwiceWhileTheCheckUpRuns(t *testing.T) {
	w, err := i18n.New("en")
	if err != nil {
		t.Fatal(err)
	}
	test.NewTempApp(t).Settings().SetTheme(testTheme("light"))
	got := new(examiner)
	d := NewDoctor(w, got)
	d.Show(view.Checkup{Mark: view.Busy, Steps: examined(w)})
	test.Tap(d.again)
	d.Show(view.Checkup{Mark: view.Good, Steps: examined(w)})
	test.Tap(d.again)
	if len(*got) != 1 {
		t.Errorf("asked %v, want one look once the first has ended", *got)
	}
}

func guideOf(w *i18n.Words, about string, stages [3]view.Mark, steps []view.Step, acts ...string) view.Guide {
	g := view.Guide{Title: "detection", Dir: `C:\work\检测系统\detection`, About: w.Text(about, nil), Steps: steps}
	for i, id := range []string{"check", "start", "record"} {
		g.Stages = append(g.Stages, view.Stage{Name: w.Text("ui.guide.stage."+id, nil), Mark: stages[i]})
	}
	for _, a := range acts {
		g.Acts = append(g.Acts, view.Item{Label: w.Text(a, nil)})
	}
	return g
}

func TestTheWelcomeLeadsThroughTheFirstStart(t *testing.T) {
	each(t, func(t *testing.T, w *i18n.Words, name string) {
		v := NewWelcome(w, &asked{}, nil)
		good := view.Good
		for _, stage := range []struct {
			name  string
			guide view.Guide
		}{
			{"checks", guideOf(w, "ui.guide.found", [3]view.Mark{view.Bad, view.Pending, view.Pending}, examined(w), "ui.doctor.again", "ui.guide.anyway", "ui.guide.other")},
			{"start", guideOf(w, "ui.guide.starting", [3]view.Mark{good, view.Busy, view.Pending}, board(w, "starting").Steps, "ui.stop", "ui.guide.overview")},
			{"record", guideOf(w, "ui.guide.done", [3]view.Mark{good, good, good}, board(w, "streaming").Steps, "ui.guide.overview")},
		} {
			if stage.name == "checks" {
				stage.guide.About = w.Text("ui.guide.found", map[string]any{"Count": 2})
			}
			v.ShowGuide(stage.guide, nothing)
			golden(t, "guide-"+stage.name+"-"+name, v.Content, fyne.NewSize(760, 600))
		}
	})
}

func TestTheGuidesButtonsDoWhatTheySay(t *testing.T) {
	w, err := i18n.New("en")
	if err != nil {
		t.Fatal(err)
	}
	test.NewTempApp(t).Settings().SetTheme(testTheme("light"))
	v := NewWelcome(w, &asked{}, nil)
	var got []view.Act
	g := view.Guide{Acts: []view.Item{{Label: "one", Act: view.ActDiagnose}, {Label: "two", Act: view.ActStart}}}
	v.ShowGuide(g, func(a view.Act, _ string) { got = append(got, a) })
	v.ShowGuide(g, nil) // drawn anew: the buttons stay as they are
	for _, o := range v.guide.acts.Objects {
		test.Tap(o.(*pushButton))
	}
	if len(got) != 2 || got[0] != view.ActDiagnose || got[1] != view.ActStart {
		t.Errorf("done %v, want %v", got, []view.Act{view.ActDiagnose, view.ActStart})
	}
	v.ShowChoice(nil)
	if _, ok := v.body.Objects[0].(*fyne.Container); !ok || v.body.Objects[0] == v.guide.content {
		t.Error("the choice of a project does not take the guide's place")
	}
}
