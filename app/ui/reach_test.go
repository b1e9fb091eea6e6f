package ui

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"streamtray/app/i18n"
	"streamtray/app/ui/uitest"
	"streamtray/app/view"
)

// reach looks through a page for texts whose end cannot be seen and is told nowhere.
type reach struct {
	tips  bool     // there is a layer in which a cut text is told
	lines int      // that were looked at
	lost  []string // what nobody can read
}

// look goes through an object, which stands at a place; what is beyond right is not seen.
func (r *reach) look(o fyne.CanvasObject, at fyne.Position, right float32) {
	if !o.Visible() {
		return
	}
	at = at.Add(o.Position())
	switch o := o.(type) {
	case *line:
		r.lines++
		st, end := o.segment.Style, at.X+o.Size().Width
		wide := min(fyne.MeasureText(o.segment.Text, o.Theme().Size(st.SizeName), st.TextStyle).Width, o.Size().Width)
		if cut := o.cutText() != ""; cut && !r.tips {
			r.lose("is cut, and there is no layer for its tip", o.whole)
		} else if !cut && o.Wrapping == fyne.TextWrapOff && end > right+1 && at.X+wide > right+1 {
			r.lose("goes on beyond the edge", o.whole)
		}
	case *sheet: // a line of it is shown whole beside it, or wraps
	case *canvas.Text:
		if at.X+o.MinSize().Width > right+1 {
			r.lose("goes on beyond the edge", o.Text)
		}
	case *widget.Entry, *field: // it scrolls with the cursor
	case *container.Scroll:
		if o.Direction != container.ScrollHorizontalOnly && o.Direction != container.ScrollBoth {
			right = min(right, at.X+o.Size().Width)
		}
		r.look(o.Content, at.Subtract(o.Offset), right)
	case *fyne.Container:
		for _, c := range o.Objects {
			r.look(c, at, right)
		}
	case fyne.Widget:
		if _, ok := o.(fyne.Tappable); ok { // a button, a choice, a tab: nothing of it is drawn outside
			right = min(right, at.X+o.Size().Width)
		}
		for _, c := range test.WidgetRenderer(o).Objects() {
			r.look(c, at, right)
		}
	}
}

func (r *reach) lose(how, text string) {
	if text = fmt.Sprintf("%q %s", text, how); !slices.Contains(r.lost, text) {
		r.lost = append(r.lost, text)
	}
}

func TestALostTextIsFound(t *testing.T) {
	test.NewTempApp(t).Settings().SetTheme(testTheme("light"))
	long := strings.Repeat("a long text ", 20)
	for name, c := range map[string]struct {
		of   fyne.CanvasObject
		tips bool
		lost int
	}{
		"a line that has its tip":         {newLine(long, style{}), true, 0},
		"a line without":                  {newLine(long, style{}), false, 1},
		"a line that wraps":               {newLine(long, style{wrap: true}), false, 0},
		"a line made as wide as its text": {container.NewHBox(fixed(long, style{})), true, 1},
		"a label":                         {container.NewHBox(widget.NewLabel(long)), true, 1},
		"a button in a narrow column":     {container.New(cells{60}, widget.NewButton("a long name of it", nil)), true, 1},
		"a button":                        {container.NewHBox(widget.NewButton("a name", nil)), true, 0},
	} {
		win := test.NewTempWindow(t, c.of)
		win.Resize(fyne.NewSize(300, 200))
		r := &reach{tips: c.tips}
		r.look(container.NewWithoutLayout(c.of), fyne.Position{}, 300)
		if len(r.lost) != c.lost {
			t.Errorf("%s: %q, want %d", name, r.lost, c.lost)
		}
	}
}

// everyPage are the window's pages and questions, with what is long in each.
func everyPage(t *testing.T, w *i18n.Words) map[string]fyne.CanvasObject {
	t.Helper()
	all := map[string]fyne.CanvasObject{}
	for _, scene := range uitest.Scenes {
		o := NewOverview(w, nothing)
		o.Show(board(w, scene))
		o.startup.open(true)
		all["overview "+scene] = o.Content
	}
	log := NewLog()
	log.Append(someLines()...)
	logs, _ := newTestLogs(t, w, log)
	logs.view.choose(5, false)
	all["logs"] = logs.Content
	for tab := range TopicTabs {
		c := detectionCluster()
		topics := newTestTopics(t, w, c)
		topics.tabs.OnSelected = nil
		topics.records.arrive(t.Context(), c.records)
		topics.showPartitions(c.about, nil)
		topics.showGroups(c.groups, nil)
		topics.plan.show(c.plans, nil)
		topics.plan.showOptions(c.about, nil)
		topics.Choose(tab)
		all[fmt.Sprint("topics ", tab)] = topics.Content
	}
	d := NewDoctor(w, new(examiner))
	d.Show(view.Checkup{Mark: view.Bad, Headline: w.Text("ui.doctor.ill", nil), Steps: examined(w)})
	all["diagnose"] = d.Content
	deep := "/home/somebody/" + strings.Repeat("a-folder-in-a-folder/", 8) + "detection"
	person := &somebody{now: Preferences{OnQuit: "keep"}, trusted: []Trusted{{Dir: deep, Lines: []string{"command  python app.py"}}}}
	all["settings"] = NewSettings(w, person, &yamlFile{projectYAML}).Content
	welcome := func(name string, show func(*Welcome)) {
		v := NewWelcome(w, &asked{}, []view.Place{{Title: "detection", Dir: deep}})
		show(v)
		all[name] = v.Content
	}
	welcome("welcome", func(*Welcome) {})
	welcome("trust", func(v *Welcome) {
		c := detectionCard()
		c.Dir, c.Remote = deep, []Remote{{Name: "https://one.example/" + strings.Repeat("compose/", 20) + "x.git"}}
		v.ShowCard(c)
	})
	welcome("files", func(v *Welcome) { v.ShowFiles(deep, []string{"compose.yaml", "local/kafka-compose.yml"}, func(int) {}) })
	welcome("guide", func(v *Welcome) {
		g := view.Guide{Title: "detection", Dir: deep, About: w.Text("ui.guide.checking", nil), Steps: examined(w)}
		for _, id := range []string{"ui.guide.stage.check", "ui.guide.stage.start", "ui.guide.stage.record"} {
			g.Stages = append(g.Stages, view.Stage{Name: w.Text(id, nil)})
		}
		for _, id := range []string{"ui.doctor.again", "ui.guide.anyway", "ui.guide.other"} {
			g.Acts = append(g.Acts, view.Item{Label: w.Text(id, nil), Act: view.ActStart})
		}
		v.ShowGuide(g, nothing)
	})
	return all
}

// What was cut could not be read anywhere: no tip told it, and what stood beyond the edge was gone.
func TestWhatIsCutIsWithinReachOnEveryPage(t *testing.T) {
	defer setLocal(time.UTC)()
	each(t, func(t *testing.T, w *i18n.Words, name string) {
		for page, content := range everyPage(t, w) {
			for _, size := range []fyne.Size{{Width: 800, Height: 500}, {Width: 1600, Height: 1000}} {
				s := NewShell(w, nothing)
				s.Open(view.PageOverview, content, true)
				_, scene, _ := strings.Cut(page, " ")
				if !slices.Contains(uitest.Scenes, scene) {
					scene = "streaming"
				}
				live := uitest.Live(scene)
				live.Project, live.Bootstrap = strings.Repeat("detection-", 8), "b-1.kafka-of-the-shop-floor.eu-central-1.example.com:9094"
				s.Show(view.FrameOf(uitest.State(scene), live, w, uitest.Now))
				win := test.NewTempWindow(t, s.Content)
				win.SetPadded(false)
				win.Resize(size)
				r := &reach{tips: findTips(win.Content()) != nil}
				r.look(win.Content(), fyne.Position{}, size.Width)
				if len(r.lost) > 0 || r.lines == 0 {
					t.Errorf("%s, %s, %vx%v: %d lines, of which nobody can read:\n  %s", name, page, size.Width, size.Height, r.lines, strings.Join(r.lost, "\n  "))
				}
				win.SetContent(container.NewStack())
			}
		}
	})
}
